class KvStore:
    def __init__(self) -> None:
        self._by_hash: dict[int, tuple[int, int]] = {}

    def put(self, key: int, value: int) -> None:
        self._by_hash[hash(key)] = (key, value)

    def get(self, key: int) -> int | None:
        entry = self._by_hash.get(hash(key))
        return entry[1] if entry is not None else None

    def delete(self, key: int) -> bool:
        return self._by_hash.pop(hash(key), None) is not None

    def len(self) -> int:
        return len(self._by_hash)

    def keys_sorted(self) -> list[int]:
        return sorted(key for key, _ in self._by_hash.values())
