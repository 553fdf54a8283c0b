class SortedMap:
    def __init__(self) -> None:
        self.pairs: dict[int, int] = {}

    def set(self, key: int, value: int) -> None:
        self.pairs[key] = value

    def get(self, key: int) -> int | None:
        return self.pairs.get(key)

    def remove(self, key: int) -> bool:
        return self.pairs.pop(key, None) is not None

    def range(self, lo: int, hi: int) -> list[tuple[int, int]]:
        return [(key, self.pairs[key]) for key in range(lo, hi) if key in self.pairs]

    def nth(self, i: int) -> tuple[int, int] | None:
        if i >= len(self.pairs):
            return None
        key = sorted(self.pairs)[i]
        return key, self.pairs[key]

    def len(self) -> int:
        return len(self.pairs)
