from sortedcontainers import SortedDict


class Ordered:
    def __init__(self):
        self.inner = SortedDict()

    def put(self, key, value):
        self.inner[key] = value

    def get(self, key):
        return self.inner.get(key)

    def pop(self, key):
        return self.inner.pop(key)

    def first(self):
        return self.inner.peekitem(0)[0] if self.inner else None

    def between(self, low, high):
        return list(self.inner.irange(low, high))
