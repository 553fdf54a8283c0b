from __future__ import annotations

from collections import Counter, defaultdict, deque, namedtuple
from typing import Final, Generic, TypeVar

T = TypeVar("T")
PRIMES: Final = tuple(n for n in range(2, 2000) if all(n % d for d in range(2, int(n**0.5) + 1)))
Pair = namedtuple("Pair", "key value")
USES: Counter[str] = Counter()

class Buckets(Generic[T]):
    def __init__(self) -> None:
        self.rows: defaultdict[int, deque[Pair]] = defaultdict(deque)

class KvStore(Buckets[int]):
    def _row(self, key: int) -> deque[Pair]:
        USES["row"] += 1
        return self.rows[key % PRIMES[-1]]
    def put(self, key: int, value: int) -> None:
        self.delete(key)
        self._row(key).append(Pair(key, value))
    def get(self, key: int) -> int | None:
        return next((p.value for p in self._row(key) if p.key == key), None)
    def delete(self, key: int) -> bool:
        row = self._row(key)
        for pair in row:
            if pair.key == key:
                row.remove(pair)
                return True
        return False
    def len(self) -> int:
        return sum(map(len, self.rows.values()))
    def keys_sorted(self) -> list[int]:
        return sorted(p.key for row in self.rows.values() for p in row)

if __name__ == "__main__":
    store = KvStore()
    store.put(1, 2)
    print(store.keys_sorted())
