FREE, GONE = -1, -2


class KvStore:
    """Linear probing; growth looks at the live keys only, so a table full of tombstones has no end."""

    def __init__(self) -> None:
        self._keys = [FREE] * 32
        self._values = [0] * 32
        self._live = 0

    def put(self, key: int, value: int) -> None:
        if 2 * self._live >= len(self._keys):
            self._grow()
        at = self._probe(key)
        if self._keys[at] != key:
            self._live += 1
        self._keys[at] = key
        self._values[at] = value

    def get(self, key: int) -> int | None:
        at = self._probe(key)
        return self._values[at] if self._keys[at] == key else None

    def delete(self, key: int) -> bool:
        at = self._probe(key)
        if self._keys[at] != key:
            return False
        self._keys[at] = GONE
        self._live -= 1
        return True

    def len(self) -> int:
        return self._live

    def keys_sorted(self) -> list[int]:
        return sorted(key for key in self._keys if key >= 0)

    def _probe(self, key: int) -> int:
        at = key % len(self._keys)
        while self._keys[at] not in (FREE, key):
            at = (at + 1) % len(self._keys)
        return at

    def _grow(self) -> None:
        pairs = [(k, v) for k, v in zip(self._keys, self._values) if k >= 0]
        size = 2 * len(self._keys)
        self._keys, self._values, self._live = [FREE] * size, [0] * size, 0
        for key, value in pairs:
            self.put(key, value)
