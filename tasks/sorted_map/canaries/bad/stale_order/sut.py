class SortedMap:
    def __init__(self) -> None:
        self.pairs: dict[int, int] = {}
        self.order: list[int] | None = None

    def set(self, key: int, value: int) -> None:
        if key not in self.pairs:
            self.order = None
        self.pairs[key] = value

    def get(self, key: int) -> int | None:
        return self.pairs.get(key)

    def remove(self, key: int) -> bool:
        return self.pairs.pop(key, None) is not None

    def range(self, lo: int, hi: int) -> list[tuple[int, int]]:
        return [(key, self.pairs.get(key, 0)) for key in self._ordered() if lo <= key < hi]

    def nth(self, i: int) -> tuple[int, int] | None:
        order = self._ordered()
        return (order[i], self.pairs.get(order[i], 0)) if i < len(order) else None

    def len(self) -> int:
        return len(self.pairs)

    def _ordered(self) -> list[int]:
        if self.order is None:
            self.order = sorted(self.pairs)
        return self.order
