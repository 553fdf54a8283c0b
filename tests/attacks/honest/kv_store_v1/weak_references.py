import weakref

class Cell:
    __slots__ = ("__weakref__", "value")
    def __init__(self, value):
        self.value = value

class KvStore:
    def __init__(self):
        self.kept = {}
        self.weak = weakref.WeakValueDictionary()
    def put(self, key, value):
        self.kept[key] = cell = Cell(value)
        self.weak[key] = cell
    def get(self, key):
        cell = self.weak.get(key)
        return None if cell is None else cell.value
    def delete(self, key):
        return self.kept.pop(key, None) is not None
    def len(self):
        return len(self.weak)
    def keys_sorted(self):
        return sorted(self.weak)
