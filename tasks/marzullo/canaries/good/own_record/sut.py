from typing import NamedTuple


class Interval(NamedTuple):
    lo: int
    hi: int

    def contains(self, point: int) -> bool:
        return self.lo <= point <= self.hi


def first_supported(points: list[int], intervals: list[Interval], need: int) -> int:
    head, *rest = points
    if sum(1 for i in intervals if i.contains(head)) >= need:
        return head
    return first_supported(rest, intervals, need)


def fuse(intervals: list[Interval], f: int) -> Interval:
    need = len(intervals) - f
    starts = sorted(i.lo for i in intervals)
    ends = sorted((i.hi for i in intervals), reverse=True)
    return Interval(first_supported(starts, intervals, need), first_supported(ends, intervals, need))
