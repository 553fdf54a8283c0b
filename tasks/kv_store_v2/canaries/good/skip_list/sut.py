from __future__ import annotations

import struct
import zlib

LEVELS = 12


class _Node:
    __slots__ = ("key", "value", "next")

    def __init__(self, key: int, value: int, height: int) -> None:
        self.key = key
        self.value = value
        self.next: list[_Node | None] = [None] * height


class Map:
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


def sealed(body: bytes) -> bytes:
    return body + zlib.crc32(body).to_bytes(4, "little")


class KvStore:
    """A skip list: every change is a record of its own, with a checksum."""

    def __init__(self) -> None:
        self.map = Map()
        self.records: list[bytes] = []

    def put(self, key: int, value: int) -> None:
        self.map.put(key, value)
        self.records.append(sealed(struct.pack("<BQQ", 1, key, value)))

    def get(self, key: int) -> int | None:
        return self.map.get(key)

    def delete(self, key: int) -> bool:
        found = self.map.delete(key)
        if found:
            self.records.append(sealed(struct.pack("<BQQ", 0, key, 0)))
        return found

    def len(self) -> int:
        return self.map.len()

    def keys_sorted(self) -> list[int]:
        return self.map.keys_sorted()

    def log(self) -> list[bytes]:
        return list(self.records)

    @classmethod
    def recover(cls, log: list[bytes]) -> "KvStore":
        store = cls()
        for record in log:
            if len(record) < 4 or sealed(record[:-4]) != record:
                break
            alive, key, value = struct.unpack("<BQQ", record[:-4])
            if alive:
                store.put(key, value)
            else:
                store.delete(key)
        return store
