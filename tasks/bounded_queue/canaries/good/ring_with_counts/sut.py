"""A bounded queue in a ring of cells; a lock that its owner takes again."""

from probatum.sync import Condition, RLock


class BoundedQueue:
    def __init__(self, capacity: int) -> None:
        self.cells: list[int | None] = [None] * capacity
        self.head = 0
        self.held = 0
        self.changed = Condition(RLock())

    def put(self, item: int) -> None:
        with self.changed:
            while not self.try_put(item):
                self.changed.wait()

    def take(self) -> int:
        with self.changed:
            while (item := self.try_take()) is None:
                self.changed.wait()
            return item

    def try_put(self, item: int) -> bool:
        with self.changed:
            if self.held == len(self.cells):
                return False
            self.cells[(self.head + self.held) % len(self.cells)] = item
            self.held += 1
            self.changed.notify_all()
            return True

    def try_take(self) -> int | None:
        with self.changed:
            if not self.held:
                return None
            item = self.cells[self.head]
            self.head = (self.head + 1) % len(self.cells)
            self.held -= 1
            self.changed.notify_all()
            return item

    def len(self) -> int:
        with self.changed:
            return self.held
