from __future__ import annotations

LEVELS = 10


class Tower:
    __slots__ = ("key", "links", "spans", "value")

    def __init__(self, key: int, value: int, height: int) -> None:
        self.key, self.value = key, value
        self.links: list[Tower | None] = [None] * height
        self.spans = [0] * height


class SortedMap:
    """A skip list whose links know how many keys they pass, so that a position is found from the top."""

    def __init__(self) -> None:
        self.head = Tower(0, 0, LEVELS)
        self.size = 0
        self.coin = 1

    def set(self, key: int, value: int) -> None:
        towers, ranks = self.before(key)
        found = towers[0].links[0]
        if found is not None and found.key == key:
            found.value = value
            return
        new = Tower(key, value, self.height())
        for level in range(LEVELS):
            passed = ranks[0] - ranks[level]
            if level < len(new.links):
                new.links[level] = towers[level].links[level]
                new.spans[level] = towers[level].spans[level] - passed
                towers[level].links[level] = new
                towers[level].spans[level] = passed + 1
            else:
                towers[level].spans[level] += 1
        self.size += 1

    def get(self, key: int) -> int | None:
        found = self.before(key)[0][0].links[0]
        return found.value if found is not None and found.key == key else None

    def remove(self, key: int) -> bool:
        towers, _ = self.before(key)
        found = towers[0].links[0]
        if found is None or found.key != key:
            return False
        for level in range(LEVELS):
            if towers[level].links[level] is found:
                towers[level].links[level] = found.links[level]
                towers[level].spans[level] += found.spans[level]
            towers[level].spans[level] -= 1
        self.size -= 1
        return True

    def range(self, lo: int, hi: int) -> list[tuple[int, int]]:
        pairs = []
        tower = self.before(lo)[0][0].links[0]
        while tower is not None and tower.key < hi:
            pairs.append((tower.key, tower.value))
            tower = tower.links[0]
        return pairs

    def nth(self, i: int) -> tuple[int, int] | None:
        if i >= self.size:
            return None
        tower, left = self.head, i + 1
        for level in reversed(range(LEVELS)):
            while tower.links[level] is not None and tower.spans[level] <= left:
                left -= tower.spans[level]
                tower = tower.links[level]
        return tower.key, tower.value

    def len(self) -> int:
        return self.size

    def before(self, key: int) -> tuple[list[Tower], list[int]]:
        towers, ranks = [self.head] * LEVELS, [0] * LEVELS
        tower, rank = self.head, 0
        for level in reversed(range(LEVELS)):
            following = tower.links[level]
            while following is not None and following.key < key:
                rank += tower.spans[level]
                tower, following = following, following.links[level]
            towers[level], ranks[level] = tower, rank
        return towers, ranks

    def height(self) -> int:
        self.coin = (self.coin * 1103515245 + 12345) & 0x7FFFFFFF
        tosses = self.coin >> 12
        return min(LEVELS, 1 + ((tosses | 1 << LEVELS) & -(tosses | 1 << LEVELS)).bit_length() - 1)
