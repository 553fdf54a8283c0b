import itertools
import operator

class LruCache:
    """Ticks instead of order."""
    def __init__(self, capacity):
        self.capacity = capacity
        self.tick = itertools.count().__next__
        self.values, self.used = {}, {}
    def get(self, key):
        if key in self.values:
            self.used[key] = self.tick()
        return self.values.get(key)
    def put(self, key, value):
        self.values[key], self.used[key] = value, self.tick()
        if len(self.values) > self.capacity:
            oldest, _ = min(self.used.items(), key=operator.itemgetter(1))
            del self.values[oldest], self.used[oldest]
    def len(self):
        return len(self.values)
    def keys_by_recency(self):
        return sorted(self.used, key=self.used.__getitem__, reverse=True)
