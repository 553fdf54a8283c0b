from __future__ import annotations

import heapq
from collections.abc import Iterator
from operator import itemgetter

GONE = object()


class SortedMap:
    """As in a log-structured store: changes gather in a table, full tables become sorted runs, too many runs are merged into one."""

    def __init__(self) -> None:
        self.table: dict[int, object] = {}
        self.runs: list[list[tuple[int, object]]] = []

    def set(self, key: int, value: int) -> None:
        self._change(key, value)

    def get(self, key: int) -> int | None:
        for key_, value in self._merged(key, key + 1):
            return value
        return None

    def remove(self, key: int) -> bool:
        present = self.get(key) is not None
        if present:
            self._change(key, GONE)
        return present

    def range(self, lo: int, hi: int) -> list[tuple[int, int]]:
        return list(self._merged(lo, hi))

    def nth(self, i: int) -> tuple[int, int] | None:
        for at, pair in enumerate(self._merged(-(2**63), 2**63)):
            if at == i:
                return pair
        return None

    def len(self) -> int:
        return sum(1 for _ in self._merged(-(2**63), 2**63))

    def _change(self, key: int, value: object) -> None:
        self.table[key] = value
        if len(self.table) == 64:
            self.runs.append(sorted(self.table.items(), key=itemgetter(0)))
            self.table = {}
        if len(self.runs) == 4:
            self.runs = [list(self._merged(-(2**63), 2**63))]

    def _merged(self, lo: int, hi: int) -> Iterator[tuple[int, int]]:
        """The live pairs within the bounds: of equal keys, the one of the newest source."""
        sources = [*self.runs, list(self.table.items())]
        tagged = ([(k, -age, v) for k, v in source if lo <= k < hi] for age, source in enumerate(sources))
        last = None
        for key, _, value in heapq.merge(*map(sorted_by_key, tagged), key=itemgetter(0, 1)):
            if key != last and value is not GONE:
                yield key, value
            last = key


def sorted_by_key(triples: list) -> list:
    return sorted(triples, key=itemgetter(0))
