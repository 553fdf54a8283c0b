class KvStore:
    def __init__(self) -> None:
        self._data: dict[int, int] = {}
        self._cache: tuple[int, list[int]] = (0, [])

    def put(self, key: int, value: int) -> None:
        self._data[key] = value

    def get(self, key: int) -> int | None:
        return self._data.get(key)

    def delete(self, key: int) -> bool:
        return self._data.pop(key, None) is not None

    def len(self) -> int:
        return len(self._data)

    def keys_sorted(self) -> list[int]:
        if self._cache[0] != len(self._data):
            self._cache = (len(self._data), sorted(self._data))
        return list(self._cache[1])
