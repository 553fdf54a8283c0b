from __future__ import annotations

from collections.abc import Iterator


class Link:
    """A place in a ring; a new link is a ring of its own."""

    __slots__ = ("key", "newer", "older", "value")

    def __init__(self, key: int = -1, value: int = 0) -> None:
        self.key = key
        self.value = value
        self.newer = self.older = self

    def unlink(self) -> None:
        self.newer.older, self.older.newer = self.older, self.newer

    def link_below(self, newer: Link) -> None:
        self.newer, self.older = newer, newer.older
        self.newer.older = self.older.newer = self


class LruCache:
    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._links: dict[int, Link] = {}
        self._top = Link()

    def get(self, key: int) -> int | None:
        link = self._links.get(key)
        if link is None:
            return None
        self._use(link)
        return link.value

    def put(self, key: int, value: int) -> None:
        if key not in self._links:
            if len(self._links) == self._capacity:
                self._evict()
            self._links[key] = Link(key)
        link = self._links[key]
        link.value = value
        self._use(link)

    def len(self) -> int:
        return len(self._links)

    def keys_by_recency(self) -> list[int]:
        return list(self._walk())

    def _use(self, link: Link) -> None:
        link.unlink()
        link.link_below(self._top)

    def _evict(self) -> None:
        oldest = self._top.newer
        oldest.unlink()
        del self._links[oldest.key]

    def _walk(self) -> Iterator[int]:
        link = self._top.older
        while link is not self._top:
            yield link.key
            link = link.older
