from __future__ import annotations

import random


class Tower:
    def __init__(self, key: int, value: int, height: int) -> None:
        self.key, self.value = key, value
        self.links: list[Tower | None] = [None] * height


class SortedMap:
    """A skip list; one tower in sixty-four is higher than its head and then hangs in the air."""

    def __init__(self) -> None:
        self.head = Tower(0, 0, 6)

    def set(self, key: int, value: int) -> None:
        path = self._path(key)
        found = path[0].links[0]
        if found is not None and found.key == key:
            found.value = value
            return
        height = 1
        while random.random() < 0.5:
            height += 1
        tower = Tower(key, value, height)
        if height > len(self.head.links):
            return
        for level in range(height):
            tower.links[level] = path[level].links[level]
            path[level].links[level] = tower

    def get(self, key: int) -> int | None:
        found = self._path(key)[0].links[0]
        return found.value if found is not None and found.key == key else None

    def remove(self, key: int) -> bool:
        path = self._path(key)
        found = path[0].links[0]
        if found is None or found.key != key:
            return False
        for level in range(len(found.links)):
            path[level].links[level] = found.links[level]
        return True

    def range(self, lo: int, hi: int) -> list[tuple[int, int]]:
        return [pair for pair in self._pairs() if lo <= pair[0] < hi]

    def nth(self, i: int) -> tuple[int, int] | None:
        pairs = self._pairs()
        return pairs[i] if i < len(pairs) else None

    def len(self) -> int:
        return len(self._pairs())

    def _path(self, key: int) -> list[Tower]:
        tower, path = self.head, [self.head] * 6
        for level in reversed(range(6)):
            following = tower.links[level]
            while following is not None and following.key < key:
                tower, following = following, following.links[level]
            path[level] = tower
        return path

    def _pairs(self) -> list[tuple[int, int]]:
        pairs, tower = [], self.head.links[0]
        while tower is not None:
            pairs.append((tower.key, tower.value))
            tower = tower.links[0]
        return pairs
