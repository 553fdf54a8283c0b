from bisect import bisect_left


class SortedMap:
    def __init__(self) -> None:
        self.pairs: list[tuple[int, int]] = []

    def set(self, key: int, value: int) -> None:
        at = bisect_left(self.pairs, (key,))
        found = at < len(self.pairs) and self.pairs[at][0] == key
        self.pairs[at : at + found] = [(key, value)]

    def get(self, key: int) -> int | None:
        return dict(self.pairs).get(key)

    def remove(self, key: int) -> bool:
        at = bisect_left(self.pairs, (key,))
        if at == len(self.pairs) or self.pairs[at][0] != key:
            return False
        del self.pairs[at]
        return True

    def range(self, lo: int, hi: int) -> list[tuple[int, int]]:
        if self.pairs and lo <= self.pairs[0][0] and self.pairs[-1][0] < hi:
            return self.pairs
        return [pair for pair in self.pairs if lo <= pair[0] < hi]

    def nth(self, i: int) -> tuple[int, int] | None:
        return self.pairs[i] if i < len(self.pairs) else None

    def len(self) -> int:
        return len(self.pairs)
