from itertools import combinations


def poll(reports: list[Report], f: int) -> Interval | None:
    ids = [r.sensor_id for r in reports]
    if len(set(ids)) != len(ids) or len(reports) < 2 * f + 1:
        return None
    for chosen in combinations(sorted(reports, key=lambda r: r.hi - r.lo, reverse=True), len(reports) - f):
        lo, hi = max(r.lo for r in chosen), min(r.hi for r in chosen)
        if lo <= hi:
            return Interval(lo, hi)
    return None
