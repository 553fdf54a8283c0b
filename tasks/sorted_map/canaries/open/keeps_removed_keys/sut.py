from bisect import bisect_left, insort


class SortedMap:
    """A removed key stays in the list of keys for ever and is stepped over."""

    def __init__(self) -> None:
        self.keys: list[int] = []
        self.values: dict[int, int | None] = {}

    def set(self, key: int, value: int) -> None:
        if key not in self.values:
            insort(self.keys, key)
        self.values[key] = value

    def get(self, key: int) -> int | None:
        return self.values.get(key)

    def remove(self, key: int) -> bool:
        if self.values.get(key) is None:
            return False
        self.values[key] = None
        return True

    def range(self, lo: int, hi: int) -> list[tuple[int, int]]:
        return self._live(self.keys[bisect_left(self.keys, lo) : bisect_left(self.keys, hi)])

    def nth(self, i: int) -> tuple[int, int] | None:
        return (self._live(self.keys)[i : i + 1] or [None])[0]

    def len(self) -> int:
        return len(self._live(self.keys))

    def _live(self, keys: list[int]) -> list[tuple[int, int]]:
        return [(key, value) for key in keys if (value := self.values[key]) is not None]
