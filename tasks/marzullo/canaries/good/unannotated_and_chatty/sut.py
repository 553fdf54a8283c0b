def fuse(intervals, f):
    ok = lambda p: len([1 for a, b in intervals if not (p < a or b < p)]) + f >= len(intervals)
    lo = min(a for a, b in intervals if ok(a))
    hi = max(b for a, b in intervals if ok(b))
    print("fused", len(intervals), "intervals:", lo, hi)
    return Interval(lo, hi)
