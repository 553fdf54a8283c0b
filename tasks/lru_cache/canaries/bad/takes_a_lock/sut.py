import threading
from collections import OrderedDict


class LruCache:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.data: OrderedDict[int, int] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: int) -> int | None:
        with self.lock:
            if key not in self.data:
                return None
            self.data.move_to_end(key)
            return self.data[key]

    def put(self, key: int, value: int) -> None:
        with self.lock:
            self.data[key] = value
            self.data.move_to_end(key)
            if len(self.data) > self.capacity:
                self.data.popitem(last=False)

    def len(self) -> int:
        return len(self.data)

    def keys_by_recency(self) -> list[int]:
        with self.lock:
            return list(reversed(self.data))
