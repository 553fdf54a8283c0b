SIGN = 1 << 63


class BoundedLog:
    """Values as variable-length numbers; the shift keeps the sign bit, so large values have no last byte."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.values: list[bytes] = []

    def append(self, value: int) -> bool:
        if len(self.values) >= self.capacity:
            return False
        digits = bytearray()
        while value > 127:
            digits.append(value & 127)
            value = value >> 7 | value & SIGN
        digits.append(value)
        self.values.append(bytes(digits))
        return True

    def get(self, index: int) -> int | None:
        if index >= len(self.values):
            return None
        return sum(digit << 7 * place for place, digit in enumerate(self.values[index]))

    def len(self) -> int:
        return len(self.values)

    def clear(self) -> None:
        self.values.clear()
