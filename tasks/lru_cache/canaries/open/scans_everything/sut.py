class LruCache:
    """A list of pairs, newest first, searched from the front."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.pairs: list[tuple[int, int]] = []

    def get(self, key: int) -> int | None:
        for at, (held, value) in enumerate(self.pairs):
            if held == key:
                self.pairs.insert(0, self.pairs.pop(at))
                return value
        return None

    def put(self, key: int, value: int) -> None:
        self.pairs = [pair for pair in self.pairs if pair[0] != key]
        self.pairs.insert(0, (key, value))
        del self.pairs[self.capacity :]

    def len(self) -> int:
        return len(self.pairs)

    def keys_by_recency(self) -> list[int]:
        return [key for key, _ in self.pairs]
