import sys
print("loading", "x" * 500)
print("and to stderr", file=sys.stderr)

class KvStore:
    def __init__(self):
        print("made", file=sys.stderr)
        self.cells = {}
    def put(self, key, value):
        print("put", key, value)
        self.cells[key] = value
    def get(self, key):
        print("get", key, end="", flush=True)
        return self.cells.get(key)
    def delete(self, key):
        sys.stdout.write("delete\n")
        return self.cells.pop(key, None) is not None
    def len(self):
        sys.stderr.write("len\n")
        return len(self.cells)
    def keys_sorted(self):
        print(sorted(self.cells))
        return sorted(self.cells)
