"""The write buffer of a log, filled by many threads: interface, oracle, laws, and what its clients do at once."""

from random import Random
from typing import Annotated, NamedTuple

from probatum import (
    U32,
    U64,
    Asks,
    Call,
    Ref,
    Sut,
    always,
    assume,
    between,
    concurrent,
    few,
    in_rust,
    never_raises,
    sometimes,
    sut,
    throughput,
)

Place = Annotated[U64, few(3)]
Length = Annotated[U32, between(1, 9)]
Capacity = Annotated[U32, between(1, 8)]


class Res(NamedTuple):
    """A reservation: the log sequence number of its first byte, and where that is in the buffer."""

    lsn: Place
    off: Place


@concurrent(
    threads=3,
    calls=2,
    preemptions=2,
    states=6,
    requirements=("IB-6", "IB-7", "IB-8"),
    patterns=(
        "reserve#0 complete@0 | reserve#0 complete@0",
        "reserve#0 complete@0 | seal flush",
        "reserve#0 / complete@0 seal | reserve#0 flush",
        "reserve#0 seal / complete@0 flush | flush stable",
        "reserve#0 seal / abort@0 flush | flush reserve#0",
        "reserve#0 complete@0 seal / flush | reserve#0 complete@3",
        "reserve#0 complete@0 seal / flush stable | flush reserve#0",
        "seal flush stable | reserve#0 abort@0 reserve#0",
        "reserve#0 | reserve#0 complete@0 seal flush",
        "seal | reserve#0 complete@0 seal flush",
        "reserve#0 abort@0 seal / flush reserve#0 | flush reserve#0",
    ),
    after=("stable", "flush", "seal", "flush", "reserve", "stable"),
)
@in_rust(type="IoBuffer<VALUE>")
@sut(requirements=["IB-1", "IB-2", "IB-3", "IB-4", "IB-5"], weights={"reserve": 4, "complete": 4, "flush": 2})
class IoBuffer:
    """One buffer after the other; LSNs go on where the one before ended."""

    def __init__(self, capacity: Capacity) -> None:
        self.capacity = capacity
        self.first = 0
        self.used = 0
        self.sealed = False
        self.open: list[Res] = []
        self.records: list[tuple[int, int]] = []

    def reserve(self, length: Length) -> Res | None:
        if self.sealed or self.used + length > self.capacity:
            return None
        res = Res(self.first + self.used, self.used)
        self.used += length
        self.open.append(res)
        return res

    def complete(self, res: Res, record: U64) -> None:
        self.abort(res)
        self.records = sorted([*self.records, (res.lsn, record)])

    def abort(self, res: Res) -> None:
        assume(res in self.open)
        self.open.remove(res)

    def seal(self) -> None:
        self.sealed = True

    def flush(self) -> tuple[U64, list[U64]] | None:
        if not self.sealed or self.open:
            return None
        records = [record for _, record in self.records]
        self.first, self.used, self.sealed, self.records = self.first + self.used, 0, False, []
        return self.first, records

    def stable(self) -> U64:
        return self.first


def filled(b: IoBuffer, lengths: list[int]) -> list[Res]:
    """The reservations that are granted, of those asked for one after the other."""
    return [res for length in lengths if (res := b.reserve(length)) is not None]


@always("IB-1")
def reservations_are_contiguous(s: Sut, capacity: Capacity, one: Length, other: Length) -> None:
    "A reservation begins where the one before it ends, in the log and in the buffer."
    b = s.IoBuffer(capacity)
    first, second = b.reserve(one), b.reserve(other)
    assert (first is not None) == (one <= capacity)
    assert first is None or first == Res(0, 0)
    if first is not None and second is not None:
        assert second == Res(one, one)
        assert one + other <= capacity


@always("IB-2")
def all_of_it_can_be_reserved(s: Sut, capacity: Capacity, length: Length) -> None:
    "What fits is granted, to the last byte, and what does not fit is not."
    b = s.IoBuffer(capacity)
    if b.reserve(length) is not None and length < capacity:
        assert b.reserve(capacity - length + 1) is None
        assert b.reserve(capacity - length) is not None
    assert length > capacity or b.reserve(1) is None


@always("IB-3")
def a_sealed_buffer_grants_nothing(b: IoBuffer, length: Length) -> None:
    "A sealed buffer grants nothing, however often it is asked or sealed."
    b.seal()
    assert b.reserve(length) is None
    b.seal()
    assert b.reserve(1) is None


@always("IB-4")
def flush_waits_for_every_writer(s: Sut, capacity: Capacity, lengths: list[Length], record: U64, aborted: bool) -> None:
    "A buffer is flushed when it is sealed and its last reservation has ended, and not before."
    b = s.IoBuffer(capacity)
    held = filled(b, lengths[:4])
    assert b.flush() is None
    b.seal()
    for res in held:
        assert b.flush() is None
        if aborted:
            b.abort(res)
        else:
            b.complete(res, record)
    assert b.flush() is not None
    assert b.flush() is None


@always("IB-5")
def a_flush_hands_out_what_was_written(s: Sut, capacity: Capacity, lengths: list[Length], one: U64, other: U64) -> None:
    "A flush hands out the records in the order of their LSNs, those given up left out, each once."
    b = s.IoBuffer(capacity)
    held = filled(b, [1, *lengths[:4]])
    for res in held[2:]:
        b.abort(res)
    for res, record in list(zip(held[:2], (one, other), strict=False))[::-1]:
        b.complete(res, record)
    b.seal()
    out = b.flush()
    assert out is not None and out[1] == [one, other][: len(held)]
    b.seal()
    again = b.flush()
    assert again is not None and again[1] == []


@always("IB-5")
def stable_is_what_was_flushed(s: Sut, capacity: Capacity, lengths: list[Length], record: U64) -> None:
    "The stable LSN moves with a flush, past all that was reserved before it, and no open reservation lies below it."
    b = s.IoBuffer(capacity)
    end = 0
    for length in [1, *lengths[:4]]:
        res = b.reserve(length)
        if res is not None:
            assert b.stable() <= res.lsn == end
            b.complete(res, record)
            end += length
        before = b.stable()
        b.seal()
        assert b.stable() == before
        out = b.flush()
        assert out is not None and out[0] == b.stable() == end


@always("IB-2", "IB-5")
def a_flushed_buffer_is_used_again(s: Sut, capacity: Capacity, rounds: Annotated[U32, between(1, 12)]) -> None:
    "After a flush the whole buffer can be reserved again, from its beginning, and LSNs go on."
    b = s.IoBuffer(capacity)
    for at in range(rounds + 1):
        res = b.reserve(capacity)
        assert res == Res(at * capacity, 0)
        b.complete(res, at)
        b.seal()
        assert b.flush() == ((at + 1) * capacity, [at])


@never_raises("IB-3")
def sealing_never_fails(b: IoBuffer, length: Length) -> None:
    "Sealing, flushing and reserving in any state, and twice, are no errors."
    b.seal()
    b.flush()
    b.reserve(length)
    b.flush()
    b.seal()
    b.flush()
    b.flush()


@sometimes
def refused(call: Call) -> bool:
    "A reservation is refused."
    return call.method == "reserve" and call.result is None


@sometimes
def flushed_several(call: Call) -> bool:
    "A flush hands out at least two records."
    return call.method == "flush" and call.result is not None and len(call.result[1]) >= 2


@sometimes
def flush_had_to_wait(call: Call, earlier: list[Call]) -> bool:
    "A sealed buffer is not flushed, because a reservation is open."
    return call.method == "flush" and call.result is None and bool(earlier) and earlier[-1].method == "seal"


@throughput
class Traffic:
    "Threads reserve, complete, seal and flush; each record is flushed once, in the order of the log."

    made = (8,)

    def calls(self, r: Random, thread: int, count: int) -> Asks:
        made: Asks = []
        while len(made) < count:
            if r.random() < 0.3 or len(made) == count - 1:
                made += [("seal",), ("flush",)]
            else:
                res = Ref(len(made))
                made += [
                    ("reserve", r.randint(1, 3)),
                    ("abort", res) if r.random() < 0.1 else ("complete", res, r.getrandbits(64)),
                ]
        return made[:count]

    def after(self, r: Random) -> Asks:
        return [("seal",), ("flush",), ("stable",)]

    def adds_up(self, before: list[Call], threads: list[list[Call]], after: list[Call]) -> None:
        every = [*(call for calls in threads for call in calls), *after]
        granted = sorted((c.result.lsn, c.args[0]) for c in every if c.method == "reserve" and c.result is not None)
        ends = [lsn + length for lsn, length in granted]
        assert [lsn for lsn, _ in granted] == [0, *ends][:-1], "reservations overlap, or leave a gap"
        completed = sorted((c.args[0].lsn, c.args[1]) for c in every if c.method == "complete")
        flushed = sorted(c.result for c in every if c.method == "flush" and c.result is not None)
        records = [record for _, some in flushed for record in some]
        assert records == [record for _, record in completed], "records were lost, made up, or flushed in another order"
        assert after[-1].result == (ends[-1] if ends else 0), "not all that was reserved is stable"
