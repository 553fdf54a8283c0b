def fuse(intervals: list[Interval], f: int) -> Interval:
    events = sorted([(i.lo, 1) for i in intervals if i.lo < i.hi] + [(i.hi, -1) for i in intervals if i.lo < i.hi])
    points = [i.lo for i in intervals if i.lo == i.hi]
    need, count = len(intervals) - f, 0
    reached = []
    for point, change in events:
        if change < 0 and count + sum(p == point for p in points) >= need:
            reached.append(point)
        count += change
        if change > 0 and count + sum(p == point for p in points) >= need:
            reached.append(point)
    ends = reached or points or [i.lo for i in intervals]
    return Interval(min(ends), max(ends))
