"""Small clients of shared objects: every method beside every two others in a row, and pairs that tell something."""

from __future__ import annotations

from itertools import permutations, product
from pathlib import Path

import pytest

from probatum.judge.interleaved.clients import Client, Making
from probatum.judge.naming import name_of
from probatum.judge.suite import load_suite
from probatum.lab.files import read_task
from probatum.toolchains.rust.concurrent.clients import shared_class

TASKS = Path(__file__).parents[3] / "tasks"
NAMES = sorted(path.parent.name for path in TASKS.glob("*/task.toml") if read_task(path.parent).languages == ("rust",))
Triple = tuple[str, str, str]


def making(name: str) -> Making:
    suite = load_suite((TASKS / name / "task.py").read_text())
    return Making(shared_class(suite.interface), "seed")


def begins(client: Client) -> set[Triple]:
    """The methods that two threads begin with, where one makes two calls."""
    threads = client.program.threads
    pairs = permutations(threads, 2) if len(threads) == 2 else ()
    return {(one[0][0], other[0][0], other[1][0]) for one, other in pairs if len(other) > 1}


def possible(made: Making, triple: Triple) -> bool:
    """Whether some program of these methods stays within the specification in every order."""
    calls = [[call for call in made.clients.calls if call[0] == name] for name in triple]
    return any(
        made.clients.made(setup, [(one,), (two, three)]) is not None
        for setup, one, two, three in product(made.clients.setups, *calls)
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_method_runs_beside_every_two_others_in_a_row(name: str) -> None:
    made = making(name)
    begun = {triple for client in (*made.patterns(), *made.followed()) for triple in begins(client)}
    methods = [method.name for method in made.declared.methods]
    missed = [triple for triple in product(methods, methods, methods) if triple not in begun]
    assert not [triple for triple in missed if possible(made, triple)]


def test_what_comes_between_two_looks_changes_what_they_find() -> None:
    made = making("radix_tree")
    scans = [c.program for c in made.followed() if begins(c) == {("scan_prefix", "insert", "scan_prefix")}]
    keys = {program.threads[1][0][1][0] for program in scans}
    assert keys == {call[1][0] for call in made.clients.calls if call[0] == "insert"}
    for program in scans:
        before = made.clients.reached(program.made, program.before)
        after = made.clients.after(before, program.threads[1][0])
        assert name_of(before) != name_of(after)


@pytest.mark.parametrize("name", NAMES)
def test_every_pair_of_calls_of_which_one_changes_something_is_tried(name: str) -> None:
    made = making(name)
    tried = {(c.program.made, c.program.before, c.program.threads) for c in pairs(made)}
    for program in made.clients.small():
        state = made.clients.reached(program.made, program.before)
        calls = [call for thread in program.threads for call in thread]
        if any(name_of(made.clients.after(state, call)) != name_of(state) for call in calls):
            assert (program.made, program.before, program.threads) in tried


@pytest.mark.parametrize("name", NAMES)
def test_every_call_is_tried_beside_every_method_that_may_be_called_there(name: str) -> None:
    made = making(name)

    def beside(clients: list[Client]) -> set[tuple[str, str]]:
        pairs = [client.program.threads for client in clients]
        return {(repr(one), other[0]) for p in pairs for (one,), (other,) in (p, p[::-1])}

    every = [Client(program=program) for program in made.clients.small()]
    assert beside(pairs(made)) == beside(every)


def pairs(made: Making) -> list[Client]:
    """The pairs that are tried, with the values that were enumerated."""
    made.renewed = lambda program: program  # type: ignore[method-assign]
    return [client for client in made.small() if client.after]
