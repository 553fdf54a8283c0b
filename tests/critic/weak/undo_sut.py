class Cell:
    def __init__(self):
        self.value = 0
        self.old = []

    def write(self, value):
        self.old.append(self.value)
        self.value = value

    def undo(self):
        if not self.old:
            return False
        self.value = self.old.pop()
        return True

    def read(self):
        return self.value
