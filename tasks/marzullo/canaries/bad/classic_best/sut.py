def fuse(intervals: list[Interval], f: int) -> Interval:
    events = sorted([(i.lo, 0) for i in intervals] + [(i.hi, 1) for i in intervals])
    best = count = 0
    lo = hi = events[0][0]
    for at, (point, ends) in enumerate(events):
        if ends:
            count -= 1
            continue
        count += 1
        if count > best:
            best, lo, hi = count, point, events[at + 1][0]
    return Interval(lo, hi)
