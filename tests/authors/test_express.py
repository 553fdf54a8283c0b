"""Expressions that evolve: a better key is found; what is written compiles, keeps to names in scope, is repeatable."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

import pytest

from probatum.authors.base import Brief, Feedback, Parent, PublicView
from probatum.authors.offline import Offline
from probatum.authors.offline.express import expressions
from probatum.authors.offline.kinds import declared, in_scope, kinds_in
from probatum.authors.offline.spots import read
from probatum.authors.view import interface_text
from probatum.candidate import python_candidate
from probatum.lab.files import read_task
from probatum.lab.rng import Rng
from probatum.testing.authors import VIEW
from probatum.toolchains.python import boundary

INTERFACE = """
class Job(NamedTuple):
    time: U32
    weight: U32
    urgent: bool

Jobs = Annotated[list[Job], sized(1, 9)]

def order(jobs: Jobs) -> list[Job]:
    ...
"""
SHORTEST = "def order(jobs):\n    return sorted(jobs, key=lambda job: job.time)\n"


class Job(NamedTuple):
    time: int
    weight: int
    urgent: bool


def cost(source: str) -> float:
    """Weighted sum of completion times on fixed jobs; least in the order of time / weight (Smith 1956)."""
    scope: dict[str, Any] = {}
    exec(source, scope)
    total, rng = 0, Rng(5)
    for _ in range(6):
        jobs = [Job(rng.randrange(1, 30), rng.randrange(1, 30), rng.random() < 0.5) for _ in range(9)]
        now = 0
        try:
            ordered = scope["order"](list(jobs))
        except (TypeError, ZeroDivisionError, IndexError, AttributeError):
            return float("inf")
        if sorted(ordered) != sorted(jobs):
            return float("inf")
        for job in ordered:
            now += job.time
            total += job.weight * now
    return float(total)


def brief(*sources: str, draw: str = "", interface: str = INTERFACE) -> Brief:
    view: PublicView = replace(VIEW, interface=interface)
    parents = tuple(
        Parent(candidate=python_candidate(s), fitness=(), feedback=Feedback(outcome="HOLDS")) for s in sources
    )
    tried = frozenset(parent.candidate.digest for parent in parents)
    return Brief(turn=0, view=view, parents=parents, operator="express", draw=draw, tried=tried)


def drawn(asked: Brief) -> list[str]:
    """The first few programs."""
    return [proposal.files["sut.py"].decode() for proposal in islice(expressions(asked), 2)]


def climbed(most: int, run: int) -> tuple[str, int]:
    best, tried = SHORTEST, 0
    goal = cost(SHORTEST.replace("job.time", "job.time / job.weight", 1))
    while tried < most and cost(best) > goal:
        made = drawn(brief(best, draw=f"{run} {tried}"))[0]
        tried += 1
        best = made if cost(made) < cost(best) else best
    return best, tried


def test_a_planted_better_key_is_found_in_some_dozens_of_candidates() -> None:
    """The order by time / weight is best; the seed orders by time alone."""
    found = [climbed(300, run) for run in range(5)]

    assert all(cost(best) < 0.9 * cost(SHORTEST) for best, _ in found)
    assert sum(tried < 300 for _, tried in found) >= 4 and sum(tried < 150 for _, tried in found) >= 3


def test_an_expression_of_another_parent_is_taken_over() -> None:
    other = "def order(jobs):\n    return sorted(jobs, key=lambda job: job.time * 31 - job.weight * job.weight * 7)\n"
    made = [text for n in range(80) for text in drawn(brief(SHORTEST, other, draw=str(n)))[:1]]
    assert any("31" in text or "* 7" in text for text in made)
    assert not any("31" in text for n in range(40) for text in drawn(brief(SHORTEST, draw=str(n)))[:1])


def test_the_same_brief_brings_the_same_programs_and_another_draw_others() -> None:
    assert drawn(brief(SHORTEST, draw="a")) == drawn(brief(SHORTEST, draw="a")) != drawn(brief(SHORTEST, draw="b"))
    first = Offline().propose(brief(SHORTEST, draw="a"))
    assert (
        first is not None
        and first.author == "offline/express"
        and first == Offline().propose(brief(SHORTEST, draw="a"))
    )


TASKS = {
    "load_balancing": "smoothed_and_apart",
    "cloud_scheduling": "steady_line",
    "kv_store_v1": "reference",
    "lru_cache": "reference",
}


@pytest.mark.parametrize("name", TASKS)
def test_nothing_it_writes_is_refused_at_the_boundary_or_reads_a_name_without_a_value(name: str) -> None:
    task = read_task(name)
    found = {c.name: c.files["sut.py"].decode() for c in task.canaries if "sut.py" in c.files and c.kind == "good"}
    source = found.get(TASKS[name]) or next(iter(found.values()))
    interface = interface_text(task.files["task.py"].decode())
    known = {n.id for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Name)} | {"min", "max", "abs"}
    for number in range(10):
        for text in drawn(brief(source, draw=str(number), interface=interface))[:1]:
            told = json.loads(boundary.inspect(text, ["collections", "bisect", "heapq", "dataclasses", "typing"]))
            before = json.loads(boundary.inspect(source, ["collections", "bisect", "heapq", "dataclasses", "typing"]))
            assert told["error"] is None and len(told["listed"]) <= len(before["listed"]), told
            assert {n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)} <= known


def test_kinds_come_from_annotations_literals_and_the_interface() -> None:
    source = read(
        "def order(jobs):\n"
        "    total = sum(job.time for job in jobs) / len(jobs)\n"
        "    late = [job.time > total for job in jobs]\n"
        "    first, names = jobs[0], {}\n"
        "    for at, job in enumerate(jobs):\n"
        "        share = job.weight * 0.5\n"
    )
    assert source is not None
    kinds = kinds_in(source.tree, declared(INTERFACE))
    found = {name: kinds.names.get(name, "") for name in ("jobs", "job", "total", "late", "at", "share", "first")}
    assert found == {
        "jobs": "list[Job]",
        "job": "Job",
        "total": "float",
        "late": "list[bool]",
        "at": "int",
        "share": "float",
        "first": "",
    }


def test_only_names_that_surely_have_a_value_are_in_scope() -> None:
    source = read(
        "def f(a):\n"
        "    b = 1\n"
        "    if a:\n"
        "        c = 2\n"
        "    for d in a:\n"
        "        e = 3\n"
        "    g = [x for x in a if here(x)]\n"
        "    h = 4\n"
    )
    assert source is not None
    [place] = [n for n in ast.walk(source.tree) if isinstance(n, ast.Call)]
    assert in_scope(source, place) == {"a", "b", "x"}


@pytest.mark.parametrize("text", ["def f(:\n", "", "x = 1\n", "def f(a):\n    pass\n", "class A:\n    b: int = 3\n"])
def test_a_program_without_an_expression_of_known_kind_is_left_to_the_other_operators(text: str) -> None:
    assert drawn(brief(text)) == []
