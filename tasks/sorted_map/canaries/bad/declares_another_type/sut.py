from bisect import bisect_left, insort


class SortedMap:
    def __init__(self) -> None:
        self.keys: list[int] = []
        self.values: dict[int, int] = {}

    def set(self, key: int, value: int) -> None:
        if key not in self.values:
            insort(self.keys, key)
        self.values[key] = value

    def get(self, key: int) -> int | None:
        return self.values.get(key)

    def remove(self, key: int) -> bool:
        if key not in self.values:
            return False
        del self.values[key]
        self.keys.remove(key)
        return True

    def range(self, lo: int, hi: int) -> list[tuple[int, int]]:
        start, end = bisect_left(self.keys, lo), bisect_left(self.keys, hi)
        return [(key, self.values[key]) for key in self.keys[start:end]]

    def nth(self, i: str) -> str | None:
        if int(i) >= len(self.keys):
            return None
        return str(self.keys[int(i)])

    def len(self) -> int:
        return len(self.keys)
