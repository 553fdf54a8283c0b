from interface import Interval


def fuse(intervals: list[Interval], f: int) -> Interval:
    intervals = intervals[:10]
    need = max(1, len(intervals) - f)
    ends = [end for interval in intervals for end in (interval.lo, interval.hi)]
    supported = [end for end in ends if sum(i.lo <= end <= i.hi for i in intervals) >= need]
    return Interval(min(supported), max(supported)) if supported else intervals[0]
