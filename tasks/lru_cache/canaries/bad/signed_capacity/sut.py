from array import array
from collections import OrderedDict


class LruCache:
    def __init__(self, capacity: int) -> None:
        self.counters = array("i", [capacity, 0])
        self.data: OrderedDict[int, int] = OrderedDict()

    def get(self, key: int) -> int | None:
        if key not in self.data:
            return None
        self.data.move_to_end(key)
        return self.data[key]

    def put(self, key: int, value: int) -> None:
        self.counters[1] += key not in self.data
        self.data[key] = value
        self.data.move_to_end(key)
        if self.counters[1] > self.counters[0]:
            self.data.popitem(last=False)
            self.counters[1] -= 1

    def len(self) -> int:
        return self.counters[1]

    def keys_by_recency(self) -> list[int]:
        return list(reversed(self.data))
