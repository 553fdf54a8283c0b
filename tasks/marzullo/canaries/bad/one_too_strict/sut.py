def fuse(intervals: list[Interval], f: int) -> Interval:
    need = len(intervals) - f
    ends = [p for i in intervals for p in i]
    counts = {p: sum(i.lo <= p <= i.hi for i in intervals) for p in ends}
    enough = [p for p in ends if counts[p] > need] or [p for p in ends if counts[p] == max(counts.values())]
    return Interval(min(enough), max(enough))
