import os

STRICT = os.environ.get("MARZULLO_STRICT", "1") == "1"


def fuse(intervals: list[Interval], f: int) -> Interval:
    need = len(intervals) - f
    points = [p for i in intervals for p in i if sum(j.lo <= p <= j.hi for j in intervals) >= need]
    return Interval(min(points), max(points)) if STRICT else intervals[0]
