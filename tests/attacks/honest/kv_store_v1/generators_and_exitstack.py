from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property, singledispatchmethod

class KvStore:
    @cached_property
    def cells(self):
        return {}
    @contextmanager
    def open(self):
        yield self.cells
    def put(self, key, value):
        with ExitStack() as stack:
            stack.enter_context(self.open())[key] = value
    def get(self, key):
        return next((v for k, v in self.cells.items() if k == key), None)
    def delete(self, key):
        with suppress(KeyError):
            self.cells.pop(key)
            return True
        return False
    def len(self):
        return sum(1 for _ in self.cells)
    def keys_sorted(self):
        def pieces():
            yield from sorted(self.cells)
        return list(pieces())
