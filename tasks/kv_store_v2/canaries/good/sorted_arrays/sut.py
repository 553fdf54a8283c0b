import struct
import zlib

from array import array
from bisect import bisect_left


class Map:
    """Two parallel arrays of machine words, ordered by key."""

    def __init__(self) -> None:
        self.keys = array("Q")
        self.values = array("Q")

    def put(self, key: int, value: int) -> None:
        at = bisect_left(self.keys, key)
        if self._is_at(at, key):
            self.values[at] = value
        else:
            self.keys.insert(at, key)
            self.values.insert(at, value)

    def get(self, key: int) -> int | None:
        at = bisect_left(self.keys, key)
        return self.values[at] if self._is_at(at, key) else None

    def delete(self, key: int) -> bool:
        at = bisect_left(self.keys, key)
        if not self._is_at(at, key):
            return False
        del self.keys[at], self.values[at]
        return True

    def len(self) -> int:
        return len(self.keys)

    def keys_sorted(self) -> list[int]:
        return self.keys.tolist()

    def _is_at(self, at: int, key: int) -> bool:
        return at < len(self.keys) and self.keys[at] == key


def sealed(body: bytes) -> bytes:
    return body + zlib.crc32(body).to_bytes(4, "little")


class KvStore:
    """Sorted arrays: every change is a record of its own, with a checksum."""

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
