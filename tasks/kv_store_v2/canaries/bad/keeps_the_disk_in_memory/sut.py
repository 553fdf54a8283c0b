DISK = {}


class KvStore:
    def __init__(self):
        self.held = {}
        self.records = []

    def _write(self, key, value):
        record = b"record %d." % len(DISK)
        DISK[record] = key, value
        self.records.append(record)

    def put(self, key, value):
        self.held[key] = value
        self._write(key, value)

    def get(self, key):
        return self.held.get(key)

    def delete(self, key):
        if key not in self.held:
            return False
        del self.held[key]
        self._write(key, None)
        return True

    def len(self):
        return len(self.held)

    def keys_sorted(self):
        return sorted(self.held)

    def log(self):
        return list(self.records)

    @classmethod
    def recover(cls, log):
        store = cls()
        for record in log:
            if record not in DISK:
                break
            key, value = DISK[record]
            if value is None:
                store.held.pop(key, None)
            else:
                store.held[key] = value
            store.records.append(record)
        return store
