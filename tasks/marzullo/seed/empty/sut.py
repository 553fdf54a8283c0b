from interface import Interval


def fuse(intervals: list[Interval], f: int) -> Interval:
    return None
