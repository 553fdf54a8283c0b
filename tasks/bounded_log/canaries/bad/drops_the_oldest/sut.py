from collections import deque


class BoundedLog:
    def __init__(self, capacity: int) -> None:
        self.values: deque[int] = deque(maxlen=capacity)

    def append(self, value: int) -> bool:
        room = len(self.values) != self.values.maxlen
        self.values.append(value)
        return room

    def get(self, index: int) -> int | None:
        return self.values[index] if index < len(self.values) else None

    def len(self) -> int:
        return len(self.values)

    def clear(self) -> None:
        self.values.clear()
