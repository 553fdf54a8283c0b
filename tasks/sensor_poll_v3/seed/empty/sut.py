from interface import Interval, Report


def poll(reports: list[Report], f: int) -> Interval | None:
    return None
