class SortedMap:
    def __init__(self):
        pass

    def set(self, key, value):
        return None

    def get(self, key):
        return None

    def remove(self, key):
        return None

    def range(self, lo, hi):
        return None

    def nth(self, i):
        return None

    def len(self):
        return None
