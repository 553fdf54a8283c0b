def fuse(intervals: list[Interval], f: int) -> Interval:
    need = len(intervals) - f
    points = [float(p) for i in intervals for p in i if sum(j.lo <= p <= j.hi for j in intervals) >= need]
    return Interval(int(min(points)), int(max(points)))
