from sortedcontainers import SortedDict


class SortedMap:
    def __init__(self) -> None:
        self.d = SortedDict()

    def set(self, key: int, value: int) -> None:
        self.d[key] = value

    def get(self, key: int) -> int | None:
        return self.d.get(key)

    def remove(self, key: int) -> bool:
        return self.d.pop(key, None) is not None

    def range(self, lo: int, hi: int) -> list[tuple[int, int]]:
        return [(key, self.d[key]) for key in self.d.irange(lo, hi, inclusive=(True, False))]

    def nth(self, i: int) -> tuple[int, int] | None:
        return self.d.peekitem(i) if i < len(self.d) else None

    def len(self) -> int:
        return len(self.d)
