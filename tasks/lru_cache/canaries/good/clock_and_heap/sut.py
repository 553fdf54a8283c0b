import heapq
from dataclasses import dataclass, field
from itertools import count
from operator import attrgetter


@dataclass(order=True)
class Use:
    when: int
    key: int = field(compare=False)
    value: int = field(compare=False, default=0)
    stale: bool = field(compare=False, default=False)


class LruCache:
    """Every use is a heap entry; entries made stale by a later use are dropped when they come up, or all at once."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.clock = count()
        self.latest: dict[int, Use] = {}
        self.heap: list[Use] = []

    def get(self, key: int) -> int | None:
        use = self.latest.get(key)
        if use is None:
            return None
        self.note(key, use.value)
        return use.value

    def put(self, key: int, value: int) -> None:
        self.note(key, value)
        if len(self.latest) > self.capacity:
            self.evict()

    def len(self) -> int:
        return len(self.latest)

    def keys_by_recency(self) -> list[int]:
        newest_first = sorted(self.latest.values(), key=attrgetter("when"), reverse=True)
        return [use.key for use in newest_first]

    def note(self, key: int, value: int) -> None:
        if key in self.latest:
            self.latest[key].stale = True
        self.latest[key] = use = Use(next(self.clock), key, value)
        heapq.heappush(self.heap, use)
        if len(self.heap) > 2 * len(self.latest) + 8:
            self.heap = sorted(self.latest.values())

    def evict(self) -> None:
        while True:
            use = heapq.heappop(self.heap)
            if not use.stale:
                del self.latest[use.key]
                return
