import struct


class KvStore:
    """Log-structured: the log is the store. An index says where the latest record of each live key is; the log is
    never rewritten."""

    def __init__(self) -> None:
        self.records: list[bytes] = []
        self.index: dict[int, int] = {}

    def put(self, key: int, value: int) -> None:
        self.index[key] = len(self.records)
        self.records.append(struct.pack(">BQQ", 0, key, value))

    def get(self, key: int) -> int | None:
        at = self.index.get(key)
        return None if at is None else int(struct.unpack(">BQQ", self.records[at])[2])

    def delete(self, key: int) -> bool:
        if self.index.pop(key, None) is None:
            return False
        self.records.append(struct.pack(">BQ", 0, key))
        return True

    def len(self) -> int:
        return len(self.index)

    def keys_sorted(self) -> list[int]:
        return sorted(self.index)

    def log(self) -> list[bytes]:
        return self.records[:]

    @classmethod
    def recover(cls, log: list[bytes]) -> "KvStore":
        store = cls()
        store.records = [r for r in log if len(r) in (9, 17)]
        for at, record in enumerate(store.records):
            key = int.from_bytes(record[1:9], "big")
            if len(record) == 17:
                store.index[key] = at
            else:
                store.index.pop(key, None)
        return store
