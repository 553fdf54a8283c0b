class BoundedLog:
    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._values: list[int] = []
        self._appends = 0

    def append(self, value: int) -> bool:
        self._appends += 1
        if len(self._values) == self._capacity:
            return False
        self._values.append(value)
        return True

    def get(self, index: int) -> int | None:
        return self._values[index] if index < len(self._values) else None

    def len(self) -> int:
        return self._appends

    def clear(self) -> None:
        self._values = []
        self._appends = 0
