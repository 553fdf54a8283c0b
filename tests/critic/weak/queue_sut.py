class Queue:
    def __init__(self, room):
        self.slots = [0] * room
        self.first = 0
        self.count = 0

    def push(self, value):
        if self.count == len(self.slots):
            return False
        self.slots[(self.first + self.count) % len(self.slots)] = value
        self.count += 1
        return True

    def pop(self):
        if self.count == 0:
            raise IndexError("empty")
        value = self.slots[self.first]
        self.first = (self.first + 1) % len(self.slots)
        self.count -= 1
        return value

    def len(self):
        return self.count
