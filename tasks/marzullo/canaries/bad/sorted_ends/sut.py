def fuse(intervals: list[Interval], f: int) -> Interval:
    starts = sorted(i.lo for i in intervals)
    ends = sorted(i.hi for i in intervals)
    lo, hi = starts[len(intervals) - f - 1], ends[f]
    return Interval(lo, hi) if lo <= hi else Interval(hi, lo)
