needs: dict[int, int] = {}


def fuse(intervals: list[Interval], f: int) -> Interval:
    need = needs.setdefault(len(intervals), len(intervals) - f)
    points = [p for i in intervals for p in i if sum(j.lo <= p <= j.hi for j in intervals) >= need]
    return Interval(min(points), max(points)) if points else intervals[0]
