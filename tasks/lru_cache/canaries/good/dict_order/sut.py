class LruCache:
    """A plain dict remembers insertion; a use takes the key out and puts it back."""

    def __init__(self, capacity):
        self.room = capacity
        self.kept = {}

    def get(self, key):
        try:
            value = self.kept[key] = self.kept.pop(key)
        except KeyError:
            return None
        return value

    def put(self, key, value):
        if self.kept.pop(key, None) is None and len(self.kept) == self.room:
            self.kept.pop(next(iter(self.kept)))
        self.kept[key] = value

    def len(self):
        return sum(1 for _ in self.kept)

    def keys_by_recency(self):
        return [*self.kept][::-1]
