class BoundedLog:
    """A fixed array, copied into one twice as long when it is full but the capacity is not reached."""

    __slots__ = ("capacity", "cells", "used")

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.clear()

    def append(self, value: int) -> bool:
        if self.used == self.capacity:
            return False
        if self.used == len(self.cells):
            self.grow()
        self.cells[self.used] = value
        self.used += 1
        return True

    def get(self, index: int) -> int | None:
        if 0 <= index < self.used:
            return self.cells[index]
        return None

    def len(self) -> int:
        return self.used

    def clear(self) -> None:
        self.cells = [0] * min(4, self.capacity)
        self.used = 0

    def grow(self) -> None:
        wider = [0] * min(2 * len(self.cells), self.capacity)
        for at in range(self.used):
            wider[at] = self.cells[at]
        self.cells = wider
