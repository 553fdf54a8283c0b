FREE, GONE = -1, -2


class KvStore:
    def __init__(self) -> None:
        self.slots: list[tuple[int, int]] = [(FREE, 0)] * 16
        self.count = 0

    def put(self, key: int, value: int) -> None:
        if 2 * self.count >= len(self.slots):
            self._grow()
        at = self._home(key)
        while self.slots[at][0] not in (FREE, GONE, key):
            at = (at + 1) % len(self.slots)
        if self.slots[at][0] != key:
            self.count += 1
        self.slots[at] = (key, value)

    def get(self, key: int) -> int | None:
        at = self._seek(key)
        return None if at is None else self.slots[at][1]

    def delete(self, key: int) -> bool:
        at = self._seek(key)
        if at is None:
            return False
        self.slots[at] = (GONE, 0)
        self.count -= 1
        return True

    def len(self) -> int:
        return self.count

    def keys_sorted(self) -> list[int]:
        return sorted(key for key, _ in self.slots if key >= 0)

    def _home(self, key: int) -> int:
        return (key // 4) % len(self.slots)

    def _seek(self, key: int) -> int | None:
        at = self._home(key)
        for _ in self.slots:
            if self.slots[at][0] == key:
                return at
            if self.slots[at][0] == FREE:
                return None
            at = (at + 1) % len(self.slots)
        return None

    def _grow(self) -> None:
        old = [slot for slot in self.slots if slot[0] >= 0]
        self.slots = [(FREE, 0)] * (2 * len(self.slots))
        self.count = 0
        for key, value in old:
            self.put(key, value)
