from itertools import combinations


def fuse(intervals: list[Interval], f: int) -> Interval:
    met = []
    for chosen in combinations(intervals, len(intervals) - f):
        lo, hi = max(i.lo for i in chosen), min(i.hi for i in chosen)
        if lo <= hi:
            met.append((lo, hi))
    return Interval(min(lo for lo, _ in met), max(hi for _, hi in met))
