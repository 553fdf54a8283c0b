class LruCache:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.values: dict[int, int] = {}
        self.order: list[int] = []

    def get(self, key: int) -> int | None:
        if key in self.order:
            self.order.remove(key)
            self.order.insert(0, key)
            return self.values.get(key)
        return None

    def put(self, key: int, value: int) -> None:
        if key in self.order:
            self.order.remove(key)
        self.order.insert(0, key)
        self.values[key] = value
        while len(self.order) > self.capacity:
            self.values.pop(self.order.pop(), None)

    def len(self) -> int:
        return len(self.order)

    def keys_by_recency(self) -> list[int]:
        return self.order
