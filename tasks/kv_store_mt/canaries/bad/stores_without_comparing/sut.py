"""No lock: a map that nobody changes in an atomic cell, copied and replaced as a whole."""

from probatum.sync import Atomic


class KvStore:
    def __init__(self) -> None:
        self.held: Atomic[dict[int, int]] = Atomic({})

    def put(self, key: int, value: int) -> None:
        while True:
            before = self.held.load()
            if self.held.compare_exchange(before, {**before, key: value}):
                return

    def get(self, key: int) -> int | None:
        return self.held.load().get(key)

    def delete(self, key: int) -> bool:
        while True:
            before = self.held.load()
            if key not in before:
                return False
            after = dict(before)
            del after[key]
            if self.held.compare_exchange(before, after):
                return True

    def len(self) -> int:
        return len(self.held.load())

    def increment(self, key: int) -> int:
        while True:
            before = self.held.load()
            value = (before.get(key, 0) + 1) % 2**64
            self.held.store({**before, key: value})
            return value

    def compare_and_set(self, key: int, expected: int | None, value: int) -> bool:
        while True:
            before = self.held.load()
            if before.get(key) != expected:
                return False
            if self.held.compare_exchange(before, {**before, key: value}):
                return True

    def move(self, source: int, target: int) -> bool:
        while True:
            before = self.held.load()
            if source not in before:
                return False
            after = dict(before)
            value = after.pop(source)
            after[target] = value
            if self.held.compare_exchange(before, after):
                return True
