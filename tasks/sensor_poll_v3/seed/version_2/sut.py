from interface import Interval, Report


def poll(reports: list[Report], f: int) -> Interval | None:
    ids = [r.sensor_id for r in reports]
    if len(set(ids)) != len(ids) or len(reports) < 2 * f + 1:
        return None
    lo, hi = reports[0].lo, reports[0].hi
    for r in reports[1:]:
        if r.lo > lo:
            lo = r.lo
        if r.hi < hi:
            hi = r.hi
    return Interval(lo, hi) if lo <= hi else None
