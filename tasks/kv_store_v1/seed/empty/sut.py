class KvStore:
    def __init__(self):
        pass

    def put(self, key, value):
        return None

    def get(self, key):
        return None

    def delete(self, key):
        return None

    def len(self):
        return None

    def keys_sorted(self):
        return None
