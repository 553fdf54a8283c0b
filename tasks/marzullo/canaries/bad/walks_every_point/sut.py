def fuse(intervals: list[Interval], f: int) -> Interval:
    need = len(intervals) - f
    lo = min(i.lo for i in intervals)
    while sum(i.lo <= lo <= i.hi for i in intervals) < need:
        lo += 1
    hi = max(i.hi for i in intervals)
    while sum(i.lo <= hi <= i.hi for i in intervals) < need:
        hi -= 1
    return Interval(lo, hi)
