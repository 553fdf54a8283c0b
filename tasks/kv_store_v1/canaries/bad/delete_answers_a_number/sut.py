class KvStore:
    def __init__(self):
        self.data = {}

    def put(self, key, value):
        self.data[key] = value

    def get(self, key):
        return self.data.get(key)

    def delete(self, key):
        before = len(self.data)
        self.data.pop(key, None)
        return before - len(self.data)

    def len(self):
        return len(self.data)

    def keys_sorted(self):
        return sorted(self.data)
