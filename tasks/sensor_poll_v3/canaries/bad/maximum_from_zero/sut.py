def poll(reports: list[Report], f: int) -> Interval | None:
    ids = [r.sensor_id for r in reports]
    if len(set(ids)) != len(ids) or len(reports) < 2 * f + 1:
        return None
    lo, hi = 0, 2**63 - 1
    for r in reports:
        lo, hi = max(lo, r.lo), min(hi, r.hi)
    return Interval(lo, hi) if lo <= hi else None
