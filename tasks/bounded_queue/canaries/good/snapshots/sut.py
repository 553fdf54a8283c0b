"""A bounded queue without a lock: an immutable tuple in an atomic cell, replaced as a whole."""

from probatum.sync import Atomic, pause


class BoundedQueue:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.items = Atomic(())

    def put(self, item: int) -> None:
        while not self.try_put(item):
            pause()

    def take(self) -> int:
        while (item := self.try_take()) is None:
            pause()
        return item

    def try_put(self, item: int) -> bool:
        while True:
            held = self.items.load()
            if len(held) >= self.capacity:
                return False
            if self.items.compare_exchange(held, (*held, item)):
                return True

    def try_take(self) -> int | None:
        while True:
            held = self.items.load()
            if not held:
                return None
            if self.items.compare_exchange(held, held[1:]):
                return held[0]

    def len(self) -> int:
        return len(self.items.load())
