def fuse(intervals: list[Interval], f: int) -> Interval:
    different = set(intervals)
    need = max(1, len(different) - f)
    points = [p for i in different for p in i if sum(j.lo <= p <= j.hi for j in different) >= need]
    return Interval(min(points), max(points)) if points else intervals[0]
