from __future__ import annotations

LEVELS = 12


class _Node:
    __slots__ = ("key", "value", "next")

    def __init__(self, key: int, value: int, height: int) -> None:
        self.key = key
        self.value = value
        self.next: list[_Node | None] = [None] * height


class KvStore:
    """A skip list; heights come from a small generator of its own, so equal histories build equal lists."""

    def __init__(self) -> None:
        self._head = _Node(-1, 0, LEVELS)
        self._size = 0
        self._state = 0x2545F491

    def put(self, key: int, value: int) -> None:
        before = self._before(key)
        node = before[0].next[0]
        if node is not None and node.key == key:
            node.value = value
            return
        new = _Node(key, value, self._height())
        for level in range(len(new.next)):
            new.next[level] = before[level].next[level]
            before[level].next[level] = new
        self._size += 1

    def get(self, key: int) -> int | None:
        node = self._before(key)[0].next[0]
        return node.value if node is not None and node.key == key else None

    def delete(self, key: int) -> bool:
        before = self._before(key)
        node = before[0].next[0]
        if node is None or node.key != key:
            return False
        for level, following in enumerate(node.next):
            before[level].next[level] = following
        self._size -= 1
        return True

    def len(self) -> int:
        return self._size

    def keys_sorted(self) -> list[int]:
        keys = []
        node = self._head.next[0]
        while node is not None:
            keys.append(node.key)
            node = node.next[0]
        return keys

    def _before(self, key: int) -> list[_Node]:
        node = self._head
        path = [node] * LEVELS
        for level in reversed(range(LEVELS)):
            following = node.next[level]
            while following is not None and following.key < key:
                node = following
                following = node.next[level]
            path[level] = node
        return path

    def _height(self) -> int:
        self._state = (self._state * 1103515245 + 12345) % 2**31
        bits, height = self._state >> 8, 1
        while bits & 1 and height < LEVELS:
            bits >>= 1
            height += 1
        return height
