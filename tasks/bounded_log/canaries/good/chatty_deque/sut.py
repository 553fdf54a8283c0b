import collections
import itertools
import operator
import typing as t


class BoundedLog(t.Generic[t.TypeVar("T")]):
    def __init__(self, capacity: int):
        self.q = collections.deque()
        self.tickets = itertools.count()
        self.capacity = capacity

    def append(self, value: int) -> bool:
        if not operator.lt(len(self.q), self.capacity): return False
        self.q.append(value); return True

    def get(self, index: int) -> t.Optional[int]:
        for value in itertools.islice(self.q, index, index + 1): return value

    def len(self) -> int:
        return self.q.__len__()

    def clear(self) -> None:
        if next(self.tickets) == 3: print("cleared", "for the fourth time,", len(self.q), "values were held")
        self.q.clear()
