from __future__ import annotations

from collections.abc import Iterator


class Node:
    def __init__(self, key: int, value: int) -> None:
        self.key, self.value = key, value
        self.left: Node | None = None
        self.right: Node | None = None


class SortedMap:
    def __init__(self) -> None:
        self.root: Node | None = None
        self.count = 0

    def set(self, key: int, value: int) -> None:
        parent, node = None, self.root
        while node is not None and node.key != key:
            parent, node = node, node.left if key < node.key else node.right
        if node is not None:
            node.value = value
            return
        self.count += 1
        if parent is None:
            self.root = Node(key, value)
        elif key < parent.key:
            parent.left = Node(key, value)
        else:
            parent.right = Node(key, value)

    def get(self, key: int) -> int | None:
        node = self.root
        while node is not None and node.key != key:
            node = node.left if key < node.key else node.right
        return node.value if node is not None else None

    def remove(self, key: int) -> bool:
        parent, node = None, self.root
        while node is not None and node.key != key:
            parent, node = node, node.left if key < node.key else node.right
        if node is None:
            return False
        self.count -= 1
        if node.left is not None and node.right is not None:
            parent, heir = node, node.right
            while heir.left is not None:
                parent, heir = heir, heir.left
            node.key = heir.key
            node = heir
        child = node.left or node.right
        if parent is None:
            self.root = child
        elif parent.left is node:
            parent.left = child
        else:
            parent.right = child
        return True

    def range(self, lo: int, hi: int) -> list[tuple[int, int]]:
        return [pair for pair in self._pairs() if lo <= pair[0] < hi]

    def nth(self, i: int) -> tuple[int, int] | None:
        for at, pair in enumerate(self._pairs()):
            if at == i:
                return pair
        return None

    def len(self) -> int:
        return self.count

    def _pairs(self) -> Iterator[tuple[int, int]]:
        stack: list[Node] = []
        node = self.root
        while stack or node is not None:
            while node is not None:
                stack.append(node)
                node = node.left
            node = stack.pop()
            yield node.key, node.value
            node = node.right
