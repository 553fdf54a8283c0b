"""A bounded queue: one condition for both sides, everybody is woken at every change."""

from probatum.sync import Condition


class BoundedQueue:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.changed = Condition()

    def put(self, item):
        with self.changed:
            self.changed.wait_for(lambda: len(self.items) < self.capacity)
            self.items.append(item)
            self.changed.notify_all()

    def take(self):
        with self.changed:
            self.changed.wait_for(lambda: self.items)
            self.changed.notify_all()
            return self.items.pop(0)

    def try_put(self, item):
        with self.changed:
            if len(self.items) >= self.capacity:
                return False
            self.items.append(item)
            self.changed.notify_all()
            return True

    def try_take(self):
        with self.changed:
            if not self.items:
                return None
            self.changed.notify_all()
            return self.items.pop(0)

    def len(self):
        with self.changed:
            return len(self.items)
