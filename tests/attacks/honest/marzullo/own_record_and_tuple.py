from typing import NamedTuple

class Interval(NamedTuple):
    lo: int
    hi: int
    @property
    def width(self):
        return self.hi - self.lo

def fuse(intervals, f):
    need = len(intervals) - f
    points = sorted({p for i in intervals for p in i})
    held = [p for p in points if sum(1 for i in intervals if i.lo <= p <= i.hi) >= need]
    return (held[0], held[-1])
