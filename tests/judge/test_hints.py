"""Hints: a call whose answer is exact only where no other is open."""

from __future__ import annotations

import pytest

from probatum.errors import TaskError
from probatum.history.operations import Operation
from probatum.judge.interleaved.clients import Client, Making
from probatum.judge.interleaved.heard import read_heard
from probatum.judge.interleaved.verdicts import broken
from probatum.judge.schedules.hints import without_hints
from probatum.judge.schedules.programs import Program
from probatum.judge.schedules.verdicts import Specification
from probatum.task.concurrency import concurrent
from probatum.task.declare import sut
from probatum.task.interface import SutClass, interface_of
from probatum.task.rustform import in_rust
from probatum.types import U64


class Bag:
    """Counts what is put in."""

    def __init__(self) -> None:
        self.count = 0

    def put(self, value: U64) -> None:
        """One more."""
        self.count += 1

    def size(self) -> U64:
        """How many."""
        return self.count


def declared(*hints: str) -> SutClass:
    return interface_of({"Bag": in_rust()(concurrent(hints=hints)(sut(Bag)))}).classes[0]


CLIENT = Client(
    program=Program(owner="Bag", made=(), before=(), threads=((("put", (1,)),), (("size", ()),))),
    after=(("size", ()),),
)
OVERLAPPING = "[1,0],[2,0],[2,0,[0,%d]],[1,0,[0,null]]"
BEFORE = "[2,0],[2,0,[0,%d]],[1,0],[1,0,[0,null]]"


def law(events: str, size: int, *, stale: bool = False, hints: tuple[str, ...] = ("size",), last: int = 1) -> str:
    reply = f'[[{events % size},[0,0],[0,0,[0,{last}]]],{str(stale).lower()},"","",[]]'
    found = broken(Specification(declared(*hints), ()), CLIENT, read_heard(CLIENT, reply))
    return "" if found is None else found.law


def test_beside_a_call_that_changes_something_a_hint_may_say_anything() -> None:
    assert law(OVERLAPPING, 77) == ""
    assert law(OVERLAPPING, 77, hints=()) == "linearizable"


def test_where_no_other_call_is_open_a_hint_is_exact() -> None:
    assert law(BEFORE, 0) == ""
    assert law(BEFORE, 1) == "linearizable"
    assert law(BEFORE, 1, stale=True) == ""


@pytest.mark.parametrize("stale", [False, True])
def test_when_all_threads_have_ended_a_hint_is_exact_whatever_loads_returned(stale: bool) -> None:
    assert law(OVERLAPPING, 0, stale=stale, last=0) == "linearizable"


@pytest.mark.parametrize(("last", "expected"), [(1, ""), (0, "linearizable")])
def test_where_threads_made_hints_only_what_was_put_before_is_there_after(last: int, expected: str) -> None:
    hints = ((("size", ()),), (("size", ()),))
    program = Program(owner="Bag", made=(), before=(("put", (1,)),), threads=hints)
    client = Client(program=program, after=(("size", ()),))
    events = f"[0,0],[0,0,[0,null]],[1,0],[2,0],[2,0,[0,1]],[1,0,[0,1]],[0,1],[0,1,[0,{last}]]"
    heard = read_heard(client, f'[[{events}],true,"","",[]]')
    found = broken(Specification(declared("size"), ()), client, heard)
    assert (found.law if found else "") == expected


def test_two_hints_at_once_may_say_anything_and_two_in_a_row_are_exact() -> None:
    def hint(process: str, invoked: int, returned: int | None) -> Operation:
        return Operation(
            number=0,
            process=process,
            f="size",
            key=None,
            argument=(),
            answer=0,
            invoked=invoked,
            returned=returned,
            line=1,
        )

    assert without_hints([hint("T1", 0, 2), hint("T2", 1, None)], ("size",), "alone") == []
    both = [hint("T1", 0, 1), hint("T2", 2, None)]
    assert without_hints(both, ("size",), "alone") == both


@pytest.mark.parametrize("name", ["put", "missing"])
def test_what_changes_something_is_no_hint(name: str) -> None:
    with pytest.raises(TaskError, match="changes nothing"):
        Making(declared(name), "seed")


def test_what_small_clients_leave_is_also_dropped_with_the_object() -> None:
    made = list(Making(declared("size"), "seed").small())
    left = [client.program.before for client in made if not client.after]
    assert len(left) == len(set(left)) > 1
