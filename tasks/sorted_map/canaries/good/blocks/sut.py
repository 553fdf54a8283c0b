from bisect import bisect_left, bisect_right
from itertools import chain, dropwhile, takewhile
from typing import List, NamedTuple, Optional, Tuple


class Pair(NamedTuple):
    key: int
    value: int


class SortedMap:
    """A list of sorted blocks of at most 32 pairs; a full block is halved, an empty one dropped."""

    LIMIT = 32

    def __init__(self) -> None:
        self.blocks: List[List[Pair]] = []

    def set(self, key: int, value: int) -> None:
        if not self.blocks:
            self.blocks.append([])
        block = self.blocks[self._block_of(key)]
        at = bisect_left(block, (key,))
        if at < len(block) and block[at].key == key:
            block[at] = Pair(key, value)
        else:
            block.insert(at, Pair(key, value))
            self._halve(self._block_of(key))

    def get(self, key: int) -> Optional[int]:
        for pair in self.blocks[self._block_of(key)] if self.blocks else ():
            if pair.key == key:
                return pair.value
        return None

    def remove(self, key: int) -> bool:
        if self.get(key) is None:
            return False
        at = self._block_of(key)
        self.blocks[at] = [pair for pair in self.blocks[at] if pair.key != key]
        if not self.blocks[at]:
            del self.blocks[at]
        return True

    def range(self, lo: int, hi: int) -> List[Tuple[int, int]]:
        pairs = chain.from_iterable(self.blocks[self._block_of(lo) :])
        inside = takewhile(lambda pair: pair.key < hi, dropwhile(lambda pair: pair.key < lo, pairs))
        return [tuple(pair) for pair in inside]

    def nth(self, i: int) -> Optional[Tuple[int, int]]:
        for block in self.blocks:
            if i < len(block):
                return tuple(block[i])
            i -= len(block)
        return None

    def len(self) -> int:
        return sum(map(len, self.blocks))

    def _block_of(self, key: int) -> int:
        return max(0, bisect_right([block[0].key for block in self.blocks if block], key) - 1)

    def _halve(self, at: int) -> None:
        block = self.blocks[at]
        if len(block) > self.LIMIT:
            middle = len(block) // 2
            self.blocks[at : at + 1] = [block[:middle], block[middle:]]
