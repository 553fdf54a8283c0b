class LruCache:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.clock = 0
        self.data: dict[int, tuple[int, int]] = {}

    def get(self, key: int) -> int | None:
        if key not in self.data:
            return None
        value = self.data[key][1]
        self.data[key] = (self._tick(), value)
        return value

    def put(self, key: int, value: int) -> None:
        if key not in self.data and len(self.data) >= self.capacity:
            del self.data[self.keys_by_recency()[-1]]
        self.data[key] = (self._tick(), value)

    def len(self) -> int:
        return len(self.data)

    def keys_by_recency(self) -> list[int]:
        return sorted(self.data, key=lambda key: self.data[key][0], reverse=True)

    def _tick(self) -> int:
        self.clock = (self.clock + 1) & 0xFF
        return self.clock
