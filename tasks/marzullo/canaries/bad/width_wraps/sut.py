def width(interval: Interval) -> int:
    return (interval.hi - interval.lo + 2**63) % 2**64 - 2**63


def fuse(intervals: list[Interval], f: int) -> Interval:
    sane = [i for i in intervals if width(i) >= 0]
    need = len(intervals) - f
    points = [p for i in sane for p in i if sum(j.lo <= p <= j.hi for j in sane) >= need]
    return Interval(min(points), max(points)) if points else Interval(0, 0)
