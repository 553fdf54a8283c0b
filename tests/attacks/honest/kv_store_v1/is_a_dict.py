class KvStore(dict):
    def put(self, key, value):
        self[key] = value
    def delete(self, key):
        if key in self:
            del self[key]
            return True
        return False
    def len(self):
        return len(self)
    def keys_sorted(self):
        return sorted(self)
