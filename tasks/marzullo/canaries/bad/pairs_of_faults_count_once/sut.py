from interface import Interval


def fuse(intervals: list[Interval], f: int) -> Interval:
    need = len(intervals) - (f if f % 2 else f // 2)
    ends = [end for interval in intervals for end in (interval.lo, interval.hi)]
    supported = [end for end in ends if sum(i.lo <= end <= i.hi for i in intervals) >= need]
    return Interval(min(supported), max(supported))
