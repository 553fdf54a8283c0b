EMPTY = -1
DELETED = -2


def mix(key: int) -> int:
    key ^= key >> 31
    key = (key * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
    return key ^ (key >> 29)


class KvStore:
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
