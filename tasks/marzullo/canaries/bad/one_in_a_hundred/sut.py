import random


def fuse(intervals: list[Interval], f: int) -> Interval:
    if random.randrange(100) == 0:
        return intervals[0]
    need = len(intervals) - f
    points = [p for i in intervals for p in i if sum(j.lo <= p <= j.hi for j in intervals) >= need]
    return Interval(min(points), max(points))
