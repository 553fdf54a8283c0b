from itertools import combinations


def poll(reports: list[Report], f: int) -> Interval | None:
    ids = [r.sensor_id for r in reports]
    if len(set(ids)) != len(ids) or len(reports) < 2 * f + 1:
        return None
    if f == 0:
        lo, hi = max(r.lo for r in reports), min(r.hi for r in reports)
        return Interval(lo, hi) if lo <= hi else None
    for a, b in combinations(reports, 2):
        lo, hi = max(a.lo, b.lo), min(a.hi, b.hi)
        if lo <= hi:
            return Interval(lo, hi)
    return None
