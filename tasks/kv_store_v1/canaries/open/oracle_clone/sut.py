class KvStore:
    """A dict with another name."""

    def __init__(self) -> None:
        self.held: dict[int, int] = {}

    def put(self, key: int, value: int) -> None:
        self.held[key] = value

    def get(self, key: int) -> int | None:
        return self.held.get(key)

    def delete(self, key: int) -> bool:
        present = key in self.held
        self.held.pop(key, None)
        return present

    def len(self) -> int:
        return len(self.held)

    def keys_sorted(self) -> list[int]:
        return sorted(self.held)
