class BoundedLog:
    """Cons cells from newest to oldest: every read walks, and clear forgets nothing until the first append."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.size = 0
        self.cell = None

    def append(self, value: int) -> bool:
        if self.size == self.capacity:
            return False
        self.cell = (value, self.cell if self.size else None)
        self.size += 1
        return True

    def get(self, index: int) -> int | None:
        if index >= self.size:
            return None
        cell = self.cell
        for _ in range(self.size - 1 - index):
            cell = cell[1]
        return cell[0]

    def len(self) -> int:
        return self.size

    def clear(self) -> None:
        self.size = 0
