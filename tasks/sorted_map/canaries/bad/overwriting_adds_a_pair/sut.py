from bisect import bisect_left, insort


class SortedMap:
    def __init__(self) -> None:
        self.pairs: list[tuple[int, int]] = []

    def set(self, key: int, value: int) -> None:
        if (key, value) not in self.pairs:
            insort(self.pairs, (key, value))

    def get(self, key: int) -> int | None:
        at = bisect_left(self.pairs, (key + 1,)) - 1
        return self.pairs[at][1] if at >= 0 and self.pairs[at][0] == key else None

    def remove(self, key: int) -> bool:
        before = len(self.pairs)
        self.pairs = [pair for pair in self.pairs if pair[0] != key]
        return len(self.pairs) < before

    def range(self, lo: int, hi: int) -> list[tuple[int, int]]:
        return self.pairs[bisect_left(self.pairs, (lo,)) : bisect_left(self.pairs, (hi,))]

    def nth(self, i: int) -> tuple[int, int] | None:
        return self.pairs[i] if i < len(self.pairs) else None

    def len(self) -> int:
        return len(self.pairs)
