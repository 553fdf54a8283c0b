import struct
from bisect import bisect_left, insort


class KvStore:
    """Hash and sorted index: values by key in a dict, keys in order in a list kept sorted; records end in their own
    complement."""

    def __init__(self) -> None:
        self.values: dict[int, int] = {}
        self.order: list[int] = []
        self.records: list[bytes] = []

    def put(self, key: int, value: int) -> None:
        self._set(key, value)
        self._write(b"P" + struct.pack("<QQ", key, value))

    def get(self, key: int) -> int | None:
        return self.values.get(key)

    def delete(self, key: int) -> bool:
        if key not in self.values:
            return False
        self._drop(key)
        self._write(b"D" + struct.pack("<Q", key))
        return True

    def len(self) -> int:
        return len(self.order)

    def keys_sorted(self) -> list[int]:
        return self.order.copy()

    def log(self) -> list[bytes]:
        return self.records.copy()

    @classmethod
    def recover(cls, log: list[bytes]) -> "KvStore":
        store = cls()
        for record in log:
            half = len(record) // 2
            body = record[:half]
            if not body or len(record) % 2 or bytes(255 - b for b in body) != record[half:]:
                continue
            store.records.append(record)
            if body[:1] == b"P":
                store._set(*struct.unpack("<QQ", body[1:]))
            else:
                store._drop(*struct.unpack("<Q", body[1:]))
        return store

    def _set(self, key: int, value: int) -> None:
        if key not in self.values:
            insort(self.order, key)
        self.values[key] = value

    def _drop(self, key: int) -> None:
        del self.values[key]
        del self.order[bisect_left(self.order, key)]

    def _write(self, body: bytes) -> None:
        self.records.append(body + bytes(255 - b for b in body))
