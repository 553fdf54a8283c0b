from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    key: int
    value: int
    alive: bool


class KvStore:
    """An append-only log, an index of the latest entry of each live key, and compaction when most of the log is dead."""

    def __init__(self) -> None:
        self._log: list[Entry] = []
        self._index: dict[int, int] = {}

    def put(self, key: int, value: int) -> None:
        self._append(Entry(key, value, True))

    def get(self, key: int) -> int | None:
        position = self._index.get(key)
        return None if position is None else self._log[position].value

    def delete(self, key: int) -> bool:
        if key not in self._index:
            return False
        self._append(Entry(key, 0, False))
        return True

    def len(self) -> int:
        return len(self._index)

    def keys_sorted(self) -> list[int]:
        return sorted(self._index)

    def _append(self, entry: Entry) -> None:
        if entry.alive:
            self._index[entry.key] = len(self._log)
        else:
            del self._index[entry.key]
        self._log.append(entry)
        if len(self._log) > 16 + 4 * len(self._index):
            self._compact()

    def _compact(self) -> None:
        self._log = [self._log[position] for position in sorted(self._index.values())]
        self._index = {entry.key: position for position, entry in enumerate(self._log)}
