def poll(reports: list[Report], f: int) -> Interval | None:
    if len(reports) < 2 * f + 1 or any(a.sensor_id == b.sensor_id for a, b in zip(reports, reports[1:])):
        return None
    lo, hi = max(r.lo for r in reports), min(r.hi for r in reports)
    return Interval(lo, hi) if lo <= hi else None
