from typing import NamedTuple

class Cell(NamedTuple):
    value: int
    before: "Cell | None"
    depth: int

class BoundedLog:
    def __init__(self, capacity: int) -> None:
        self.capacity, self.top = capacity, None
    def append(self, value: int) -> bool:
        if self.len() == self.capacity:
            return False
        self.top = Cell(value, self.top, self.len() + 1)
        return True
    def get(self, index: int):
        cell = self.top
        while cell is not None and cell.depth != index + 1:
            cell = cell.before
        return None if cell is None else cell.value
    def len(self) -> int:
        return 0 if self.top is None else self.top.depth
    def clear(self) -> None:
        self.top = None
