def poll(reports: list[Report], f: int) -> Interval | None:
    ids = [r.sensor_id for r in reports]
    if len(set(ids)) != len(ids) or len(reports) < 2 * f + 1:
        return None
    n = len(reports)
    return Interval(sum(r.lo for r in reports) // n, sum(r.hi for r in reports) // n)
