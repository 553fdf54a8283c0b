"""A map that everybody uses."""


class KvStore:
    def __init__(self):
        self.held = {}

    def put(self, key, value):
        self.held[key] = value

    def get(self, key):
        return self.held.get(key)

    def delete(self, key):
        return self.held.pop(key, None) is not None

    def len(self):
        return len(self.held)

    def increment(self, key):
        self.held[key] = (self.held.get(key, 0) + 1) % 2**64
        return self.held[key]

    def compare_and_set(self, key, expected, value):
        if self.held.get(key) != expected:
            return False
        self.held[key] = value
        return True

    def move(self, source, target):
        value = self.held.pop(source, None)
        if value is None:
            return False
        self.held[target] = value
        return True
