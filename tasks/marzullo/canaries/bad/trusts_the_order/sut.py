def fuse(intervals: list[Interval], f: int) -> Interval:
    kept = intervals[: len(intervals) - f]
    lo, hi = max(i.lo for i in kept), min(i.hi for i in kept)
    return Interval(lo, hi) if lo <= hi else kept[0]
