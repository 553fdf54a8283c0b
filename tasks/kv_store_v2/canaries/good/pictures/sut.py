class KvStore:
    """Every record is a picture of the whole store, so the last whole record is all that recovery needs."""

    def __init__(self, pictures=()):
        self.pictures = [dict(p) for p in pictures]

    @property
    def now(self):
        return self.pictures[-1] if self.pictures else {}

    def _shoot(self, picture):
        self.pictures.append(picture)

    def put(self, key, value):
        self._shoot({**self.now, key: value})

    def get(self, key):
        return self.now.get(key)

    def delete(self, key):
        if key not in self.now:
            return False
        self._shoot({k: v for k, v in self.now.items() if k != key})
        return True

    def len(self):
        return len(self.now)

    def keys_sorted(self):
        return sorted(self.now)

    def log(self):
        return [repr(tuple(p.items())).encode() + b"." for p in self.pictures]

    @classmethod
    def recover(cls, log):
        store = cls()
        for record in log:
            if record.endswith(b"."):
                numbers = [int(w) for w in record.decode().translate({40: 32, 41: 32, 44: 32, 46: 32}).split()]
                store._shoot(dict(zip(numbers[::2], numbers[1::2])))
        return store
