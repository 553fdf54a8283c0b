"""Keeps its own count, which it changes outside of the lock."""

from probatum.sync import Condition


class BoundedQueue:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.count = 0
        self.changed = Condition()

    def put(self, item):
        with self.changed:
            self.changed.wait_for(lambda: len(self.items) < self.capacity)
            self.items.append(item)
            self.changed.notify_all()
        self.count += 1

    def take(self):
        with self.changed:
            self.changed.wait_for(lambda: self.items)
            item = self.items.pop(0)
            self.changed.notify_all()
        self.count -= 1
        return item

    def try_put(self, item):
        with self.changed:
            if len(self.items) >= self.capacity:
                return False
            self.items.append(item)
            self.changed.notify_all()
        self.count += 1
        return True

    def try_take(self):
        with self.changed:
            if not self.items:
                return None
            item = self.items.pop(0)
            self.changed.notify_all()
        self.count -= 1
        return item

    def len(self):
        return self.count
