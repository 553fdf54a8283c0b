"""A map that nobody changes, replaced as a whole where its version is still the one it was computed from."""

from probatum.sync import Lock


class KvStore:
    def __init__(self) -> None:
        self.held: dict[int, int] = {}
        self.version = 0
        self.lock = Lock()

    def now(self) -> tuple[int, dict[int, int]]:
        with self.lock:
            return self.version, self.held

    def replaced(self, version: int, after: dict[int, int]) -> bool:
        with self.lock:
            if self.version != version:
                return False
            self.held = after
            self.version = 1 - version
            return True

    def put(self, key: int, value: int) -> None:
        while True:
            version, before = self.now()
            if self.replaced(version, {**before, key: value}):
                return

    def get(self, key: int) -> int | None:
        return self.now()[1].get(key)

    def delete(self, key: int) -> bool:
        while True:
            version, before = self.now()
            if key not in before:
                return False
            after = dict(before)
            del after[key]
            if self.replaced(version, after):
                return True

    def len(self) -> int:
        return len(self.now()[1])

    def increment(self, key: int) -> int:
        while True:
            version, before = self.now()
            value = (before.get(key, 0) + 1) % 2**64
            if self.replaced(version, {**before, key: value}):
                return value

    def compare_and_set(self, key: int, expected: int | None, value: int) -> bool:
        while True:
            version, before = self.now()
            if before.get(key) != expected:
                return False
            if self.replaced(version, {**before, key: value}):
                return True

    def move(self, source: int, target: int) -> bool:
        while True:
            version, before = self.now()
            if source not in before:
                return False
            after = dict(before)
            value = after.pop(source)
            after[target] = value
            if self.replaced(version, after):
                return True
