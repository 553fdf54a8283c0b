from array import array

NONE = 2**32 - 1


class LruCache:
    """Links are positions in parallel arrays that grow with use; an evicted position is used again at once."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.at: dict[int, int] = {}
        self.keys, self.values = array("Q"), array("Q")
        self.older, self.newer = array("L"), array("L")
        self.newest = self.oldest = NONE

    def get(self, key: int) -> "int | None":
        slot = self.at.get(key, NONE)
        if slot == NONE:
            return None
        self.take_out(slot)
        self.put_first(slot)
        return self.values[slot]

    def put(self, key: int, value: int) -> None:
        if key in self.at:
            slot = self.at[key]
            self.take_out(slot)
        elif len(self.at) < self.capacity:
            slot = len(self.keys)
            for column in (self.keys, self.values, self.older, self.newer):
                column.append(0)
        else:
            slot = self.oldest
            del self.at[self.keys[slot]]
            self.take_out(slot)
        self.at[key], self.keys[slot], self.values[slot] = slot, key, value
        self.put_first(slot)

    def len(self) -> int:
        return len(self.at)

    def keys_by_recency(self) -> "list[int]":
        keys, slot = [], self.newest
        while slot != NONE:
            keys.append(self.keys[slot])
            slot = self.older[slot]
        return keys

    def take_out(self, slot: int) -> None:
        older, newer = self.older[slot], self.newer[slot]
        if newer == NONE:
            self.newest = older
        else:
            self.older[newer] = older
        if older == NONE:
            self.oldest = newer
        else:
            self.newer[older] = newer

    def put_first(self, slot: int) -> None:
        self.older[slot], self.newer[slot] = self.newest, NONE
        if self.newest == NONE:
            self.oldest = slot
        else:
            self.newer[self.newest] = slot
        self.newest = slot
