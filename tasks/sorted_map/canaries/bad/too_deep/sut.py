from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple, Optional


class Node(NamedTuple):
    key: int
    value: int
    left: Optional[Node]
    right: Optional[Node]


Tree = Optional[Node]


def ordered(function: Callable[..., Any]) -> Callable[..., Any]:
    """Check on every way out that the children of a node lie on their sides."""

    @wraps(function)
    def checked(*args: Any) -> Any:
        node = function(*args)
        assert node is None or node.left is None or node.left.key < node.key
        assert node is None or node.right is None or node.key < node.right.key
        return node

    return checked


@ordered
def on_side(node: Node, key: int, change: Callable[[Tree], Tree]) -> Node:
    if key < node.key:
        return node._replace(left=change(node.left))
    return node._replace(right=change(node.right))


@ordered
def insert(tree: Tree, key: int, value: int) -> Tree:
    if tree is None:
        return Node(key, value, None, None)
    if key == tree.key:
        return tree._replace(value=value)
    return on_side(tree, key, lambda side: insert(side, key, value))


@ordered
def drop(tree: Tree, key: int) -> Tree:
    if tree is None:
        return None
    if key != tree.key:
        return on_side(tree, key, lambda side: drop(side, key))
    if tree.left is None or tree.right is None:
        return tree.left or tree.right
    heir = tree.right
    while heir.left is not None:
        heir = heir.left
    return Node(heir.key, heir.value, tree.left, drop(tree.right, heir.key))


class SortedMap:
    """A persistent search tree that is never balanced: fine for keys in random order."""

    def __init__(self) -> None:
        self.root: Tree = None

    def set(self, key: int, value: int) -> None:
        self.root = insert(self.root, key, value)

    def get(self, key: int) -> int | None:
        node = self.root
        while node is not None and node.key != key:
            node = node.left if key < node.key else node.right
        return None if node is None else node.value

    def remove(self, key: int) -> bool:
        present = self.get(key) is not None
        self.root = drop(self.root, key)
        return present

    def range(self, lo: int, hi: int) -> list[tuple[int, int]]:
        return [pair for pair in self._pairs() if lo <= pair[0] < hi]

    def nth(self, i: int) -> tuple[int, int] | None:
        pairs = self._pairs()
        return pairs[i] if i < len(pairs) else None

    def len(self) -> int:
        return len(self._pairs())

    def _pairs(self) -> list[tuple[int, int]]:
        pairs, stack, node = [], [], self.root
        while stack or node is not None:
            while node is not None:
                stack.append(node)
                node = node.left
            node = stack.pop()
            pairs.append((node.key, node.value))
            node = node.right
        return pairs
