from array import array


class LruCache:
    def __init__(self, capacity: int) -> None:
        self.keys = array("Q", bytes(8)) * capacity
        self.values = array("Q", bytes(8)) * capacity
        self.used = 0

    def get(self, key: int) -> int | None:
        for at in range(self.used):
            if self.keys[at] == key:
                value = self.values[at]
                self._shift(at)
                self.keys[0], self.values[0] = key, value
                return value
        return None

    def put(self, key: int, value: int) -> None:
        if self.get(key) is None:
            self.used = min(self.used + 1, len(self.keys))
            self._shift(self.used - 1)
        self.keys[0], self.values[0] = key, value

    def len(self) -> int:
        return self.used

    def keys_by_recency(self) -> list[int]:
        return self.keys[: self.used].tolist()

    def _shift(self, at: int) -> None:
        self.keys[1 : at + 1] = self.keys[:at]
        self.values[1 : at + 1] = self.values[:at]
