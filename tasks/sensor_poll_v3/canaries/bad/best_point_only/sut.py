from interface import Interval, Report


def poll(reports: list[Report], f: int) -> Interval | None:
    ids = [r.sensor_id for r in reports]
    if len(set(ids)) != len(ids) or len(reports) < 2 * f + 1:
        return None
    ends = [end for r in reports for end in (r.lo, r.hi)]
    counts = {p: sum(r.lo <= p <= r.hi for r in reports) for p in ends}
    most = max(counts.values(), default=0)
    supported = [p for p in ends if counts[p] == most]
    if most < len(reports) - f or not supported:
        return None
    return Interval(min(supported), max(supported))
