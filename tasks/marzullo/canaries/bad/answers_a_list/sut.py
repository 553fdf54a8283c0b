def fuse(intervals, f):
    need = len(intervals) - f
    points = sorted(p for i in intervals for p in i if sum(j.lo <= p <= j.hi for j in intervals) >= need)
    return [points[0], points[-1]]
