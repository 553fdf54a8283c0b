def fuse(intervals: list[Interval], f: int) -> Interval:
    events = sorted([(i.lo, 0) for i in intervals] + [(i.hi, 1) for i in intervals])
    need, count = len(intervals) - f, 0
    first: int | None = None
    last = 0
    for point, is_end in events:
        if is_end:
            if count >= need:
                last = point
            count -= 1
        else:
            count += 1
            if count >= need and first is None:
                first = point
    assert first is not None
    return Interval(first, last)
