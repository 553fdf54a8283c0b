class BoundedLog(list):
    def __init__(self, capacity):
        super().__init__()
        self.capacity = capacity
    def append(self, value):
        if len(self) >= self.capacity:
            return False
        super().append(value)
        return True
    def get(self, index):
        try:
            return self[index]
        except IndexError:
            return None
    def len(self):
        return len(self)
