class KvStore:
    def __init__(self) -> None:
        self.entries: dict[int, int] = {}

    def put(self, key: int, value: int) -> None:
        self.entries[key] = value

    def get(self, key: int) -> int | None:
        return self.entries.get(key)

    def delete(self, key: int) -> bool:
        return self.entries.pop(key, None) is None

    def len(self) -> int:
        return len(self.entries)

    def keys_sorted(self) -> list[int]:
        return sorted(self.entries)

    def log(self):
        return []

    @classmethod
    def recover(cls, log):
        return cls()
