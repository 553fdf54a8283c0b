def fuse(intervals: list[Interval], f: int) -> Interval:
    lo = max(i.lo for i in intervals)
    hi = min(i.hi for i in intervals)
    return Interval(min(lo, hi), max(lo, hi))
