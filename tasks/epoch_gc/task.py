"""Epoch-based reclamation for many threads: interface, oracle, laws, and what its clients do at once."""

from random import Random
from typing import Annotated

from probatum import (
    U32,
    U64,
    Asks,
    Call,
    Sut,
    always,
    assume,
    between,
    concurrent,
    in_rust,
    never_raises,
    sometimes,
    sut,
    throughput,
)

MOST = 3
Handle = Annotated[U32, between(0, MOST - 1)]
Rounds = Annotated[U32, between(3, 12)]


@concurrent(
    threads=2,
    calls=2,
    preemptions=2,
    states=8,
    values=3,
    apart=("handle",),
    gives_up=("collect", "register"),
    requirements=("EG-6", "EG-7", "EG-8"),
    patterns=(
        "register register pin#0 replace#0 unpin#0 / pin#0 look#0 | pin#1 replace#1 unpin#1 collect collect",
        "register register pin#1 replace#1 unpin#1 pin#0 /"
        " look#0 unpin#0 pin#0 | pin#1 replace#1 unpin#1 collect collect",
        "register register pin#1 replace#1 unpin#1 pin#0 /"
        " look#0 unpin#0 unregister#0 | pin#1 replace#1 unpin#1 collect collect",
        "register register register / pin#0 unpin#0 unregister#0 | register pin@3",
        "register register pin#0 replace#0 / replace#0 unpin#0 collect | collect pin#1 look#1",
        "register register pin#0 pin#1 replace#0 / replace#0 look#0 | replace#1 look#1",
        "register / pin#0 retire#0 unpin#0 | collect collect collect",
        "register / pin#0 retire#0 | collect collect",
        "register register / pin#0 retire#0 | pin#1 retire#1",
        "register register pin#0 / retire#0 unpin#0 | pin#1 collect collect",
        "register register pin#0 retire#0 unpin#0 / pin#1 unpin#1 | collect collect",
        "register pin#0 retire#0 unpin#0 / collect collect | collect",
        "register pin#0 retire#0 unpin#0 collect / collect | collect collect pin#0 retire#0",
        "register register pin#0 collect pin#1 / retire#0 unpin#0 | collect collect",
        "register pin#0 / pin#0 unpin#0 retire#0 | collect collect",
        "register register pin#0 retire#0 unpin#0 / unregister#0 register | collect collect",
        "register register pin#0 pin#1 retire#1 unpin#1 / collect | collect",
        "register / register | register",
        "register register / unregister#0 | register pin@2 retire@2",
        "register register / unregister#0 unregister#1 | register",
        "register / pin#0 unpin#0 | collect collect collect",
    ),
    after=("collect", "collect", "collect", "register"),
)
@in_rust(type="EpochGc<VALUE>")
@sut(
    requirements=["EG-1", "EG-2", "EG-3", "EG-4", "EG-5"],
    weights={"register": 3, "pin": 3, "unpin": 3, "replace": 2, "retire": 3, "collect": 5},
)
class EpochGc:
    """A place with one object, what was taken out of it, and epochs after which nobody can look at that any more."""

    def __init__(self) -> None:
        self.epoch = 0
        self.handles: list[list[int] | None] = [None] * MOST
        self.current: int | None = None
        self.retired: list[tuple[int, int, int]] = []

    def register(self) -> Handle | None:
        if None not in self.handles:
            return None
        handle = self.handles.index(None)
        self.handles[handle] = [0, 0]
        return handle

    def _beside_register(self, handle: int | None) -> None:
        """Beside other calls any free number will do."""
        assume(None not in self.handles if handle is None else self._depth(handle) is None)
        if handle is not None:
            self.handles[handle] = [0, 0]

    def unregister(self, handle: Handle) -> None:
        assume(self._depth(handle) == 0)
        self.handles[handle] = None

    def pin(self, handle: Handle) -> None:
        depth = self._depth(handle)
        assume(depth is not None)
        pinned = self.handles[handle]
        if pinned is not None:
            self.handles[handle] = [pinned[0] + 1, pinned[1] if depth else self.epoch]

    def unpin(self, handle: Handle) -> None:
        assume(self._depth(handle))
        pinned = self.handles[handle]
        if pinned is not None:
            self.handles[handle] = [pinned[0] - 1, pinned[1] if pinned[0] > 1 else 0]

    def look(self, handle: Handle) -> U64 | None:
        assume(self._depth(handle))
        return self.current

    def replace(self, handle: Handle, object: U64) -> None:
        self._replace(handle, object, 0)

    def _beside_replace(self, handle: int, object: int, _: None) -> None:
        """The epoch may go on between the exchange and the retirement: what was there may go an epoch later."""
        self._replace(handle, object, 1)

    def _replace(self, handle: int, object: int, late: int) -> None:
        assume(self._depth(handle))
        if self.current is not None:
            self.retired.append((self.epoch, self.epoch + late, self.current))
        self.current = object

    def retire(self, handle: Handle, object: U64) -> None:
        assume(self._depth(handle))
        self.retired.append((self.epoch, self.epoch, object))

    def collect(self) -> list[U64]:
        if self._held_back():
            return []
        self.epoch += 1
        free = [object for _, epoch, object in self.retired if epoch <= self.epoch - 2]
        self.retired = [kept for kept in self.retired if kept[1] > self.epoch - 2]
        return free

    def _allows_collect(self, objects: list[int]) -> None:
        """What threads retire at once is handed out in any order, and what may go an epoch later sooner or later."""
        if self._held_back():
            assume(objects == [])
            return
        self.epoch += 1
        free = [kept for kept in self.retired if kept[0] <= self.epoch - 2 and kept[2] in objects]
        assume(sorted(object for _, _, object in free) == sorted(objects))
        self.retired = [kept for kept in self.retired if kept not in free]
        assume(all(epoch > self.epoch - 2 for _, epoch, _ in self.retired))

    def _held_back(self) -> bool:
        return any(pinned and pinned[0] and pinned[1] != self.epoch for pinned in self.handles)

    def _depth(self, handle: int) -> int | None:
        """How often a handle is pinned; None where there is no such handle."""
        pinned = self.handles[handle] if handle < len(self.handles) else None
        return pinned[0] if pinned is not None else None


def two(s: Sut) -> tuple[EpochGc, int, int]:
    """A new collector with two handles."""
    gc = s.EpochGc()
    one, other = gc.register(), gc.register()
    assert one is not None and other is not None
    return gc, one, other


@always("EG-1")
def handles_are_numbered_and_used_again(s: Sut) -> None:
    "The smallest free number is given out, none twice, and no more than there may be."
    gc = s.EpochGc()
    assert [gc.register() for _ in range(MOST)] == [0, 1, 2]
    assert gc.register() is None
    gc.unregister(1)
    gc.unregister(0)
    assert [gc.register(), gc.register(), gc.register()] == [0, 1, None]


@always("EG-2")
def nothing_goes_while_one_is_pinned_who_was_there(s: Sut, rounds: Rounds, object: U64) -> None:
    "What was retired while somebody was pinned stays until that pin has ended, however often it is asked."
    gc, one, other = two(s)
    gc.pin(one)
    gc.pin(other)
    gc.retire(other, object)
    gc.unpin(other)
    for _ in range(rounds):
        assert gc.collect() == []
    gc.unpin(one)
    assert [gc.collect(), gc.collect()].count([object]) == 1


@always("EG-2")
def a_later_pin_holds_what_is_retired_after_it(s: Sut, rounds: Rounds, object: U64) -> None:
    "What is retired by a thread that is pinned since the epoch before stays as long as one pinned since then."
    gc, one, other = two(s)
    gc.pin(one)
    assert gc.collect() == []
    gc.pin(other)
    gc.retire(one, object)
    gc.unpin(one)
    for _ in range(rounds):
        assert gc.collect() == []
    gc.unpin(other)
    assert gc.collect() == [object]


@always("EG-3")
def pins_are_nested(s: Sut, rounds: Rounds, object: U64) -> None:
    "A handle that was pinned several times is pinned until the last pin has ended, and since the first began."
    gc, one, other = two(s)
    gc.pin(one)
    assert gc.collect() == []
    gc.pin(one)
    gc.pin(other)
    gc.retire(other, object)
    gc.unpin(other)
    gc.unpin(one)
    for _ in range(rounds):
        assert gc.collect() == []
    gc.unpin(one)
    assert [gc.collect(), gc.collect()] == [[], [object]]


@always("EG-4")
def garbage_goes_in_two_rounds(s: Sut, objects: list[U64]) -> None:
    "When nobody is pinned, the second round hands out all that was retired, in the order of retirement, and once."
    gc, one, _ = two(s)
    gc.pin(one)
    for object in objects:
        gc.retire(one, object)
    gc.unpin(one)
    assert [gc.collect(), gc.collect(), gc.collect()] == [[], objects, []]


@always("EG-4")
def who_is_pinned_now_holds_nothing_older(s: Sut, rounds: Rounds, object: U64) -> None:
    "A thread that pins anew holds nothing that was retired two epochs before, so garbage stays bounded."
    gc, one, other = two(s)
    out = []
    for at in range(rounds):
        gc.pin(one)
        gc.pin(other)
        gc.retire(one, object ^ at)
        out.append(gc.collect())
        gc.unpin(other)
        gc.unpin(one)
    assert out == [[], *[[object ^ at] for at in range(rounds - 1)]]


@always("EG-5")
def garbage_outlives_its_handle(s: Sut, object: U64) -> None:
    "What a handle retired is handed out also when it is registered no more, or by another."
    gc, one, other = two(s)
    gc.pin(one)
    gc.retire(one, object)
    gc.unpin(one)
    gc.unregister(one)
    gc.pin(other)
    assert gc.collect() == []
    assert gc.register() == one
    gc.unpin(other)
    assert gc.collect() == [object]


@always("EG-9")
def a_look_shows_what_was_put_last(s: Sut, first: U64, second: U64) -> None:
    "A thread that is pinned sees the object that was put in its place last."
    gc, one, other = two(s)
    gc.pin(one)
    assert gc.look(one) is None
    gc.replace(one, first)
    gc.pin(other)
    assert [gc.look(one), gc.look(other)] == [first, first]
    gc.replace(other, second)
    assert [gc.look(one), gc.look(other)] == [second, second]


@always("EG-2", "EG-9")
def what_was_replaced_is_retired(s: Sut, rounds: Rounds, first: U64, second: U64) -> None:
    "What was replaced stays while somebody is pinned who may have seen it, and goes after that."
    gc, one, other = two(s)
    gc.pin(one)
    gc.replace(one, first)
    gc.pin(other)
    gc.replace(other, second)
    gc.unpin(other)
    for _ in range(rounds):
        assert gc.collect() == []
    gc.unpin(one)
    assert gc.collect() == [first]
    assert [gc.collect() for _ in range(rounds)] == [[] for _ in range(rounds)]


@never_raises("EG-4")
def collecting_never_fails(gc: EpochGc, rounds: Rounds) -> None:
    "To collect is no error, whatever there is to collect and however often."
    for _ in range(rounds):
        gc.collect()


@sometimes
def collected(call: Call) -> bool:
    "Something is handed out."
    return call.method == "collect" and bool(call.result)


@sometimes
def held_back(call: Call, earlier: list[Call]) -> bool:
    "Nothing is handed out yet of what has just been retired."
    return call.method == "collect" and call.result == [] and bool(earlier) and earlier[-1].method == "retire"


@sometimes
def none_left(call: Call) -> bool:
    "There are as many handles as there may be."
    return call.method == "register" and call.result is None


@throughput
class Traffic:
    "Threads pin, look, replace or retire, unpin and collect; each object is handed out once or is in its place."

    def before(self, r: Random) -> Asks:
        return [("register",), ("register",)]

    def calls(self, r: Random, thread: int, count: int) -> Asks:
        made: Asks = []
        while len(made) < count:
            method = r.choice(("look", "look", "replace", "retire"))
            more = (r.getrandbits(64),) if method != "look" else ()
            made += [("pin", thread), (method, thread, *more), ("unpin", thread), ("collect",)]
        return [*made[: count // 4 * 4], *[("collect",)] * (count % 4)]

    def after(self, r: Random) -> Asks:
        return [("pin", 0), ("look", 0), ("unpin", 0), ("collect",), ("collect",), ("collect",)]

    def adds_up(self, before: list[Call], threads: list[list[Call]], after: list[Call]) -> None:
        every = [*(call for calls in threads for call in calls), *after]
        handed_in = sorted(call.args[1] for call in every if call.method in ("replace", "retire"))
        out = [object for call in every if call.method == "collect" for object in call.result]
        left = [call.result for call in after if call.method == "look" and call.result is not None]
        assert sorted([*out, *left]) == handed_in, "objects were lost, made up, or handed out twice"
        placed = {call.args[1] for call in every if call.method == "replace"}
        seen = {call.result for call in every if call.method == "look" and call.result is not None}
        assert seen <= placed, "an object was seen that was never in the place"
