class KvStore:
    def __init__(self) -> None:
        self._values: dict[int, int] = {}

    def put(self, key: int, value: int) -> None:
        for held in [held for held in self._values if held % 4 == key % 4]:
            del self._values[held]
        self._values[key] = value

    def get(self, key: int) -> int | None:
        return self._values.get(key)

    def delete(self, key: int) -> bool:
        if key not in self._values:
            return False
        del self._values[key]
        return True

    def len(self) -> int:
        return len(self._values)

    def keys_sorted(self) -> list[int]:
        return sorted(self._values)
