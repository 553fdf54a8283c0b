"""A value that is put where one is held already is dropped."""

from probatum.sync import Lock


class KvStore:
    def __init__(self) -> None:
        self.held: dict[int, int] = {}
        self.lock = Lock()

    def put(self, key: int, value: int) -> None:
        with self.lock:
            self.held.setdefault(key, value)

    def get(self, key: int) -> int | None:
        with self.lock:
            return self.held.get(key)

    def delete(self, key: int) -> bool:
        with self.lock:
            return self.held.pop(key, None) is not None

    def len(self) -> int:
        with self.lock:
            return len(self.held)

    def increment(self, key: int) -> int:
        with self.lock:
            after = (self.held.get(key, 0) + 1) % 2**64
            self.held[key] = after
            return after

    def compare_and_set(self, key: int, expected: int | None, value: int) -> bool:
        with self.lock:
            if self.held.get(key) != expected:
                return False
            self.held[key] = value
            return True

    def move(self, source: int, target: int) -> bool:
        with self.lock:
            value = self.held.pop(source, None)
            if value is None:
                return False
            self.held[target] = value
            return True
