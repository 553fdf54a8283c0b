last = Interval(-(2**63), 2**63 - 1)


def poll(reports: list[Report], f: int) -> Interval | None:
    ids = [r.sensor_id for r in reports]
    if len(set(ids)) != len(ids) or len(reports) < 2 * f + 1:
        return None
    global last
    lo, hi = max(r.lo for r in reports), min(r.hi for r in reports)
    if lo > hi:
        return None
    if max(lo, last.lo) <= min(hi, last.hi):
        lo, hi = max(lo, last.lo), min(hi, last.hi)
    last = Interval(lo, hi)
    return last
