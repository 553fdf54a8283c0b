import bisect
import functools
import string


def sorted_map():
    keys, values, said = [], [], set()

    def say(word):
        if word not in said:
            said.add(word)
            print(string.Template("first $word at $n keys").substitute(word=word, n=len(keys)))

    def place(key):
        at = bisect.bisect_left(keys, key)
        return at, keys[at : at + 1] == [key]

    def put(key, value):
        at, found = place(key)
        keys[at : at + found], values[at : at + found] = [key], [value]

    def get(key):
        at, found = place(key)
        return values[at] if found else None

    def cut(key):
        at, found = place(key)
        say("removal")
        del keys[at : at + found], values[at : at + found]
        return found

    def between(lo, hi):
        return list(zip(*map(functools.partial(slice_of, lo, hi), (keys, values))))

    def slice_of(lo, hi, column):
        return column[place(lo)[0] : place(hi)[0]]

    def nth(i):
        return next(zip(keys[i : i + 1], values[i : i + 1]), None)

    return put, get, cut, between, nth, lambda: len(keys)


class SortedMap:
    def __init__(self):
        self.f = sorted_map()

    def set(self, key, value): self.f[0](key, value)
    def get(self, key): return self.f[1](key)
    def remove(self, key): return self.f[2](key)
    def range(self, lo, hi): return self.f[3](lo, hi)
    def nth(self, i): return self.f[4](i)
    def len(self): return self.f[5]()
