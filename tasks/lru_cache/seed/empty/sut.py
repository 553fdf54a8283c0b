class LruCache:
    def __init__(self, capacity):
        pass

    def get(self, key):
        return None

    def put(self, key, value):
        return None

    def len(self):
        return None

    def keys_by_recency(self):
        return None
