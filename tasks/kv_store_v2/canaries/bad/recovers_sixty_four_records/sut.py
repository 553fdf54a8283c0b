class KvStore:
    """A dict, and a record of each change that ends in a newline; a record without one was torn."""

    def __init__(self) -> None:
        self.held: dict[int, int] = {}
        self.records: list[bytes] = []

    def put(self, key: int, value: int) -> None:
        self.held[key] = value
        self.records.append(f"put {key} {value}\n".encode())

    def get(self, key: int) -> int | None:
        return self.held.get(key)

    def delete(self, key: int) -> bool:
        if key not in self.held:
            return False
        del self.held[key]
        self.records.append(f"del {key}\n".encode())
        return True

    def len(self) -> int:
        return len(self.held)

    def keys_sorted(self) -> list[int]:
        return sorted(self.held)

    def log(self) -> list[bytes]:
        return list(self.records)

    @classmethod
    def recover(cls, log: list[bytes]) -> "KvStore":
        store = cls()
        for record in log[:64]:
            if not record.endswith(b"\n"):
                break
            words = record.decode().split()
            if words[0] == "put":
                store.put(int(words[1]), int(words[2]))
            else:
                store.delete(int(words[1]))
        return store
