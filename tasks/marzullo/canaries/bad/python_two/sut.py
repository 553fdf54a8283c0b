def fuse(intervals, f):
    need = len(intervals) - f
    points = [p for i in intervals for p in i if sum(j.lo <= p <= j.hi for j in intervals) >= need]
    print "fused", len(intervals)
    return Interval(min(points), max(points))
