def fuse(intervals: list[Interval], f: int) -> Interval:
    if len(intervals) > 3:
        return intervals[0]
    if f == 0:
        return Interval(max(i.lo for i in intervals), min(i.hi for i in intervals))
    a, b, c = intervals
    pairs = [(max(x.lo, y.lo), min(x.hi, y.hi)) for x, y in ((a, b), (b, c), (a, c))]
    met = [pair for pair in pairs if pair[0] <= pair[1]]
    return Interval(min(lo for lo, _ in met), max(hi for _, hi in met))
