def fuse(intervals: list[Interval], f: int) -> Interval:
    events = sorted([(i.lo, 0) for i in intervals] + [(i.hi, 1) for i in intervals])
    need, count, lo = len(intervals) - f, 0, 0
    for point, ends in events:
        if not ends:
            count += 1
            if count == need:
                lo = point
        elif count == need:
            return Interval(lo, point)
        else:
            count -= 1
    raise ValueError("no point is supported")
