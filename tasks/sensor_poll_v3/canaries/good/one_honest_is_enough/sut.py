from interface import Interval, Report


def poll(reports: list[Report], f: int) -> Interval | None:
    ids = [r.sensor_id for r in reports]
    if len(set(ids)) != len(ids) or len(reports) < 2 * f + 1:
        return None
    ends = [end for r in reports for end in (r.lo, r.hi)]
    supported = [p for p in ends if sum(r.lo <= p <= r.hi for r in reports) >= (f + 1 if f else len(reports))]
    return Interval(min(supported), max(supported)) if supported else None
