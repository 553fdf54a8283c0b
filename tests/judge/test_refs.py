"""Clients that give back what they were given: `free@0` takes the answer of the first call, whatever it was."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from probatum.errors import TaskError
from probatum.judge.interleaved.clients import Client, Making, read_client
from probatum.judge.interleaved.heard import read_heard
from probatum.judge.interleaved.refs import smaller_programs
from probatum.judge.interleaved.verdicts import broken
from probatum.judge.schedules.programs import Program
from probatum.judge.schedules.verdicts import Specification
from probatum.judge.suite import Suite
from probatum.task.concurrency import concurrent
from probatum.task.declare import assume, sut
from probatum.task.interface import Interface, interface_of
from probatum.task.rustform import in_rust
from probatum.types import U64
from probatum.types.codec import Ref


class Ticket(NamedTuple):
    """A place that is taken."""

    number: U64


class Desk:
    """Hands out two tickets, and takes those back that it handed out."""

    def __init__(self) -> None:
        self.out: list[Ticket] = []

    def take(self) -> Ticket | None:
        """The next ticket."""
        if len(self.out) == 2:
            return None
        ticket = Ticket(next(n for n in range(2) if Ticket(n) not in self.out))
        self.out.append(ticket)
        return ticket

    def free(self, ticket: Ticket) -> None:
        """Give it back."""
        assume(ticket in self.out)
        self.out.remove(ticket)


def desk(*patterns: str) -> Interface:
    return interface_of({"Desk": in_rust()(concurrent(patterns=patterns)(sut(Desk)))})


def clients(*patterns: str) -> list[Program]:
    return [client.program for client in Making(desk(*patterns).classes[0], "seed").patterns()]


GIVES_BACK = Client(
    program=Program(
        owner="Desk", made=(), before=(), threads=((("take", ()), ("free", (Ref(0),))), (("take", ()),)), after=()
    )
)
TAKEN = "[1,0],[1,0,[0,%s]],[1,1],[1,1,[0,null]],[2,0],[2,0,[0,%s]]"


def law(first: str, second: str) -> str:
    reply = f'[[{TAKEN % (first, second)}],false,"","",[]]'
    found = broken(Specification(desk().classes[0], ()), GIVES_BACK, read_heard(GIVES_BACK, reply))
    return "" if found is None else found.law


def test_a_pattern_names_the_answer_that_a_call_takes() -> None:
    (program,) = clients("take / take free@1 | free@0")
    assert program.before == (("take", ()),)
    assert program.threads == ((("take", ()), ("free", (Ref(1),))), (("free", (Ref(0),)),))


def test_what_was_answered_is_what_the_oracle_is_asked_about() -> None:
    zero, one = '{"t":[0]}', '{"t":[1]}'
    assert law(zero, zero) == ""
    assert law(zero, one) == "linearizable"
    assert law(one, zero) == "linearizable"


def test_a_call_is_not_made_where_there_is_nothing_to_give_back() -> None:
    assert clients("take take / take free@2 | take")
    assert law("null", '{"t":[0]}') == "linearizable"


def test_an_answer_of_another_type_is_wrong_and_is_given_to_no_oracle() -> None:
    assert law('"no ticket"', '{"t":[0]}') == "linearizable"


@pytest.mark.parametrize("pattern", ["take free@1 | take", "take free@7 | take", "take / free@0 free@0 | take"])
def test_a_pattern_that_can_give_back_nothing_or_twice_is_an_error_of_the_task(pattern: str) -> None:
    with pytest.raises(TaskError):
        clients(pattern)


def test_a_client_with_references_is_stored_and_read_again() -> None:
    interface = desk("take / free@0 take | take")
    (client,) = Making(interface.classes[0], "seed").patterns()
    assert read_client(Suite(interface=interface, laws=(), goals=()), client.item()) == client


def test_without_a_call_references_still_mean_the_same_call() -> None:
    (program,) = clients("take take / free@1 | take free@2")
    smaller = list(smaller_programs(program))
    (without_first,) = [s for s in smaller if len(s.before) == 1]
    assert without_first.threads == ((("free", (Ref(0),)),), (("take", ()), ("free", (Ref(1),))))
    assert [s.threads[1] for s in smaller if len(s.before) == 2] == [(("take", ()),)]
