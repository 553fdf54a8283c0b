from cachetools import LRUCache


class Lru:
    def __init__(self, room):
        self.inner = LRUCache(maxsize=room)

    def put(self, key, value):
        self.inner[key] = value

    def get(self, key):
        return self.inner.get(key)

    def len(self):
        return len(self.inner)

    def keys(self):
        return sorted(self.inner)
