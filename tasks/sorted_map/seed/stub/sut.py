class SortedMap:
    def __init__(self) -> None:
        self.pairs: dict[int, int] = {}

    def set(self, key: int, value: int) -> None:
        self.pairs[key] = value

    def get(self, key: int) -> int | None:
        return self.pairs.get(key)

    def remove(self, key: int) -> bool:
        if key in self.pairs:
            del self.pairs[key]
            return True
        return False

    def range(self, lo: int, hi: int) -> list[tuple[int, int]]:
        return [(key, self.pairs[key]) for key in sorted(self.pairs) if lo < key < hi]

    def nth(self, i: int) -> tuple[int, int] | None:
        keys = sorted(self.pairs)
        if i > len(keys):
            return None
        return keys[i], self.pairs[keys[i]]

    def len(self) -> int:
        return len(self.pairs)
