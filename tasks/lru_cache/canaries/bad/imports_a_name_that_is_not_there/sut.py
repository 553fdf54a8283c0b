from cachetools import LeastRecentlyUsedCache


class LruCache:
    def __init__(self, capacity: int) -> None:
        self.cache = LeastRecentlyUsedCache(capacity)

    def get(self, key: int) -> int | None:
        return self.cache.get(key)

    def put(self, key: int, value: int) -> None:
        self.cache[key] = value

    def len(self) -> int:
        return len(self.cache)

    def keys_by_recency(self) -> list[int]:
        return list(reversed(self.cache))
