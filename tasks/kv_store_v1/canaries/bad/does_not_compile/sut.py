class KvStore:
    def __init__(self) -> None:
        self.data: dict[int, int] = {}

    def put(self, key: int, value: int) -> None:
        self.data[key] = value

    def get(self, key: int) -> int | None:
        return self.data.get(key)

    def delete(self, key: int) -> bool
        return self.data.pop(key, None) is not None

    def len(self) -> int:
        return len(self.data)

    def keys_sorted(self) -> list[int]:
        return sorted(self.data)
