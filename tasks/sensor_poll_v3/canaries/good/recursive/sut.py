def poll(reports: list[Report], f: int) -> Interval | None:
    if len(reports) <= 2 * f or len({r.sensor_id for r in reports}) != len(reports):
        return None
    found = meetings(reports, f)
    if not found:
        return None
    return Interval(min(i.lo for i in found), max(i.hi for i in found))


def meetings(reports: list[Report], drop: int, start: int = 0) -> list[Interval]:
    lo, hi = max(r.lo for r in reports), min(r.hi for r in reports)
    if lo <= hi:
        here = [Interval(lo, hi)]
    else:
        here = []
    if drop == 0:
        return here
    return here + [m for k in range(start, len(reports)) for m in meetings(reports[:k] + reports[k + 1 :], drop - 1, k)]
