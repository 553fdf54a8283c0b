class BoundedLog:
    def __init__(self, capacity):
        self.capacity = capacity
        self.values = []

    def append(self, value):
        if len(self.values) >= self.capacity:
            return 0
        self.values.append(value)
        return len(self.values)

    def get(self, index):
        return self.values[index] if index < len(self.values) else None

    def len(self):
        return len(self.values)

    def clear(self):
        self.values.clear()
