def poll(reports: list[Report], f: int) -> Interval | None:
    ids = [r.sensor_id for r in reports]
    if len(set(ids)) != len(ids) or len(reports) < 2 * f + 1:
        return None
    lo = max((r.lo for r in reports), key=lambda p: p % 2**64)
    hi = min((r.hi for r in reports), key=lambda p: p % 2**64)
    return Interval(lo, hi) if lo <= hi else None
