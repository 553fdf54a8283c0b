from sortedcontainers import SortedList


class Sorted:
    def __init__(self):
        self.inner = SortedList()

    def add(self, item):
        self.inner.add(item)

    def remove(self, item):
        self.inner.remove(item)

    def pop(self):
        return self.inner.pop()

    def left(self, item):
        return self.inner.bisect_left(item)

    def right(self, item):
        return self.inner.bisect_right(item)

    def count(self, item):
        return self.inner.count(item)

    def items(self):
        return list(self.inner)
