def poll(reports: list[Report], f: int) -> Interval | None:
    lo, hi = max(r.lo for r in reports), min(r.hi for r in reports)
    ids = {r.sensor_id for r in reports}
    if len(ids) != len(reports) or len(reports) < 2 * f + 1 or lo > hi:
        return None
    return Interval(lo, hi)
