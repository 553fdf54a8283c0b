class BoundedLog:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.cells: list[int] = []
        self.count = 0

    def append(self, value: int) -> bool:
        if self.count >= self.capacity:
            return False
        if self.count < len(self.cells):
            self.cells[self.count] = value
        else:
            self.cells.append(value)
        self.count += 1
        return True

    def get(self, index: int) -> int | None:
        return self.cells[index] if index < len(self.cells) else None

    def len(self) -> int:
        return self.count

    def clear(self) -> None:
        self.count = 0
