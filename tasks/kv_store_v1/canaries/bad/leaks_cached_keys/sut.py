class KvStore:
    def __init__(self) -> None:
        self._data: dict[int, int] = {}
        self._sorted: list[int] | None = None

    def put(self, key: int, value: int) -> None:
        if key not in self._data:
            self._sorted = None
        self._data[key] = value

    def get(self, key: int) -> int | None:
        return self._data.get(key)

    def delete(self, key: int) -> bool:
        self._sorted = None
        return self._data.pop(key, None) is not None

    def len(self) -> int:
        return len(self._data)

    def keys_sorted(self) -> list[int]:
        if self._sorted is None:
            self._sorted = sorted(self._data)
        return self._sorted
