from array import array


class BoundedLog:
    def __init__(self, capacity: int) -> None:
        self.cells = array("Q", bytes(8)) * capacity
        self.used = 0

    def append(self, value: int) -> bool:
        if self.used == len(self.cells):
            return False
        self.cells[self.used] = value
        self.used += 1
        return True

    def get(self, index: int) -> int | None:
        return self.cells[index] if index < self.used else None

    def len(self) -> int:
        return self.used

    def clear(self) -> None:
        self.used = 0
