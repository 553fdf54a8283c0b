def fuse(intervals: list[Interval], f: int) -> Interval:
    need = len(intervals) - f
    lo = hi = None
    for point in sorted(p for i in intervals for p in i):
        if sum(i.lo <= point <= i.hi for i in intervals) >= need:
            lo = lo or point
            hi = point
    return Interval(lo or 0, hi)
