from __future__ import annotations

import random
from typing import Optional


class Node:
    def __init__(self, key: int, value: int, rank: float) -> None:
        self.key, self.value, self.rank = key, value, rank
        self.left: Optional[Node] = None
        self.right: Optional[Node] = None


Tree = Optional[Node]


def split(tree: Tree, key: int) -> tuple[Tree, Tree]:
    """The nodes below the key, and the others."""
    if tree is None:
        return None, None
    if tree.key < key:
        low, high = split(tree.right, key)
        tree.right = low
        return tree, high
    low, high = split(tree.left, key)
    tree.left = high
    return low, tree


def merge(low: Tree, high: Tree) -> Tree:
    if low is None or high is None:
        return low or high
    if low.rank > high.rank:
        low.right = merge(low.right, high)
        return low
    high.left = merge(low, high.left)
    return high


class KvStore:
    def __init__(self) -> None:
        self.root: Tree = None
        self.count = 0
        self.dice = random.Random(20)

    def put(self, key: int, value: int) -> None:
        node = self.find(key)
        if node is not None:
            node.value = value
            return
        low, high = split(self.root, key)
        self.root = merge(merge(low, Node(key, value, self.dice.random())), high)
        self.count += 1

    def get(self, key: int) -> Optional[int]:
        node = self.find(key)
        return None if node is None else node.value

    def delete(self, key: int) -> bool:
        if self.find(key) is None:
            return False
        low, rest = split(self.root, key)
        _, high = split(rest, key + 1)
        self.root = merge(low, high)
        self.count -= 1
        return True

    def len(self) -> int:
        return self.count

    def keys_sorted(self) -> list[int]:
        keys: list[int] = []
        stack: list[Node] = []
        node = self.root
        while stack or node is not None:
            while node is not None:
                stack.append(node)
                node = node.left
            node = stack.pop()
            keys.append(node.key)
            node = node.right
        return keys

    def find(self, key: int) -> Tree:
        node = self.root
        while node is not None and node.key != key:
            node = node.left if key < node.key else node.right
        return node
