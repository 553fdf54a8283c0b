def fuse(intervals: list[Interval], f: int) -> Interval:
    axis = sorted({p for i in intervals for p in i})
    place = {p: k for k, p in enumerate(axis)}
    column = [0] * (len(axis) + 1)
    for lo, hi in intervals:
        column[place[lo]] += 1
        column[place[hi] + 1] -= 1
    need, running, kept = len(intervals) - f, 0, []
    for p, change in zip(axis, column):
        running += change
        if running >= need:
            kept.append(p)
    return Interval(kept[0], kept[-1])
