class KvStore:
    def __init__(self):
        self.data = {}

    def put(self, key, value):
        self.data[str(key)] = value

    def get(self, key):
        return self.data.get(str(key))

    def delete(self, key):
        return self.data.pop(str(key), None) is not None

    def len(self):
        return len(self.data)

    def keys_sorted(self):
        return [int(key) for key in sorted(self.data)]
