class Marzullo:
    def fuse(self, intervals: list[Interval], f: int) -> Interval:
        need = len(intervals) - f
        points = [p for i in intervals for p in i if sum(j.lo <= p <= j.hi for j in intervals) >= need]
        return Interval(min(points), max(points))
