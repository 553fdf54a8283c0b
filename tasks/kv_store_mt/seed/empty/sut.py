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

    def increment(self, key):
        return None

    def compare_and_set(self, key, expected, value):
        return None

    def move(self, source, target):
        return None
