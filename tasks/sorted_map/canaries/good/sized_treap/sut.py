from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Node:
    """A node never changes: an update makes new nodes along one path."""

    key: int
    value: int
    rank: int
    left: Node | None = None
    right: Node | None = None
    size: int = 1


def size(node: Node | None) -> int:
    return 0 if node is None else node.size


def with_sides(node: Node, left: Node | None, right: Node | None) -> Node:
    return Node(node.key, node.value, node.rank, left, right, 1 + size(left) + size(right))


def split(node: Node | None, key: int) -> tuple[Node | None, Node | None]:
    if node is None:
        return None, None
    if node.key < key:
        low, high = split(node.right, key)
        return with_sides(node, node.left, low), high
    low, high = split(node.left, key)
    return low, with_sides(node, high, node.right)


def merge(low: Node | None, high: Node | None) -> Node | None:
    match low, high:
        case None, other:
            return other
        case other, None:
            return other
        case a, b if a.rank >= b.rank:
            return with_sides(a, a.left, merge(a.right, b))
        case a, b:
            return with_sides(b, merge(a, b.left), b.right)


def walk(node: Node | None, lo: int, hi: int) -> Iterator[tuple[int, int]]:
    if node is not None:
        if lo < node.key:
            yield from walk(node.left, lo, hi)
        if lo <= node.key < hi:
            yield node.key, node.value
        if node.key < hi:
            yield from walk(node.right, lo, hi)


class SortedMap:
    def __init__(self) -> None:
        self._root: Node | None = None
        self._random = Random(2024)

    def set(self, key: int, value: int) -> None:
        low, _, high = self._apart(key)
        self._root = merge(merge(low, Node(key, value, self._random.getrandbits(60))), high)

    def get(self, key: int) -> int | None:
        node = self._root
        while node is not None:
            if node.key == key:
                return node.value
            node = node.left if key < node.key else node.right
        return None

    def remove(self, key: int) -> bool:
        low, found, high = self._apart(key)
        self._root = merge(low, high)
        return found is not None

    def range(self, lo: int, hi: int) -> list[tuple[int, int]]:
        return list(walk(self._root, lo, hi))

    def nth(self, i: int) -> tuple[int, int] | None:
        node = self._root
        while node is not None:
            before = size(node.left)
            if i == before:
                return node.key, node.value
            if i < before:
                node = node.left
            else:
                i, node = i - before - 1, node.right
        return None

    def len(self) -> int:
        return size(self._root)

    def _apart(self, key: int) -> tuple[Node | None, Node | None, Node | None]:
        low, rest = split(self._root, key)
        found, high = split(rest, key + 1)
        return low, found, high
