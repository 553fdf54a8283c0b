"""Entries are a value and a mark that says whether it counts; whoever looks takes no lock."""

from probatum.sync import Lock


class Entry:
    def __init__(self) -> None:
        self.value = 0
        self.present = False

    def write(self, value: int | None) -> None:
        self.present = value is not None
        self.value = value or 0

    def read(self) -> int | None:
        return self.value if self.present else None


class KvStore:
    def __init__(self) -> None:
        self.entries: dict[int, Entry] = {}
        self.lock = Lock()

    def entry(self, key: int) -> Entry:
        return self.entries.setdefault(key, Entry())

    def put(self, key: int, value: int) -> None:
        with self.lock:
            self.entry(key).write(value)

    def get(self, key: int) -> int | None:
        entry = self.entries.get(key)
        return None if entry is None else entry.read()

    def delete(self, key: int) -> bool:
        with self.lock:
            present = self.entry(key).read() is not None
            self.entry(key).write(None)
            return present

    def len(self) -> int:
        with self.lock:
            return sum(entry.present for entry in self.entries.values())

    def increment(self, key: int) -> int:
        with self.lock:
            after = ((self.entry(key).read() or 0) + 1) % 2**64
            self.entry(key).write(after)
            return after

    def compare_and_set(self, key: int, expected: int | None, value: int) -> bool:
        with self.lock:
            if self.entry(key).read() != expected:
                return False
            self.entry(key).write(value)
            return True

    def move(self, source: int, target: int) -> bool:
        with self.lock:
            value = self.entry(source).read()
            if value is None:
                return False
            self.entry(source).write(None)
            self.entry(target).write(value)
            return True
