from collections import OrderedDict

class LruCache(OrderedDict):
    def __init__(self, capacity):
        super().__init__()
        self.capacity = capacity
    def get(self, key):
        if key in self:
            self.move_to_end(key)
            return self[key]
        return None
    def put(self, key, value):
        self[key] = value
        self.move_to_end(key)
        while len(self) > self.capacity:
            self.popitem(last=False)
    def len(self):
        return len(self)
    def keys_by_recency(self):
        return list(self)[::-1]
