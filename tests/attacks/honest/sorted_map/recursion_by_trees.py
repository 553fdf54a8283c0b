import functools
import sys
sys.setrecursionlimit(4000)

@functools.total_ordering
class Key:
    __slots__ = ("n",)
    def __init__(self, n):
        self.n = n
    def __eq__(self, other):
        return self.n == other.n
    def __lt__(self, other):
        return self.n < other.n
    def __hash__(self):
        return hash(self.n)

class SortedMap:
    def __init__(self):
        self.cells = {}
    def set(self, key, value):
        self.cells[Key(key)] = value
    def get(self, key):
        return self.cells.get(Key(key))
    def remove(self, key):
        return self.cells.pop(Key(key), None) is not None
    def _sorted(self):
        def sort(keys):
            if len(keys) < 2:
                return keys
            pivot, *rest = keys
            return [*sort([k for k in rest if k < pivot]), pivot, *sort([k for k in rest if k > pivot])]
        return sort(list(self.cells))
    def range(self, lo, hi):
        return [(k.n, self.cells[k]) for k in self._sorted() if lo <= k.n < hi]
    def nth(self, i):
        keys = self._sorted()
        return (keys[i].n, self.cells[keys[i]]) if i < len(keys) else None
    def len(self):
        return len(self.cells)
