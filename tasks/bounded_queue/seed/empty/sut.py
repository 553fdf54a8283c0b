class BoundedQueue:
    def __init__(self, capacity):
        pass

    def put(self, item):
        return None

    def take(self):
        return None

    def try_put(self, item):
        return None

    def try_take(self):
        return None

    def len(self):
        return None
