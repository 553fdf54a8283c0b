class LruCache:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.values: dict[int, int] = {}

    def get(self, key: int) -> int | None:
        if key not in self.values:
            return None
        value = self.values.pop(key)
        self.values[key] = value
        return value

    def put(self, key: int, value: int) -> None:
        self.values.pop(key, None)
        self.values[key] = value
        if len(self.values) >= self.capacity:
            oldest = next(iter(self.values))
            del self.values[oldest]

    def len(self) -> int:
        return len(self.values)

    def keys_by_recency(self) -> list[int]:
        return list(reversed(self.values))
