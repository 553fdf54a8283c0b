class KvStore:
    _data: dict[int, int] = {}

    def __init__(self) -> None:
        self._data.clear()

    def put(self, key: int, value: int) -> None:
        self._data[key] = value

    def get(self, key: int) -> int | None:
        return self._data.get(key)

    def delete(self, key: int) -> bool:
        return self._data.pop(key, None) is not None

    def len(self) -> int:
        return len(self._data)

    def keys_sorted(self) -> list[int]:
        return sorted(self._data)
