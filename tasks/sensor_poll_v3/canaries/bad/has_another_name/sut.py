def fuse(reports: list[Report], f: int) -> Interval | None:
    ids = [r.sensor_id for r in reports]
    if len(set(ids)) != len(ids) or len(reports) < 2 * f + 1:
        return None
    lo, hi = max(r.lo for r in reports), min(r.hi for r in reports)
    return Interval(lo, hi) if lo <= hi else None
