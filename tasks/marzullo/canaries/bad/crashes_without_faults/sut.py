def fuse(intervals: list[Interval], f: int) -> Interval:
    def contradicted(i: Interval) -> int:
        return sum(j.hi < i.lo or i.hi < j.lo for j in intervals)

    need = len(intervals) - f
    suspects = sorted(intervals, key=contradicted)[need:]
    worst = max(contradicted(i) for i in suspects)
    points = [p for i in intervals for p in i if sum(j.lo <= p <= j.hi for j in intervals) >= need]
    assert worst >= 0
    return Interval(min(points), max(points))
