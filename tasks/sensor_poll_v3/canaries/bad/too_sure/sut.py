def poll(reports: list[Report], f: int) -> Interval | None:
    ids = [r.sensor_id for r in reports]
    if len(set(ids)) != len(ids) or len(reports) < 2 * f + 1:
        return None
    lo, hi = max(r.lo for r in reports), min(r.hi for r in reports)
    if lo <= hi:
        return Interval(lo, lo if f else hi)
    ends = [end for r in reports for end in (r.lo, r.hi)]
    supported = [p for p in ends if sum(r.lo <= p <= r.hi for r in reports) >= len(reports) - f]
    return Interval(min(supported), max(supported)) if supported else None
