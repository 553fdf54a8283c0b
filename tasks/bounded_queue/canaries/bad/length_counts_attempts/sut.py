"""A bounded queue: one lock, a condition for each side."""

from collections import deque

from probatum.sync import Condition, Lock


class BoundedQueue:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.items: deque[int] = deque()
        self.lock = Lock()
        self.tried = 0
        self.not_full = Condition(self.lock)
        self.not_empty = Condition(self.lock)

    def put(self, item: int) -> None:
        with self.lock:
            while len(self.items) >= self.capacity:
                self.not_full.wait()
            self.items.append(item)
            self.not_empty.notify()

    def take(self) -> int:
        with self.lock:
            while not self.items:
                self.not_empty.wait()
            item = self.items.popleft()
            self.not_full.notify()
            return item

    def try_put(self, item: int) -> bool:
        with self.lock:
            self.tried += 1
            if len(self.items) >= self.capacity:
                return False
            self.items.append(item)
            self.not_empty.notify()
            return True

    def try_take(self) -> int | None:
        with self.lock:
            if not self.items:
                return None
            item = self.items.popleft()
            self.not_full.notify()
            return item

    def len(self) -> int:
        with self.lock:
            return self.tried
