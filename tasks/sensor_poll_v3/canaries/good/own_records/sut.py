from typing import NamedTuple


class Interval(NamedTuple):
    lo: int
    hi: int


class Report(NamedTuple):
    sensor_id: int
    lo: int
    hi: int

    def contains(self, point: int) -> bool:
        return self.lo <= point <= self.hi


def poll(reports: list[Report], f: int) -> Interval | None:
    if len({r.sensor_id for r in reports}) < len(reports) or len(reports) - 1 < 2 * f:
        return None

    def supported(point: int) -> bool:
        return sum(map(lambda r: r.contains(point), reports)) >= len(reports) - f

    lo = min(filter(supported, (r.lo for r in reports)), default=None)
    hi = max(filter(supported, (r.hi for r in reports)), default=None)
    return None if lo is None or hi is None else Interval(lo, hi)
