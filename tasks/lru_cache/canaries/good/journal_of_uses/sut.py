from __future__ import annotations

from collections import Counter, deque
from typing import Deque, Dict, List, NamedTuple, Optional


class Entry(NamedTuple):
    value: int


class LruCache:
    """A journal of uses and a count of how often each key stands in it: the oldest key is the first that stands there once."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.entries: Dict[int, Entry] = {}
        self.journal: Deque[int] = deque()
        self.standing: Counter[int] = Counter()

    def get(self, key: int) -> Optional[int]:
        if entry := self.entries.get(key):
            self._note(key)
            return entry.value
        return None

    def put(self, key: int, value: int) -> None:
        if key not in self.entries and len(self.entries) >= self.capacity:
            self._evict()
        self.entries[key] = Entry(value)
        self._note(key)

    def len(self) -> int:
        return len(self.entries)

    def keys_by_recency(self) -> List[int]:
        return list(dict.fromkeys(reversed(self.journal)))

    def _note(self, key: int) -> None:
        self.journal.append(key)
        self.standing[key] += 1
        while self.standing[self.journal[0]] > 1:
            self.standing[self.journal.popleft()] -= 1

    def _evict(self) -> None:
        while True:
            key = self.journal.popleft()
            self.standing[key] -= 1
            if not self.standing[key]:
                del self.standing[key], self.entries[key]
                return
