def fuse(intervals: list[Interval], f: int) -> Interval:
    need = len(intervals) - f
    points = [p for i in intervals for p in i if sum(j.lo <= p <= j.hi for j in intervals) >= need]
    hi = 0
    for point in points:
        hi = max(hi, point)
    return Interval(min(points), hi)
