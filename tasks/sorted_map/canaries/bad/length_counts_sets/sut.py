from bisect import bisect_left, insort


class SortedMap:
    def __init__(self) -> None:
        self._keys: list[int] = []
        self._count = 0
        self._values: dict[int, int] = {}

    def set(self, key: int, value: int) -> None:
        self._count += 1
        if key not in self._values:
            insort(self._keys, key)
        self._values[key] = value

    def get(self, key: int) -> int | None:
        return self._values.get(key)

    def remove(self, key: int) -> bool:
        if key not in self._values:
            return False
        del self._values[key]
        self._count -= 1
        del self._keys[bisect_left(self._keys, key)]
        return True

    def range(self, lo: int, hi: int) -> list[tuple[int, int]]:
        keys = self._keys[bisect_left(self._keys, lo) : bisect_left(self._keys, hi)]
        return [(key, self._values[key]) for key in keys]

    def nth(self, i: int) -> tuple[int, int] | None:
        if i >= len(self._keys):
            return None
        return self._keys[i], self._values[self._keys[i]]

    def len(self) -> int:
        return self._count
