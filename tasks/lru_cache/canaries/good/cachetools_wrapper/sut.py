import cachetools


class LruCache:
    def __init__(self, capacity: int) -> None:
        self.cache = cachetools.LRUCache(maxsize=capacity)

    def get(self, key: int) -> int | None:
        return self.cache.get(key)

    def put(self, key: int, value: int) -> None:
        self.cache[key] = value

    def len(self) -> int:
        return len(self.cache)

    def keys_by_recency(self) -> list[int]:
        oldest_first = [self.cache.popitem() for _ in range(len(self.cache))]
        for key, value in oldest_first:
            self.cache[key] = value
        return [key for key, _ in reversed(oldest_first)]
