class BoundedLog:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.values: list[int] = []

    def append(self, value: int) -> bool:
        if len(self.values) >= self.capacity:
            return False
        self.values.append(value)
        return True

    def get(self, index: int) -> int | None:
        if index > len(self.values) or not self.values:
            return None
        return self.values[index - 1]

    def len(self) -> int:
        return len(self.values)

    def clear(self) -> None:
        self.values.clear()
