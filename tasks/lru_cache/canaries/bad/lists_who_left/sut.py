from collections import OrderedDict


class LruCache:
    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._values: OrderedDict[int, int] = OrderedDict()
        self._left: list[int] = []

    def get(self, key: int) -> int | None:
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key]

    def put(self, key: int, value: int) -> None:
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._capacity:
            self._left = [self._values.popitem(last=False)[0]]

    def len(self) -> int:
        return len(self._values)

    def keys_by_recency(self) -> list[int]:
        return [*reversed(self._values), *self._left]
