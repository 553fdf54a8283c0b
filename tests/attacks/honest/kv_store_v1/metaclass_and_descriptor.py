class Counting(type):
    made = 0
    def __call__(cls, *args):
        Counting.made += 1
        return super().__call__(*args)

class Cell:
    def __set_name__(self, owner, name):
        self.name = "_" + name
    def __get__(self, instance, owner=None):
        return instance.__dict__.setdefault(self.name, {})

def remembered(cls):
    cls.decorated = True
    return cls

@remembered
class KvStore(metaclass=Counting):
    cells = Cell()

    @property
    def size(self):
        return len(self.cells)
    def put(self, key, value):
        self.cells[key] = value
    def get(self, key):
        return self.cells.get(key)
    def delete(self, key):
        return self.cells.pop(key, None) is not None
    def len(self):
        return self.size
    def keys_sorted(self):
        return sorted(self.cells)
