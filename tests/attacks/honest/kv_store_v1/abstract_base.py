import abc
from typing import Protocol, overload

class Sized(Protocol):
    def len(self) -> int: ...

class Base(abc.ABC):
    @abc.abstractmethod
    def get(self, key: int) -> int | None: ...

    @overload
    def put(self, key: int, value: int) -> None: ...
    @overload
    def put(self, key: int, value: int, *more: int) -> None: ...
    def put(self, key, value, *more):
        self.cells[key] = value

class KvStore(Base):
    def __init__(self):
        self.cells = {}
    def get(self, key):
        return self.cells.get(key)
    def delete(self, key):
        return self.cells.pop(key, None) is not None
    def len(self):
        return len(self.cells)
    def keys_sorted(self):
        return sorted(self.cells)
