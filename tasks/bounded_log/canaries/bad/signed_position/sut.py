def as_i32(number: int) -> int:
    return number - 2**32 if number >= 2**31 else number


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
        at = as_i32(index)
        try:
            return self.values[at]
        except IndexError:
            return None

    def len(self) -> int:
        return len(self.values)

    def clear(self) -> None:
        self.values.clear()
