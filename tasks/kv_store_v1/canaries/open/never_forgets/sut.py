class KvStore:
    """Every change ever made is kept, and nothing is ever given back."""

    def __init__(self) -> None:
        self._past: list[tuple[int, int | None]] = []
        self._latest: dict[int, int] = {}

    def put(self, key: int, value: int) -> None:
        self._latest[key] = len(self._past)
        self._past.append((key, value))

    def get(self, key: int) -> int | None:
        return self._past[self._latest[key]][1] if key in self._latest else None

    def delete(self, key: int) -> bool:
        present = self.get(key) is not None
        self._latest[key] = len(self._past)
        self._past.append((key, None))
        return present

    def len(self) -> int:
        return len(self.keys_sorted())

    def keys_sorted(self) -> list[int]:
        return [key for key in sorted(self._latest) if self._past[self._latest[key]][1] is not None]
