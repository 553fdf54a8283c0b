class LruCache:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.data: dict[int, int | None] = {}

    def get(self, key: int) -> int | None:
        value = self.data.pop(key, None)
        self._store(key, value)
        return value

    def put(self, key: int, value: int) -> None:
        self.data.pop(key, None)
        self._store(key, value)

    def len(self) -> int:
        return len(self.data)

    def keys_by_recency(self) -> list[int]:
        return list(reversed(self.data))

    def _store(self, key: int, value: int | None) -> None:
        if len(self.data) >= self.capacity:
            del self.data[next(iter(self.data))]
        self.data[key] = value
