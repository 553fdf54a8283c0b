from itertools import count, takewhile


class BoundedLog:
    """Values as variable-length numbers in one byte string; every eighth one has its offset noted."""

    STRIDE = 8

    def __init__(self, capacity: int) -> None:
        self.room = self.capacity = capacity
        self.data = bytearray()
        self.marks: list[int] = []

    def append(self, value: int) -> bool:
        if not self.room:
            return False
        if self.len() % self.STRIDE == 0:
            self.marks.append(len(self.data))
        while value > 127:
            self.data.append(value & 127 | 128)
            value >>= 7
        self.data.append(value)
        self.room -= 1
        return True

    def get(self, index: int) -> int | None:
        if index >= self.len():
            return None
        at = self.marks[index // self.STRIDE]
        for _ in range(index % self.STRIDE):
            at = self._end(at)
        return sum((self.data[at + i] & 127) << 7 * i for i in range(self._end(at) - at))

    def len(self) -> int:
        return self.capacity - self.room

    def clear(self) -> None:
        self.__init__(self.capacity)

    def _end(self, at: int) -> int:
        return at + 1 + sum(1 for _ in takewhile(lambda i: self.data[i] > 127, count(at)))
