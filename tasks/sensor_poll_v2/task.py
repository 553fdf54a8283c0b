"""Poll n sensors of which at most f lie, and answer an interval for the value, or None.

The laws are the published ones. Which sensor lies, and how, is drawn here: a candidate sees reports only.
"""

from typing import Annotated, NamedTuple

from probatum import I64, U32, U64, Call, Sut, always, assume, between, few, never_raises, sized, sometimes, sut

LOWEST, HIGHEST = -(2**63), 2**63 - 1

Reading = Annotated[I64, few(9)]
SensorId = Annotated[U32, few(8)]
Faults = Annotated[U32, few(4)]


class Report(NamedTuple):
    "Sensor `sensor_id` says that the value lies between lo and hi, both included."

    sensor_id: SensorId
    lo: Reading
    hi: Reading


class Interval(NamedTuple):
    "All points from lo to hi, both included."

    lo: Reading
    hi: Reading


class Span(NamedTuple):
    "How far an honest report reaches below and above the truth (cut off at the edges of i64)."

    below: Annotated[U64, few(7)]
    above: Annotated[U64, few(7)]


class Ids(NamedTuple):
    "Ids of reports: every other one in a row from `first`, those between 2**apart further on."

    first: SensorId
    apart: Annotated[U32, between(5, 31)]


SOME_IDS = Ids(0, 31)


class Lie(NamedTuple):
    "What the liar reports, relative to where it is placed: `away` from there, on which side, and how wide."

    away: Annotated[U64, few(9)]
    below: bool
    width: Annotated[U64, few(5)]


Reports = Annotated[list[Report], sized(0, 14)]
ThreeSpans = Annotated[list[Span], sized(3, 3)]
FourSpans = Annotated[list[Span], sized(4, 4)]
Seat = Annotated[U32, between(0, 3)]
SomeSpans = Annotated[list[Span], sized(2, 9)]
TwoSeats = Annotated[list[Annotated[U32, between(0, 8)]], sized(2, 2)]


def clamp(point: int) -> int:
    return max(LOWEST, min(HIGHEST, point))


def around(truth: int, span: Span) -> Interval:
    return Interval(clamp(truth - span.below), clamp(truth + span.above))


def placed(lowest: int, highest: int, lie: Lie) -> Interval:
    "The lie, `away` below `lowest` or above `highest`."
    if lie.below:
        return Interval(clamp(lowest - lie.away - lie.width), clamp(lowest - lie.away))
    return Interval(clamp(highest + lie.away), clamp(highest + lie.away + lie.width))


def reported(intervals: list[Interval], ids: Ids) -> list[Report]:
    "One report per interval, with different ids that wrap around at 2**32."
    given = [ids.first + i // 2 + i % 2 * 2**ids.apart for i in range(len(intervals))]
    return [Report(sensor_id % 2**32, lo, hi) for sensor_id, (lo, hi) in zip(given, intervals, strict=True)]


def support(reports: list[Report], point: int) -> int:
    "How many reports contain the point."
    return sum(report.lo <= point <= report.hi for report in reports)


@sut(answers="any")
def poll(reports: Reports, f: Faults) -> Interval | None:
    if len({report.sensor_id for report in reports}) < len(reports) or len(reports) < 2 * f + 1:
        return None
    ends = [end for report in reports for end in (report.lo, report.hi)]
    supported = [end for end in ends if support(reports, end) >= len(reports) - f]
    return Interval(min(supported), max(supported)) if supported else None


@always("SP-1")
def faultless_equivalence_n3(s: Sut, truth: Reading, spans: ThreeSpans, ids: Ids) -> None:
    "Of three honest reports and f = 0, the answer is exactly their intersection."
    reports = reported([around(truth, span) for span in spans], ids)
    assert s.poll(reports, 0) == Interval(max(r.lo for r in reports), min(r.hi for r in reports))


@always("SP-2")
def marzullo_invariant_n4_f1(s: Sut, truth: Reading, spans: ThreeSpans, lie: Lie, seat: Seat, ids: Ids) -> None:
    "Of three honest reports and any other one with f = 1, an interval that is answered has a point of three reports."
    intervals = [around(truth, span) for span in spans]
    intervals.insert(seat, placed(truth, truth, lie))
    reports = reported(intervals, ids)
    fused = s.poll(reports, 1)
    if fused is not None:
        inside = [point for point in (fused.lo, *(r.lo for r in reports)) if fused.lo <= point <= fused.hi]
        assert any(support(reports, point) >= 3 for point in inside)


@always("SP-3")
def gross_liar_n4_f1(s: Sut, truth: Reading, spans: ThreeSpans, lie: Lie, seat: Seat, ids: Ids) -> None:
    "Of three honest reports and one that contradicts all of them with f = 1, an interval answered contains the truth."
    intervals = [around(truth, span) for span in spans]
    lowest, highest = min(i.lo for i in intervals), max(i.hi for i in intervals)
    liar = placed(lowest, highest, lie)
    assume(liar.hi < lowest or highest < liar.lo)
    intervals.insert(seat, liar)
    fused = s.poll(reported(intervals, ids), 1)
    assert fused is None or fused.lo <= truth <= fused.hi


@always("SP-3")
def nobody_lies_n4_f1(s: Sut, truth: Reading, spans: FourSpans, ids: Ids) -> None:
    "Of four honest reports with f = 1, an interval that is answered contains the truth."
    fused = s.poll(reported([around(truth, span) for span in spans], ids), 1)
    assert fused is None or fused.lo <= truth <= fused.hi


@always("SP-4")
def duplicate_ids_are_refused(
    s: Sut, truth: Reading, spans: SomeSpans, twins: TwoSeats, same: bool, f: Annotated[U32, between(0, 1)]
) -> None:
    "When two reports carry one id, the answer is None, also when they say the same and otherwise all agree."
    first, second = (seat % len(spans) for seat in twins)
    assume(first != second)
    reports = reported([around(truth, span) for span in spans], SOME_IDS)
    copied = reports[first]
    reports[second] = copied if same else reports[second]._replace(sensor_id=copied.sensor_id)
    assert s.poll(reports, f) is None


@always("SP-5")
def too_few_reports_are_refused(
    s: Sut,
    truth: Reading,
    spans: Annotated[list[Span], sized(1, 6)],
    faults: Annotated[U32, between(0, 7)],
    missing: Faults,
    edge: Annotated[U32, between(0, 2)],
) -> None:
    "Fewer than 2f+1 reports are answered with None, also where 2f+1 no longer fits in 32 bits."
    count = 2 * faults - missing % (2 * faults + 1)
    reports = reported([around(truth, spans[i % len(spans)]) for i in range(count)], SOME_IDS)
    f = (faults, 2**31 + missing % 2**30, 2**32 - 1 - missing % 2**30)[edge]
    assert s.poll(reports, f) is None


@never_raises("SP-6")
def any_reports_are_survived(s: Sut, reports: Reports, f: Faults) -> None:
    "No reports whatever, also with lo > hi or repeated ids, and no f make it raise."
    s.poll(reports, f)
    s.poll(reports, 0)
    s.poll(reports, 2**32 - 1)


def legal(call: Call) -> bool:
    "Distinct ids, enough reports, all with lo <= hi."
    reports, f = call.args
    distinct = len({r.sensor_id for r in reports}) == len(reports)
    return distinct and len(reports) >= 2 * f + 1 and all(r.lo <= r.hi for r in reports)


@sometimes
def some_answered(call: Call) -> bool:
    "An interval is answered."
    return call.result is not None


@sometimes
def none_answered(call: Call) -> bool:
    "None is answered although there are reports."
    return call.result is None and bool(call.args[0])


@sometimes
def no_reports(call: Call) -> bool:
    "There are no reports."
    return not call.args[0]


@sometimes
def single_point(call: Call) -> bool:
    "Several honest reports meet in one point only."
    reports, _ = call.args
    return legal(call) and len(reports) > 1 and max(r.lo for r in reports) == min(r.hi for r in reports)


@sometimes
def duplicate_ids(call: Call) -> bool:
    "Two reports with a report between them carry one id."
    ids = [report.sensor_id for report in call.args[0]]
    return any(ids[i] in ids[i + 2 :] for i in range(len(ids)))


@sometimes
def exactly_enough_reports(call: Call) -> bool:
    "n = 2f + 1 with f > 0 and distinct ids."
    reports, f = call.args
    return legal(call) and f > 0 and len(reports) == 2 * f + 1


@sometimes
def one_report_too_few(call: Call) -> bool:
    "n = 2f with f > 0."
    reports, f = call.args
    return bool(f > 0 and len(reports) == 2 * f)


@sometimes
def liar_apart(call: Call) -> bool:
    "Of four reports with f = 1, three share a point and one meets none of them."
    reports, f = call.args
    apart = [r for r in reports if not any(o.lo <= r.hi and r.lo <= o.hi for o in reports if o is not r)]
    return legal(call) and f == 1 and len(reports) == 4 and len(apart) == 1 and best(reports) == 3


@sometimes
def liar_overlaps(call: Call) -> bool:
    "Of four reports with f = 1, three share a point and the other one meets some of them, but not that point."
    reports, f = call.args
    met = [any(o.lo <= r.hi and r.lo <= o.hi for o in reports if o is not r) for r in reports]
    return legal(call) and f == 1 and len(reports) == 4 and best(reports) == 3 and all(met)


@sometimes
def nobody_lies(call: Call) -> bool:
    "Of four reports with f = 1, all share a point."
    reports, f = call.args
    return legal(call) and f == 1 and len(reports) == 4 and best(reports) == 4


def best(reports: list[Report]) -> int:
    return max(support(reports, report.lo) for report in reports)


@sometimes
def reversed_report(call: Call) -> bool:
    "Some report has lo > hi."
    return any(report.lo > report.hi for report in call.args[0])


@sometimes
def most_faults(call: Call) -> bool:
    "f = 2**32 - 1 with reports."
    return bool(call.args[0]) and bool(call.args[1] == 2**32 - 1)


@sometimes
def negative_reports(call: Call) -> bool:
    "Several honest reports are negative throughout."
    reports, _ = call.args
    return legal(call) and len(reports) > 2 and all(r.hi < 0 for r in reports) and best(reports) == len(reports)
