class BoundedLog:
    """Clear moves the beginning; what was held stays in memory for ever."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.start = 0
        self.all: list[int] = []

    def append(self, value: int) -> bool:
        if self.len() >= self.capacity:
            return False
        self.all.append(value)
        return True

    def get(self, index: int) -> int | None:
        return self.all[self.start + index] if index < self.len() else None

    def len(self) -> int:
        return len(self.all) - self.start

    def clear(self) -> None:
        self.start = len(self.all)
