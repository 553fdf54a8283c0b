from bisect import bisect_left

END = 2**64 - 1


class KvStore:
    def __init__(self) -> None:
        self._keys: list[int] = [END]
        self._values: list[int] = [0]

    def put(self, key: int, value: int) -> None:
        at = bisect_left(self._keys, key)
        if self._keys[at] == key:
            self._values[at] = value
        else:
            self._keys.insert(at, key)
            self._values.insert(at, value)

    def get(self, key: int) -> int | None:
        at = bisect_left(self._keys, key)
        if at == len(self._keys) - 1 or self._keys[at] != key:
            return None
        return self._values[at]

    def delete(self, key: int) -> bool:
        at = bisect_left(self._keys, key)
        if at == len(self._keys) - 1 or self._keys[at] != key:
            return False
        del self._keys[at], self._values[at]
        return True

    def len(self) -> int:
        return len(self._keys) - 1

    def keys_sorted(self) -> list[int]:
        return self._keys[:-1]
