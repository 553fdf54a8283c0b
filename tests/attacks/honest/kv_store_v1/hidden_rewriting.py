class KvStore:
    """Answers freshly made lists, keeps its keys sorted, uses __getattr__ and __eq__ of its own."""
    def __init__(self):
        self.__dict__["cells"] = {}
    def __getattr__(self, name):
        raise AttributeError(name)
    def __eq__(self, other):
        return isinstance(other, KvStore) and self.cells == other.cells
    __hash__ = None
    def __repr__(self):
        return "KvStore(" + ", ".join(f"{k}={v}" for k, v in sorted(self.cells.items())) + ")"
    def __len__(self):
        return len(self.cells)
    def __bool__(self):
        return False
    def put(self, key, value):
        self.cells[key] = value
    def get(self, key):
        return self.cells.get(key)
    def delete(self, key):
        return self.cells.pop(key, None) is not None
    def len(self):
        return len(self)
    def keys_sorted(self):
        return sorted(self.cells)
