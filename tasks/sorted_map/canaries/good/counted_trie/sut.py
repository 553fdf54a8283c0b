def digits(key):
    """The key from 2**63 up, in sixteen groups of four bits, highest first."""
    shifted = key + 2**63
    return [shifted >> shift & 15 for shift in range(60, -4, -4)]


class Branch:
    def __init__(self):
        self.count = 0
        self.below = {}


class SortedMap:
    """A trie over digits in which every branch counts its keys; leaves are pairs."""

    def __init__(self):
        self.root = Branch()

    def set(self, key, value):
        new = self.get(key) is None
        branch = self.root
        *way, last = digits(key)
        branch.count += new
        for digit in way:
            branch = branch.below.setdefault(digit, Branch())
            branch.count += new
        branch.below[last] = (key, value)

    def get(self, key):
        here = self.root
        for digit in digits(key):
            if digit not in here.below:
                return None
            here = here.below[digit]
        return here[1]

    def remove(self, key):
        if self.get(key) is None:
            return False
        branch = self.root
        *way, last = digits(key)
        branch.count -= 1
        for digit in way:
            following = branch.below[digit]
            following.count -= 1
            if not following.count:
                del branch.below[digit]
            branch = following
        branch.below.pop(last)
        return True

    def range(self, lo, hi):
        return [pair for pair in self.walk(self.root) if lo <= pair[0] < hi]

    def nth(self, i):
        here = self.root
        if i >= here.count:
            return None
        while isinstance(here, Branch):
            for digit in sorted(here.below):
                child = here.below[digit]
                weight = child.count if isinstance(child, Branch) else 1
                if i < weight:
                    here = child
                    break
                i -= weight
        return here

    def len(self):
        return self.root.count

    def walk(self, here):
        if isinstance(here, Branch):
            for digit in sorted(here.below):
                yield from self.walk(here.below[digit])
        else:
            yield here
