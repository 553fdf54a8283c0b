def fuse(intervals: list[Interval], f: int) -> Interval:
    need = len(intervals) - f
    points = [p.lo for p in intervals if sum(i.lo <= p.lo <= i.hi for i in intervals) >= need]
    return Interval(min(points), max(points))
