class SortedMap:
    """A dict that is sorted for every question about order."""

    def __init__(self) -> None:
        self.held: dict[int, int] = {}

    def set(self, key: int, value: int) -> None:
        self.held[key] = value

    def get(self, key: int) -> int | None:
        return self.held.get(key)

    def remove(self, key: int) -> bool:
        return self.held.pop(key, None) is not None

    def range(self, lo: int, hi: int) -> list[tuple[int, int]]:
        return sorted(pair for pair in self.held.items() if lo <= pair[0] < hi)

    def nth(self, i: int) -> tuple[int, int] | None:
        return sorted(self.held.items())[i] if i < len(self.held) else None

    def len(self) -> int:
        return len(self.held)
