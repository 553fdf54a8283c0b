from interface import Interval


def fuse(intervals: list[Interval], f: int) -> Interval:
    need = len(intervals) - f
    lo = min(i.lo for i in intervals if sum(j.lo <= i.lo <= j.hi for j in intervals) >= need)
    hi = max(i.hi for i in intervals if sum(j.lo <= i.hi < j.hi for j in intervals) >= need)
    return Interval(lo, hi)
