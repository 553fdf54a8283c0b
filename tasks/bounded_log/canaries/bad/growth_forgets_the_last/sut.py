class BoundedLog:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.cells = [0] * 16
        self.used = 0

    def append(self, value: int) -> bool:
        if self.used >= self.capacity:
            return False
        if self.used == len(self.cells):
            self._grow()
        self.cells[self.used] = value
        self.used += 1
        return True

    def get(self, index: int) -> int | None:
        return self.cells[index] if index < self.used else None

    def len(self) -> int:
        return self.used

    def clear(self) -> None:
        self.used = 0

    def _grow(self) -> None:
        wider = [0] * (2 * len(self.cells))
        for at in range(self.used - 1):
            wider[at] = self.cells[at]
        self.cells = wider
