class LruCache:
    __slots__ = "capacity", "rows"
    def __init__(self, capacity):
        self.capacity, self.rows = capacity, []
    def _at(self, key):
        for at, (k, _) in enumerate(self.rows):
            if k == key:
                return at
        return -1
    def get(self, key):
        if (at := self._at(key)) < 0:
            return None
        self.rows.insert(0, self.rows.pop(at))
        return self.rows[0][1]
    def put(self, key, value):
        if (at := self._at(key)) >= 0:
            del self.rows[at]
        self.rows.insert(0, (key, value))
        del self.rows[self.capacity:]
    def len(self):
        return len(self.rows)
    def keys_by_recency(self):
        return [k for k, _ in self.rows]
