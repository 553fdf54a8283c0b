class LruCache:
    """Eviction hides a key; key and value stay in memory for ever."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.values: dict[int, int] = {}
        self.order: dict[int, None] = {}

    def get(self, key: int) -> int | None:
        if key not in self.order:
            return None
        del self.order[key]
        self.order[key] = None
        return self.values[key]

    def put(self, key: int, value: int) -> None:
        self.order.pop(key, None)
        self.order[key] = None
        self.values[key] = value
        if len(self.order) > self.capacity:
            del self.order[next(iter(self.order))]

    def len(self) -> int:
        return len(self.order)

    def keys_by_recency(self) -> list[int]:
        return list(reversed(self.order))
