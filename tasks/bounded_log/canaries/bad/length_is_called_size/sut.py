class BoundedLog:
    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._values: list[int] = []

    def append(self, value: int) -> bool:
        if len(self._values) == self._capacity:
            return False
        self._values.append(value)
        return True

    def get(self, index: int) -> int | None:
        return self._values[index] if index < len(self._values) else None

    def size(self) -> int:
        return len(self._values)

    def clear(self) -> None:
        self._values = []
