import random
from itertools import count


class LruCache:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.clock = count()
        self.values: dict[int, int] = {}
        self.used: dict[int, int] = {}

    def get(self, key: int) -> int | None:
        if key not in self.values:
            return None
        self.used[key] = next(self.clock)
        return self.values[key]

    def put(self, key: int, value: int) -> None:
        if key not in self.values and len(self.values) >= self.capacity:
            sample = random.sample(list(self.values), min(5, len(self.values)))
            oldest = min(sample, key=self.used.get)
            del self.values[oldest], self.used[oldest]
        self.values[key] = value
        self.used[key] = next(self.clock)

    def len(self) -> int:
        return len(self.values)

    def keys_by_recency(self) -> list[int]:
        return sorted(self.used, key=self.used.get, reverse=True)
