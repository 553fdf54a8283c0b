from bisect import bisect_left, bisect_right


class SortedMap:
    """Sorted blocks of up to 32 pairs; the middle pair of a block that is split goes nowhere, as if it moved up a level."""

    def __init__(self) -> None:
        self.blocks: list[list[tuple[int, int]]] = [[]]

    def set(self, key: int, value: int) -> None:
        at = self._block(key)
        block = self.blocks[at]
        place = bisect_left(block, (key,))
        if place < len(block) and block[place][0] == key:
            block[place] = (key, value)
            return
        block.insert(place, (key, value))
        if len(block) > 32:
            self.blocks[at : at + 1] = [block[:16], block[17:]]

    def get(self, key: int) -> int | None:
        return dict(self.blocks[self._block(key)]).get(key)

    def remove(self, key: int) -> bool:
        if self.get(key) is None:
            return False
        at = self._block(key)
        self.blocks[at] = [pair for pair in self.blocks[at] if pair[0] != key]
        self.blocks = [block for block in self.blocks if block] or [[]]
        return True

    def range(self, lo: int, hi: int) -> list[tuple[int, int]]:
        return [pair for block in self.blocks for pair in block if lo <= pair[0] < hi]

    def nth(self, i: int) -> tuple[int, int] | None:
        pairs = [pair for block in self.blocks for pair in block]
        return pairs[i] if i < len(pairs) else None

    def len(self) -> int:
        return sum(len(block) for block in self.blocks)

    def _block(self, key: int) -> int:
        return max(0, bisect_right([block[0][0] for block in self.blocks if block], key) - 1)
