class KvStore:
    def __init__(self):
        self.ops = []
    def put(self, key, value):
        self.ops.append(("put", key, value))
    def _state(self):
        cells = {}
        for op in self.ops:
            match op:
                case ("put", int(key), int(value)):
                    cells[key] = value
                case ("delete", key) if key in cells:
                    del cells[key]
        if len(self.ops) > 64:
            self.ops = [("put", k, v) for k, v in cells.items()]
        return cells
    def get(self, key):
        return value if (value := self._state().get(key)) is not None else None
    def delete(self, key):
        if found := key in self._state():
            self.ops.append(("delete", key))
        return found
    def len(self):
        return len(self._state())
    def keys_sorted(self):
        return [*sorted(self._state())]
