from bisect import bisect_left

INFINITY = 2**63 - 1


class SortedMap:
    """Sorted arrays that end in a key larger than all others, so that no search needs a bound."""

    def __init__(self) -> None:
        self.keys = [INFINITY]
        self.values = [0]

    def set(self, key: int, value: int) -> None:
        at = bisect_left(self.keys, key)
        if self.keys[at] == key:
            self.values[at] = value
        else:
            self.keys.insert(at, key)
            self.values.insert(at, value)

    def get(self, key: int) -> int | None:
        at = bisect_left(self.keys, key)
        return self.values[at] if self.keys[at] == key and key != INFINITY else None

    def remove(self, key: int) -> bool:
        at = bisect_left(self.keys, key)
        if self.keys[at] != key or key == INFINITY:
            return False
        del self.keys[at], self.values[at]
        return True

    def range(self, lo: int, hi: int) -> list[tuple[int, int]]:
        start, end = bisect_left(self.keys, lo), bisect_left(self.keys, hi)
        return list(zip(self.keys[start:end], self.values[start:end]))

    def nth(self, i: int) -> tuple[int, int] | None:
        return (self.keys[i], self.values[i]) if i < len(self.keys) - 1 else None

    def len(self) -> int:
        return len(self.keys) - 1
