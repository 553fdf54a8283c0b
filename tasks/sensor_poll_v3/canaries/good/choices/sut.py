from itertools import combinations


def poll(reports: list[Report], f: int) -> Interval | None:
    ids = [r.sensor_id for r in reports]
    if len(set(ids)) != len(ids) or len(reports) < 2 * f + 1:
        return None
    met = []
    for chosen in combinations(reports, len(reports) - f):
        lo, hi = max(r.lo for r in chosen), min(r.hi for r in chosen)
        if lo <= hi:
            met.append((lo, hi))
    return (min(lo for lo, _ in met), max(hi for _, hi in met)) if met else None
