"""Fuse intervals of which at most f are wrong: the hull of all points that lie in at least len - f of them."""

from typing import Annotated, NamedTuple

from probatum import I64, U32, U64, Call, Sut, always, assume, between, few, mapped, sized, sometimes, sut

LOWEST, HIGHEST = -(2**63), 2**63 - 1

Bound = Annotated[I64, few(6)]
Faults = Annotated[U32, few(4)]


class Interval(NamedTuple):
    "All points from lo to hi, both included."

    lo: Bound
    hi: Bound


class Span(NamedTuple):
    "How far an interval reaches below and above a point (cut off at the edges of i64)."

    below: Annotated[U64, few(7)]
    above: Annotated[U64, few(7)]


class Lie(NamedTuple):
    "An interval that starts `away` below or above a point and is `width` wide (cut off at the edges of i64)."

    away: Annotated[U64, few(12)]
    below: bool
    width: Annotated[U64, few(5)]


def proper(intervals: list[Interval]) -> list[Interval]:
    return [Interval(min(pair), max(pair)) for pair in intervals]


def clamp(point: int) -> int:
    return max(LOWEST, min(HIGHEST, point))


def around(truth: int, span: Span) -> Interval:
    return Interval(clamp(truth - span.below), clamp(truth + span.above))


def placed(truth: int, lie: Lie) -> Interval:
    if lie.below:
        return Interval(clamp(truth - lie.away - lie.width), clamp(truth - lie.away))
    return Interval(clamp(truth + lie.away), clamp(truth + lie.away + lie.width))


def support(intervals: list[Interval], point: int) -> int:
    "In how many intervals the point lies."
    return sum(interval.lo <= point <= interval.hi for interval in intervals)


Intervals = Annotated[list[Interval], sized(1, 17), mapped(proper)]
Spans = Annotated[list[Span], sized(1, 8)]
ManySpans = Annotated[list[Span], sized(1, 16)]
Lies = Annotated[list[Lie], sized(0, 6)]
SomeLies = Annotated[list[Lie], sized(1, 4)]
Liars = Annotated[U32, between(0, 8)]
Gap = Annotated[U32, between(1, 90)]


@sut(requirements=["MZ-1", "MZ-2"])
def fuse(intervals: Intervals, f: Faults) -> Interval:
    assume(len(intervals) >= 2 * f + 1 and all(interval.lo <= interval.hi for interval in intervals))
    ends = [end for interval in intervals for end in interval]
    supported = [end for end in ends if support(intervals, end) >= len(intervals) - f]
    assume(supported)
    return Interval(min(supported), max(supported))


@always("MZ-1")
def both_ends_are_supported(s: Sut, intervals: Intervals, f: Faults) -> None:
    "Each end of the answer lies in at least len - f of the intervals."
    fused = s.fuse(intervals, f)
    assert min(support(intervals, fused.lo), support(intervals, fused.hi)) >= len(intervals) - f


@always("MZ-2")
def no_supported_point_is_left_out(s: Sut, intervals: Intervals, f: Faults) -> None:
    "Every point that lies in at least len - f of the intervals lies in the answer."
    fused = s.fuse(intervals, f)
    for end in (end for interval in intervals for end in interval):
        assert fused.lo <= end <= fused.hi or support(intervals, end) < len(intervals) - f


@always("MZ-2")
def truth_survives_liars(
    s: Sut, truth: Bound, spans: Spans, lies: SomeLies, liars: Liars, turn: Annotated[U32, few(9)]
) -> None:
    "What all honest intervals contain lies in the answer, wherever at most f liars stand."
    honest = [around(truth, spans[i % len(spans)]) for i in range(max(len(spans), liars + 1))]
    intervals = honest + [placed(truth, lies[i % len(lies)]) for i in range(liars)]
    turn %= len(intervals)
    fused = s.fuse(intervals[turn:] + intervals[:turn], liars)
    assert fused.lo <= truth <= fused.hi


@always("MZ-1", "MZ-2")
def without_faults_it_is_the_intersection(s: Sut, truth: Bound, spans: ManySpans) -> None:
    "With f = 0 the answer is exactly the intersection of all intervals."
    intervals = [around(truth, span) for span in spans]
    assert s.fuse(intervals, 0) == Interval(max(i.lo for i in intervals), min(i.hi for i in intervals))


@always("MZ-1", "MZ-2")
def islands_are_spanned(
    s: Sut, start: Bound, f: Annotated[U32, between(1, 8)], size: Annotated[U32, few(3)], gap: Gap, span: Span
) -> None:
    "Where f intervals cover f + 1 that lie apart, the answer reaches from the first of those to the last."
    size, first = size % 99, max(LOWEST, min(start, HIGHEST - 2000))
    islands = [Interval(first + i * (size + gap), first + i * (size + gap) + size) for i in range(f + 1)]
    whole = Interval(islands[0].lo, islands[-1].hi)
    cover = Interval(clamp(whole.lo - span.below), clamp(whole.hi + span.above))
    order = [*islands[::2], *([cover] * f), *islands[1::2][::-1]]
    assert s.fuse(order, f) == whole


@always("MZ-3")
def order_changes_nothing(s: Sut, intervals: Intervals, f: Faults) -> None:
    "The order of the intervals does not matter."
    drawn, backwards, ascending = (s.fuse(order, f) for order in (intervals, intervals[::-1], sorted(intervals)))
    assert drawn == backwards == ascending


@always("MZ-3")
def mirror_image(s: Sut, intervals: Intervals, f: Faults) -> None:
    "Mirroring all intervals at zero mirrors the answer."
    assume(all(interval.lo > LOWEST for interval in intervals))
    fused, mirrored = s.fuse(intervals, f), s.fuse([Interval(-i.hi, -i.lo) for i in intervals], f)
    assert (mirrored.lo, mirrored.hi) == (-fused.hi, -fused.lo)


@always("MZ-4")
def more_faults_never_narrow(s: Sut, truth: Bound, spans: Spans, lies: Lies) -> None:
    "Allowing one more fault never makes the answer narrower."
    assume(len(spans) >= 3)
    lies = lies[: len(spans) - 3]
    intervals = [placed(truth, lie) for lie in lies] + [around(truth, span) for span in spans]
    strict, loose = s.fuse(intervals, len(lies)), s.fuse(intervals, len(lies) + 1)
    assert loose.lo <= strict.lo and strict.hi <= loose.hi


def answer(call: Call) -> tuple[list[Interval], int, int, int]:
    "Intervals, f and the ends of the right answer."
    intervals, f = call.args
    ends = [end for interval in intervals for end in interval if support(intervals, end) >= len(intervals) - f]
    return intervals, f, min(ends), max(ends)


@sometimes
def single_point(call: Call) -> bool:
    "Several intervals meet in one point only."
    intervals, _, lo, hi = answer(call)
    return len(intervals) > 1 and lo == hi and all(i.lo < i.hi for i in intervals)


@sometimes
def gap_inside(call: Call) -> bool:
    "Some point between the ends of the answer is not supported: the answer is a hull."
    intervals, f, lo, hi = answer(call)
    after = [i.hi + 1 for i in intervals if lo <= i.hi < hi]
    return any(support(intervals, point) < len(intervals) - f for point in after)


@sometimes
def liar_outside(call: Call) -> bool:
    "Some interval has no point in common with the answer."
    intervals, _, lo, hi = answer(call)
    return any(i.hi < lo or hi < i.lo for i in intervals)


@sometimes
def liar_overlaps(call: Call) -> bool:
    "With f > 0, some interval covers one end of the answer only."
    intervals, f, lo, hi = answer(call)
    return f > 0 and any((i.lo <= lo) != (i.hi >= hi) and i.lo <= hi and lo <= i.hi for i in intervals)


@sometimes
def exactly_enough_intervals(call: Call) -> bool:
    "len = 2f + 1 with f > 0."
    intervals, f, _, _ = answer(call)
    return f > 0 and len(intervals) == 2 * f + 1


@sometimes
def exactly_enough_support(call: Call) -> bool:
    "No point lies in more than len - f intervals, f > 0."
    intervals, f, _, _ = answer(call)
    return f > 0 and max(support(intervals, i.lo) for i in intervals) == len(intervals) - f


@sometimes
def without_faults(call: Call) -> bool:
    "f = 0 with several intervals."
    return call.args[1] == 0 and len(call.args[0]) > 1


@sometimes
def one_interval(call: Call) -> bool:
    "One interval only."
    return len(call.args[0]) == 1


@sometimes
def touching_ends(call: Call) -> bool:
    "An interval ends where another one starts."
    intervals = call.args[0]
    return any(a.hi == b.lo and a.lo < a.hi and b.lo < b.hi for a in intervals for b in intervals)


@sometimes
def equal_intervals(call: Call) -> bool:
    "The same interval occurs twice."
    return len(set(call.args[0])) < len(call.args[0])


@sometimes
def negative_answer(call: Call) -> bool:
    "The whole answer is negative."
    return answer(call)[3] < 0


@sometimes
def edge_of_i64(call: Call) -> bool:
    "The answer starts at the lowest i64 or ends at the highest."
    _, _, lo, hi = answer(call)
    return lo == LOWEST or hi == HIGHEST


@sometimes
def many_intervals(call: Call) -> bool:
    "More than six intervals, with f > 1."
    return len(call.args[0]) > 6 and call.args[1] > 1
