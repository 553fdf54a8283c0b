class BoundedLog:
    def __init__(self, capacity):
        pass

    def append(self, value):
        return None

    def get(self, index):
        return None

    def len(self):
        return None

    def clear(self):
        return None
