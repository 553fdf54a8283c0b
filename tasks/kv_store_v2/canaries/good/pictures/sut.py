class KvStore:
    """Every sixteenth record is a picture of the whole store; a record between two of them is one change."""

    def __init__(self):
        self.now = {}
        self.records = []

    def _note(self, change, *numbers):
        if len(self.records) % 16 == 15:
            change, numbers = "=", [number for pair in self.now.items() for number in pair]
        self.records.append(" ".join([change, *map(str, numbers), "."]).encode())

    def put(self, key, value):
        self.now = {**self.now, key: value}
        self._note("+", key, value)

    def get(self, key):
        return self.now.get(key)

    def delete(self, key):
        if key not in self.now:
            return False
        self.now = {k: v for k, v in self.now.items() if k != key}
        self._note("-", key)
        return True

    def len(self):
        return len(self.now)

    def keys_sorted(self):
        return sorted(self.now)

    def log(self):
        return list(self.records)

    @classmethod
    def recover(cls, log):
        store = cls()
        for record in log:
            change, *words = record.decode().split() or [""]
            if words[-1:] != ["."]:
                continue
            numbers = [int(word) for word in words[:-1]]
            if change == "-":
                store.now = {k: v for k, v in store.now.items() if k != numbers[0]}
            else:
                kept = store.now if change == "+" else {}
                store.now = {**kept, **dict(zip(numbers[::2], numbers[1::2]))}
            store.records.append(record)
        return store
