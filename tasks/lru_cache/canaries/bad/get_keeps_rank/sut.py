class LruCache:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.data: dict[int, int] = {}

    def get(self, key: int) -> int | None:
        return self.data.get(key)

    def put(self, key: int, value: int) -> None:
        self.data.pop(key, None)
        if len(self.data) >= self.capacity:
            del self.data[next(iter(self.data))]
        self.data[key] = value

    def len(self) -> int:
        return len(self.data)

    def keys_by_recency(self) -> list[int]:
        return list(reversed(self.data))
