from __future__ import annotations


class Node:
    def __init__(self, key: int, value: int) -> None:
        self.key, self.value = key, value
        self.prev: Node | None = None
        self.next: Node | None = None


class LruCache:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.nodes: dict[int, Node] = {}
        self.head: Node | None = None
        self.tail: Node | None = None

    def get(self, key: int) -> int | None:
        node = self.nodes.get(key)
        if node is None:
            return None
        self._unlink(node)
        self._push(node)
        return node.value

    def put(self, key: int, value: int) -> None:
        node = self.nodes.get(key)
        if node is not None:
            node.value = value
            self._unlink(node)
        else:
            node = self.nodes[key] = Node(key, value)
        self._push(node)
        if len(self.nodes) > self.capacity:
            self._evict()

    def len(self) -> int:
        return len(self.nodes)

    def keys_by_recency(self) -> list[int]:
        keys, node = [], self.head
        while node is not None:
            keys.append(node.key)
            node = node.next
        return keys

    def _push(self, node: Node) -> None:
        node.prev, node.next = None, self.head
        if self.head is not None:
            self.head.prev = node
        self.head = node
        if self.tail is None:
            self.tail = node

    def _unlink(self, node: Node) -> None:
        if node.prev is not None:
            node.prev.next = node.next
        else:
            self.head = node.next
        if node.next is not None:
            node.next.prev = node.prev
        else:
            self.tail = node.prev

    def _evict(self) -> None:
        oldest = self.tail
        if oldest is None or oldest.prev is self.head:
            return
        self._unlink(oldest)
        del self.nodes[oldest.key]
