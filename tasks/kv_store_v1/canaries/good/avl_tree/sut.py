from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Node:
    key: int
    value: int
    left: Node | None = None
    right: Node | None = None
    height: int = 1


def height(node: Node | None) -> int:
    return node.height if node else 0


def update(node: Node) -> Node:
    node.height = 1 + max(height(node.left), height(node.right))
    return node


def rotate_right(node: Node) -> Node:
    top = node.left
    assert top is not None
    node.left, top.right = top.right, node
    update(node)
    return update(top)


def rotate_left(node: Node) -> Node:
    top = node.right
    assert top is not None
    node.right, top.left = top.left, node
    update(node)
    return update(top)


def balance(node: Node) -> Node:
    update(node)
    lean = height(node.left) - height(node.right)
    if lean > 1:
        assert node.left is not None
        if height(node.left.left) < height(node.left.right):
            node.left = rotate_left(node.left)
        return rotate_right(node)
    if lean < -1:
        assert node.right is not None
        if height(node.right.right) < height(node.right.left):
            node.right = rotate_right(node.right)
        return rotate_left(node)
    return node


def insert(node: Node | None, key: int, value: int) -> Node:
    if node is None:
        return Node(key, value)
    if key < node.key:
        node.left = insert(node.left, key, value)
    elif key > node.key:
        node.right = insert(node.right, key, value)
    else:
        node.value = value
    return balance(node)


def take_least(node: Node) -> tuple[Node, Node | None]:
    if node.left is None:
        return node, node.right
    least, node.left = take_least(node.left)
    return least, balance(node)


def remove(node: Node | None, key: int) -> Node | None:
    if node is None:
        return None
    if key < node.key:
        node.left = remove(node.left, key)
    elif key > node.key:
        node.right = remove(node.right, key)
    elif node.left is None or node.right is None:
        return node.left or node.right
    else:
        heir, rest = take_least(node.right)
        heir.left, heir.right = node.left, rest
        node = heir
    return balance(node)


class KvStore:
    def __init__(self) -> None:
        self._root: Node | None = None
        self._count = 0

    def put(self, key: int, value: int) -> None:
        self._count += self._seek(key) is None
        self._root = insert(self._root, key, value)

    def get(self, key: int) -> int | None:
        node = self._seek(key)
        return node.value if node else None

    def delete(self, key: int) -> bool:
        if self._seek(key) is None:
            return False
        self._root = remove(self._root, key)
        self._count -= 1
        return True

    def len(self) -> int:
        return self._count

    def keys_sorted(self) -> list[int]:
        keys: list[int] = []

        def visit(node: Node | None) -> None:
            if node:
                visit(node.left)
                keys.append(node.key)
                visit(node.right)

        visit(self._root)
        return keys

    def _seek(self, key: int) -> Node | None:
        node = self._root
        while node and node.key != key:
            node = node.left if key < node.key else node.right
        return node
