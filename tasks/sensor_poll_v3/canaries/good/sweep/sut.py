def poll(reports: list[Report], f: int) -> Interval | None:
    ids = [r.sensor_id for r in reports]
    if len(set(ids)) != len(ids) or len(reports) < 2 * f + 1:
        return None
    events = []
    for r in reports:
        if r.lo <= r.hi:
            events += [(r.lo, 0), (r.hi, 1)]
    need, count, reached = len(reports) - f, 0, []
    for point, is_end in sorted(events):
        if not is_end:
            count += 1
        if count >= need:
            reached.append(point)
        if is_end:
            count -= 1
    return Interval(reached[0], reached[-1]) if reached else None
