def fuse(intervals, f):
    need = len(intervals) - f
    events = sorted([(i.lo, 0) for i in intervals] + [(i.hi, 1) for i in intervals])
    depth, first, last = 0, None, None
    for point, closing in events:
        if closing:
            if depth >= need:
                last = point
            depth -= 1
        else:
            depth += 1
            if depth >= need and first is None:
                first = point
    return Interval(first, last)
