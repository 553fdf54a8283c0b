from __future__ import annotations

from typing import Union

BITS = 3
WIDTH = 1 << BITS
Node = tuple[Union["Node", int], ...]


def put(node: Node, shift: int, index: int, value: int) -> Node:
    """A copy of the tree with the value at the index; only the way down is copied."""
    at = index >> shift & WIDTH - 1
    if shift == 0:
        return (*node[:at], value)
    child = node[at] if at < len(node) else ()
    assert isinstance(child, tuple)
    return (*node[:at], put(child, shift - BITS, index, value))


class BoundedLog:
    """A persistent vector: a tree of tuples, eight ways a level."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.root: Node = ()
        self.shift = 0
        self.size = 0

    def append(self, value: int) -> bool:
        if self.size >= self.capacity:
            return False
        if self.size == WIDTH << self.shift:
            self.root = (self.root,)
            self.shift += BITS
        self.root = put(self.root, self.shift, self.size, value)
        self.size += 1
        return True

    def get(self, index: int) -> int | None:
        if index >= self.size:
            return None
        node: Union[Node, int] = self.root
        for shift in range(self.shift, -1, -BITS):
            assert isinstance(node, tuple)
            node = node[index >> shift & WIDTH - 1]
        assert isinstance(node, int)
        return node

    def len(self) -> int:
        return self.size

    def clear(self) -> None:
        self.root, self.shift, self.size = (), 0, 0
