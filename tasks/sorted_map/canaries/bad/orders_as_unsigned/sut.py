from bisect import bisect_left, insort

MASK = 2**64 - 1


def signed(word: int) -> int:
    return word - 2**64 if word >= 2**63 else word


class SortedMap:
    """Keys as machine words."""

    def __init__(self) -> None:
        self.words: list[int] = []
        self.values: dict[int, int] = {}

    def set(self, key: int, value: int) -> None:
        if key & MASK not in self.values:
            insort(self.words, key & MASK)
        self.values[key & MASK] = value

    def get(self, key: int) -> int | None:
        return self.values.get(key & MASK)

    def remove(self, key: int) -> bool:
        if self.values.pop(key & MASK, None) is None:
            return False
        del self.words[bisect_left(self.words, key & MASK)]
        return True

    def range(self, lo: int, hi: int) -> list[tuple[int, int]]:
        return [(signed(word), self.values[word]) for word in self.words if lo <= signed(word) < hi]

    def nth(self, i: int) -> tuple[int, int] | None:
        if i >= len(self.words):
            return None
        return signed(self.words[i]), self.values[self.words[i]]

    def len(self) -> int:
        return len(self.words)
