def poll(reports: list[Report], f: int) -> Interval | None:
    ids = [r.sensor_id for r in reports]
    if len(set(ids)) != len(ids) or len(reports) < 2 * f + 1:
        return None
    lows = sorted(r.lo for r in reports)
    highs = sorted(r.hi for r in reports)
    lo, hi = lows[len(reports) - f - 1], highs[f]
    return Interval(lo, hi) if lo <= hi else None
