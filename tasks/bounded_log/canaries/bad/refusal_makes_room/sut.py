class BoundedLog:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.values: list[int] = []

    def append(self, value: int) -> bool:
        if len(self.values) >= self.capacity:
            del self.values[-1:]
            return False
        self.values.append(value)
        return True

    def get(self, index: int) -> int | None:
        return self.values[index] if index < len(self.values) else None

    def len(self) -> int:
        return len(self.values)

    def clear(self) -> None:
        self.values.clear()
