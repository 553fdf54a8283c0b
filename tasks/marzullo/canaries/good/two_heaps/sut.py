from heapq import heapify, heappop, heappush


def lowest(pairs, need):
    waiting = list(pairs)
    heapify(waiting)
    running = []
    while waiting:
        lo, hi = heappop(waiting)
        while running and running[0] < lo:
            heappop(running)
        heappush(running, hi)
        if len(running) == need:
            return lo
    raise ValueError(need)


def fuse(intervals, f):
    need = len(intervals) - f
    lo = lowest(((i.lo, i.hi) for i in intervals), need)
    hi = -lowest(((-i.hi, -i.lo) for i in intervals), need)
    return Interval(lo=lo, hi=hi)
