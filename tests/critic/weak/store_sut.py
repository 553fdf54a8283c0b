class Store:
    def __init__(self):
        self._keys = []
        self._values = []

    def _at(self, key):
        return self._keys.index(key) if key in self._keys else -1

    def put(self, key, value):
        at = self._at(key)
        if at >= 0:
            self._values[at] = value
        else:
            self._keys.append(key)
            self._values.append(value)

    def get(self, key):
        at = self._at(key)
        return self._values[at] if at >= 0 else None

    def delete(self, key):
        at = self._at(key)
        if at < 0:
            return False
        del self._keys[at]
        del self._values[at]
        return True

    def len(self):
        return len(self._keys)

    def keys(self):
        return sorted(self._keys)
