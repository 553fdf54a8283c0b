def new_log(capacity):
    values = {}

    def append(value):
        room = len(values) < capacity
        if room:
            values[len(values)] = value
        return room

    return append, values.get, values.__len__, values.clear


class BoundedLog:
    def __init__(self, capacity):
        self.operations = new_log(capacity)

    def append(self, value):
        return self.operations[0](value)

    def get(self, index):
        return self.operations[1](index)

    def len(self):
        return self.operations[2]()

    def clear(self):
        self.operations[3]()
