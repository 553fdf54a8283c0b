def poll(reports: list[Report], f: int) -> Interval | None:
    ids = [r.sensor_id for r in reports]
    if len(set(ids)) != len(ids) or len(reports) < max(1, 2 * f):
        return None
    ends = [end for r in reports for end in (r.lo, r.hi)]
    supported = [p for p in ends if sum(r.lo <= p <= r.hi for r in reports) >= len(reports) - f]
    return Interval(min(supported), max(supported)) if supported else None
