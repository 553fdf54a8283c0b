import struct
import zlib

EMPTY = -1
DELETED = -2


def mix(key: int) -> int:
    key ^= key >> 31
    key = (key * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
    return key ^ (key >> 29)


class Map:
    """Linear probing with tombstones; the table doubles at three quarters, tombstones included."""

    def __init__(self) -> None:
        self._live = 0
        self._used = 0
        self._keys = [EMPTY] * 8
        self._values = [0] * 8

    def put(self, key: int, value: int) -> None:
        slot, found = self._find(key)
        if found:
            self._values[slot] = value
            return
        if self._keys[slot] == EMPTY:
            self._used += 1
        self._keys[slot] = key
        self._values[slot] = value
        self._live += 1
        if 4 * self._used >= 3 * len(self._keys):
            self._rebuild(2 * len(self._keys) if 2 * self._live > len(self._keys) else len(self._keys))

    def get(self, key: int) -> int | None:
        slot, found = self._find(key)
        return self._values[slot] if found else None

    def delete(self, key: int) -> bool:
        slot, found = self._find(key)
        if found:
            self._keys[slot] = DELETED
            self._live -= 1
        return found

    def len(self) -> int:
        return self._live

    def keys_sorted(self) -> list[int]:
        return sorted(key for key in self._keys if key >= 0)

    def _find(self, key: int) -> tuple[int, bool]:
        mask = len(self._keys) - 1
        slot = mix(key) & mask
        reusable = -1
        while self._keys[slot] != EMPTY:
            if self._keys[slot] == key:
                return slot, True
            if self._keys[slot] == DELETED and reusable < 0:
                reusable = slot
            slot = (slot + 1) & mask
        return (slot if reusable < 0 else reusable), False

    def _rebuild(self, size: int) -> None:
        pairs = [(k, v) for k, v in zip(self._keys, self._values) if k >= 0]
        self._keys, self._values = [EMPTY] * size, [0] * size
        self._live = self._used = len(pairs)
        for key, value in pairs:
            slot = mix(key) & (size - 1)
            while self._keys[slot] != EMPTY:
                slot = (slot + 1) & (size - 1)
            self._keys[slot], self._values[slot] = key, value


def sealed(body: bytes) -> bytes:
    return body + zlib.crc32(body).to_bytes(4, "little")


class KvStore:
    """A hash table: every change is a record of its own, with a checksum."""

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
            if len(record) != 21 or sealed(record[:-4]) != record:
                break
            alive, key, value = struct.unpack("<BQQ", record[:-4])
            if alive:
                store.put(key, value)
            else:
                store.delete(key)
        return store
