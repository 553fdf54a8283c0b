class KvStore:
    def __init__(self) -> None:
        self._data: dict[int, int] = {}
        self._len = 0

    def put(self, key: int, value: int) -> None:
        if self._data.get(key) != value:
            self._len += 1
        self._data[key] = value

    def get(self, key: int) -> int | None:
        return self._data.get(key)

    def delete(self, key: int) -> bool:
        if key in self._data:
            del self._data[key]
            self._len -= 1
            return True
        return False

    def len(self) -> int:
        return self._len

    def keys_sorted(self) -> list[int]:
        return sorted(self._data)
