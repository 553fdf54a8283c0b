import enum

class State(enum.IntFlag):
    EMPTY = 0
    FULL = 1

class KvStore:
    def __init__(self):
        self.cells = {}
    def put(self, key, value):
        self.cells[key] = (State.FULL, value)
    def get(self, key):
        state, value = self.cells.get(key, (State.EMPTY, 0))
        return value if state is State.FULL else None
    def delete(self, key):
        state, _ = self.cells.get(key, (State.EMPTY, 0))
        self.cells.pop(key, None)
        return bool(state & State.FULL)
    def len(self):
        return len(self.cells)
    def keys_sorted(self):
        return sorted(self.cells)
