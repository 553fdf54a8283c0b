def nibbles(key):
    for shift in range(60, -4, -4):
        yield (key >> shift) & 15


class KvStore:
    """Sixteen nibbles down a trie of small dicts; emptied branches are cut."""

    def __init__(self):
        self.root = {}
        self.size = 0

    def put(self, key, value):
        *way, last = nibbles(key)
        here = self.root
        for digit in way:
            here = here.setdefault(digit, {})
        self.size += last not in here
        here[last] = value

    def get(self, key):
        here = self.root
        for digit in nibbles(key):
            if digit not in here:
                return None
            here = here[digit]
        return here

    def delete(self, key):
        path, here = [], self.root
        for digit in nibbles(key):
            if digit not in here:
                return False
            path.append((here, digit))
            here = here[digit]
        for parent, digit in reversed(path):
            del parent[digit]
            if parent:
                break
        self.size -= 1
        return True

    def len(self):
        return self.size

    def keys_sorted(self):
        return list(self.walk(self.root, 0, 16))

    def walk(self, here, prefix, left):
        if left == 0:
            yield prefix
            return
        for digit in sorted(here):
            yield from self.walk(here[digit], prefix << 4 | digit, left - 1)
