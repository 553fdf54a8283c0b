from __future__ import annotations


class Node:
    def __init__(self, key: int, value: int) -> None:
        self.key, self.value = key, value
        self.next: Node | None = None


class LruCache:
    """A singly linked list; using the newest key again links it to itself."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.nodes: dict[int, Node] = {}
        self.top = Node(0, 0)

    def get(self, key: int) -> int | None:
        node = self.nodes.get(key)
        if node is None:
            return None
        self._to_front(node)
        return node.value

    def put(self, key: int, value: int) -> None:
        if key not in self.nodes:
            if len(self.nodes) >= self.capacity:
                self._evict()
            self.nodes[key] = Node(key, value)
            self._push(self.nodes[key])
            return
        self.nodes[key].value = value
        self._to_front(self.nodes[key])

    def len(self) -> int:
        return len(self.nodes)

    def keys_by_recency(self) -> list[int]:
        keys, node = [], self.top.next
        for _ in self.nodes:
            if node is not None:
                keys.append(node.key)
                node = node.next
        return keys

    def _push(self, node: Node) -> None:
        node.next = self.top.next
        self.top.next = node

    def _to_front(self, node: Node) -> None:
        before = self.top
        while before.next is not None and before.next is not node:
            before = before.next
        if before is not self.top:
            before.next = node.next
        self._push(node)

    def _evict(self) -> None:
        before = self.top
        while before.next is not None and before.next.next is not None:
            before = before.next
        if before.next is not None:
            del self.nodes[before.next.key]
            before.next = None
