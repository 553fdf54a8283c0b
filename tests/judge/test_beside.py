"""What a call may do otherwise only because another is open beside it, and which calls are never made at once."""

from __future__ import annotations

from typing import Annotated

import pytest

from probatum.errors import TaskError
from probatum.judge.interleaved.clients import Client, Making
from probatum.judge.interleaved.heard import read_heard
from probatum.judge.interleaved.verdicts import broken
from probatum.judge.schedules.programs import Call, Program
from probatum.judge.schedules.verdicts import Specification
from probatum.task.concurrency import concurrent
from probatum.task.declare import assume, sut
from probatum.task.interface import SutClass, interface_of
from probatum.task.rustform import in_rust
from probatum.types import U64, between


class Pool:
    """Gives out two places, the first free one; `sweep` says which are taken."""

    def __init__(self) -> None:
        self.taken: list[int] = []

    def join(self) -> U64 | None:
        """The first free place."""
        free = [n for n in range(2) if n not in self.taken]
        if not free:
            return None
        self.taken = sorted([*self.taken, free[0]])
        return free[0]

    def _beside_join(self, place: int | None) -> None:
        """Beside others, any free place."""
        assume(place is not None and place < 2 and place not in self.taken)
        self.taken = sorted([*self.taken, place or 0])

    def leave(self, place: Annotated[U64, between(0, 1)]) -> None:
        """Give a place back."""
        assume(place in self.taken)
        self.taken = [p for p in self.taken if p != place]

    def sweep(self) -> list[U64]:
        """Empty the pool, and say who was in it."""
        taken, self.taken = self.taken, []
        return taken


def pool(**told: tuple[str, ...]) -> SutClass:
    return interface_of({"Pool": in_rust()(concurrent(**told)(sut(Pool)))}).classes[0]


def client(*threads: tuple[Call, ...], before: tuple[Call, ...] = ()) -> Client:
    return Client(program=Program(owner="Pool", made=(), before=before, threads=threads))


JOIN, SWEEP = ("join", ()), ("sweep", ())
AT_ONCE = "[1,0],[2,0],[1,0,[0,%s]],[2,0,[0,%s]]"
IN_TURN = "[1,0],[1,0,[0,%s]],[2,0],[2,0,[0,%s]]"


def law(made: Client, events: str, *, stale: bool = False, **told: tuple[str, ...]) -> str:
    reply = f'[[{events}],{str(stale).lower()},"","",[]]'
    found = broken(Specification(pool(**told), ()), made, read_heard(made, reply))
    return "" if found is None else found.law


BOTH = client((JOIN,), (JOIN,))


def test_beside_another_call_an_oracle_may_allow_other_answers() -> None:
    assert law(BOTH, AT_ONCE % (1, 0)) == ""
    assert law(client((JOIN,), (SWEEP,)), AT_ONCE % (1, "[]")) == ""


def test_alone_a_call_is_held_to_the_one_answer() -> None:
    assert law(BOTH, IN_TURN % (0, 1)) == ""
    assert law(BOTH, IN_TURN % (1, 0)) == "linearizable"
    assert law(BOTH, IN_TURN % (1, 0), stale=True) == ""


@pytest.mark.parametrize("answers", [(0, 0), (7, 0), ('"x"', 0), ("null", 0)])
def test_what_is_not_allowed_beside_another_call_either_is_wrong(answers: tuple[object, object]) -> None:
    assert law(BOTH, AT_ONCE % answers) == "linearizable"


def allows_sweep(bag: Pool, places: list[int]) -> None:
    """The same places, in any order."""
    assume(sorted(places) == bag.taken)
    bag.taken = []


@pytest.mark.parametrize(
    ("swept", "expected"), [("[0,1]", ""), ("[1,0]", ""), ("[1]", "linearizable"), ('"x"', "linearizable")]
)
def test_an_oracle_may_allow_several_answers_of_a_call_that_is_alone(swept: str, expected: str) -> None:
    methods = {name: value for name, value in vars(Pool).items() if callable(value)}
    bag = type("Pool", (), {**methods, "_allows_sweep": allows_sweep})
    declared = interface_of({"Pool": in_rust()(concurrent()(sut(bag)))}).classes[0]
    made = client((SWEEP,), (SWEEP,), before=(JOIN, JOIN))
    events = "[0,0],[0,0,[0,0]],[0,1],[0,1,[0,1]]," + IN_TURN % (swept, "[]")
    found = broken(Specification(declared, ()), made, read_heard(made, f'[[{events}],false,"","",[]]'))
    assert ("" if found is None else found.law) == expected


HELD = client((SWEEP,), (JOIN,), before=(JOIN,))
BEFORE = "[0,0],[0,0,[0,0]],"


def test_a_call_that_gives_up_beside_another_did_nothing() -> None:
    assert law(HELD, BEFORE + AT_ONCE % ("[]", 1), gives_up=("sweep",)) == ""
    assert law(HELD, BEFORE + AT_ONCE % ("[]", 1)) == "linearizable"


def test_a_call_gives_up_for_nobody_when_it_is_alone() -> None:
    assert law(HELD, BEFORE + IN_TURN % ("[]", 1), gives_up=("sweep",)) == "linearizable"


def test_who_answers_something_has_not_given_up() -> None:
    assert law(HELD, BEFORE + AT_ONCE % ("[1]", 1), gives_up=("sweep",)) == "linearizable"


def test_values_that_are_kept_apart_are_passed_by_one_thread_each() -> None:
    both = [
        client.program.threads
        for client in Making(pool(apart=("place",)), "seed").small()
        if {name for calls in client.program.threads for name, _ in calls} == {"leave"}
    ]
    assert all(one[0] != other[0] for one, other in both)
    made = [
        c.program for c in Making(pool(apart=("place",), patterns=("join join / leave#0 | leave#1",)), "s").patterns()
    ]
    assert [args for calls in made[0].threads for _, args in calls] == [(0,), (1,)]
    with pytest.raises(TaskError):
        list(Making(pool(apart=("place",), patterns=("join / leave#0 | leave#0",)), "seed").patterns())


def test_after_an_answer_that_may_be_another_nothing_is_passed_that_counts_on_it() -> None:
    with pytest.raises(TaskError):
        list(Making(pool(apart=("place",), patterns=("join leave#0 | sweep",)), "seed").patterns())


def test_a_parameter_that_nobody_takes_is_an_error_of_the_task() -> None:
    with pytest.raises(TaskError, match="apart"):
        Making(pool(apart=("seat",)), "seed")
