"""A list that everybody uses."""


class BoundedQueue:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []

    def put(self, item):
        self.items.append(item)

    def take(self):
        return self.items.pop(0)

    def try_put(self, item):
        if len(self.items) >= self.capacity:
            return False
        self.items.append(item)
        return True

    def try_take(self):
        return self.items.pop(0) if self.items else None

    def len(self):
        return len(self.items)
