from array import array
from bisect import bisect_left


class KvStore:
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
