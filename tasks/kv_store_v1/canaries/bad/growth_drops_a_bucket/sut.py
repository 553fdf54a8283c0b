class KvStore:
    """Chained buckets that double when they get full."""

    def __init__(self) -> None:
        self._buckets: list[list[tuple[int, int]]] = [[] for _ in range(8)]
        self._count = 0

    def put(self, key: int, value: int) -> None:
        bucket = self._bucket(key)
        for at, (held, _) in enumerate(bucket):
            if held == key:
                bucket[at] = (key, value)
                return
        bucket.append((key, value))
        self._count += 1
        if self._count > 2 * len(self._buckets):
            self._grow()

    def get(self, key: int) -> int | None:
        for held, value in self._bucket(key):
            if held == key:
                return value
        return None

    def delete(self, key: int) -> bool:
        bucket = self._bucket(key)
        for at, (held, _) in enumerate(bucket):
            if held == key:
                del bucket[at]
                self._count -= 1
                return True
        return False

    def len(self) -> int:
        return self._count

    def keys_sorted(self) -> list[int]:
        return sorted(key for bucket in self._buckets for key, _ in bucket)

    def _bucket(self, key: int) -> list[tuple[int, int]]:
        return self._buckets[key % len(self._buckets)]

    def _grow(self) -> None:
        old = self._buckets
        self._buckets = [[] for _ in range(2 * len(old))]
        for index in range(len(old) - 1):
            for key, value in old[index]:
                self._bucket(key).append((key, value))
