from bisect import bisect_left, bisect_right


def fuse(intervals, f):
    starts = sorted(lo for lo, _ in intervals)
    ends = sorted(hi for _, hi in intervals)
    need = len(starts) - f

    def supported(point):
        return bisect_right(starts, point) - bisect_left(ends, point) >= need

    return (next(filter(supported, starts)), next(filter(supported, reversed(ends))))
