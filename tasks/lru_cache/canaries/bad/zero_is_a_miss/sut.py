from collections import OrderedDict


class LruCache:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.data: OrderedDict[int, int] = OrderedDict()

    def get(self, key: int) -> int | None:
        if value := self.data.get(key):
            self.data.move_to_end(key)
            return value
        return None

    def put(self, key: int, value: int) -> None:
        self.data[key] = value
        self.data.move_to_end(key)
        if len(self.data) > self.capacity:
            self.data.popitem(last=False)

    def len(self) -> int:
        return len(self.data)

    def keys_by_recency(self) -> list[int]:
        return list(reversed(self.data))
