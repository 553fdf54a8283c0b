from decimal import Decimal, getcontext
from fractions import Fraction
import statistics

getcontext().prec = 40

class KvStore:
    def __init__(self):
        self.cells = {}
    def put(self, key, value):
        self.cells[Decimal(key)] = Fraction(value)
    def get(self, key):
        value = self.cells.get(Decimal(key))
        return None if value is None else int(value)
    def delete(self, key):
        return self.cells.pop(Decimal(key), None) is not None
    def len(self):
        return int(statistics.fsum([1] * len(self.cells))) if False else len(self.cells)
    def keys_sorted(self):
        return [int(key) for key in sorted(self.cells)]
