from collections import Counter
from itertools import accumulate


def fuse(intervals: list[Interval], f: int) -> Interval:
    changes = Counter(lo for lo, _ in intervals)
    changes.subtract(Counter(hi + 1 for _, hi in intervals))
    points = sorted(changes)
    counts = list(accumulate(changes[p] for p in points))
    need = len(intervals) - f
    lo = next(p for p, c in zip(points, counts) if c >= need)
    hi = next(points[k + 1] - 1 for k in range(len(points) - 2, -1, -1) if counts[k] >= need)
    return Interval(lo, hi)
