from sortedcontainers import SortedDict


class LruCache:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.clock = 0
        self.data: dict[int, tuple[int, int]] = {}
        self.by_use = SortedDict()

    def get(self, key: int) -> int | None:
        if key not in self.data:
            return None
        value = self.data[key][1]
        self.put(key, value)
        return value

    def put(self, key: int, value: int) -> None:
        self.clock += 1
        if key in self.data:
            del self.by_use[self.data[key][0]]
        elif len(self.data) >= self.capacity:
            del self.data[self.by_use.popitem(0)[1]]
        self.data[key] = (self.clock, value)
        self.by_use[self.clock] = key

    def len(self) -> int:
        return len(self.data)

    def keys_by_recency(self) -> list[int]:
        return list(reversed(self.by_use.values()))
