"""What tasks come to under asyncio itself is among what the scheduler makes them come to: nothing that can happen is
left out."""

from __future__ import annotations

import asyncio
import random
import types

import pytest
from test_reduced_tasks import THING, drawn
from test_tasks_of_a_loop import BOX, BUGS, COUNTER, RIGHT

from probatum.judge.ports import Opening
from probatum.judge.schedules.programs import Clients, Program
from probatum.judge.schedules.search import Found, Searched, Session, explore, explore_all
from probatum.judge.suite import load_suite
from probatum.lab.rng import Rng
from probatum.testing.workers import InProcessWorkers

TURNS = 80
"""Rounds of the event loop after which a call that has not returned is taken to wait for ever."""

Answers = frozenset[tuple[int, str]]
"""The answers of the calls that returned, by task."""


async def under_asyncio(source: str, program: Program, late: list[int]) -> Answers:
    "The answers where each task begins so many rounds late."
    module = types.ModuleType("sut")
    exec(compile(source, "sut.py", "exec", dont_inherit=True), module.__dict__)
    instance = getattr(module, program.owner)(*program.made)
    for name, args in program.before:
        answer = getattr(instance, name)(*args)
        if asyncio.iscoroutine(answer):
            await answer
    answers: dict[int, str] = {}

    async def call(number: int) -> None:
        for _ in range(late[number]):
            await asyncio.sleep(0)
        [(name, args)] = program.threads[number]
        try:
            answer = getattr(instance, name)(*args)
            answers[number] = repr(await answer if asyncio.iscoroutine(answer) else answer)
        except (RuntimeError, IndexError) as problem:
            answers[number] = type(problem).__name__

    tasks = [asyncio.create_task(call(number)) for number in range(len(late))]
    for _ in range(TURNS):
        await asyncio.sleep(0)
    seen = frozenset(answers.items())
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return seen


def searched(session: Session, program: Program) -> tuple[set[Answers], bool]:
    "What the scheduler comes to, and whether that is everything."
    whole = Searched()
    found = [f for f in explore_all(session, program, searched=whole) if isinstance(f, Found)]
    if not whole.reduced:
        found = [
            f for f in explore(session, program, preemptions=60, searched=whole, most=3000) if isinstance(f, Found)
        ]
    return {answers(f) for f in found}, whole.complete


def answers(found: Found) -> Answers:
    told = [(e.thread, e.answer) for e in found.played.events if e.answer is not None]
    return frozenset((thread, a.error or repr(a.value)) for thread, a in told)


def compared(task: str, source: str, programs: int, tries: int, seed: int) -> int:
    "How many programs were compared; each comes to nothing under asyncio that the scheduler does not find."
    suite = load_suite(task)
    session = Session(
        workers=InProcessWorkers(outline=suite.interface.outline(), candidate=source),
        opening=Opening(host=0, random_seed=1, threads=3),
    )
    r, count = random.Random(seed), 0
    clients = Clients(suite.interface.classes[0])
    small = [p for p in clients.small() if not p.before]
    larger = [
        p for _ in range(programs) if (p := clients.drawn(Rng(str(seed)), (1, 1, 1))) is not None and not p.before
    ]
    for program in [*r.sample(small, min(programs, len(small))), *larger]:
        everything, complete = searched(session, program)
        if complete:
            for _ in range(tries):
                late = [r.randrange(6) for _ in program.threads]
                assert asyncio.run(under_asyncio(source, program, late)) in everything, (program.lines(), late, source)
            count += 1
    session.close()
    return count


def test_random_candidates_come_to_nothing_else() -> None:
    assert sum(compared(THING, drawn(seed), 2, 4, seed) for seed in range(10)) > 12


@pytest.mark.soak
def test_many_random_candidates_come_to_nothing_else() -> None:
    assert sum(compared(THING, drawn(seed), 6, 8, seed) for seed in range(1000, 1300)) > 1200


@pytest.mark.soak
@pytest.mark.parametrize("name", [*BUGS, *RIGHT])
def test_planted_programs_come_to_nothing_else(name: str) -> None:
    task, source, *_ = {**BUGS, **RIGHT}[name]
    assert task in (COUNTER, BOX, BOX.replace("calls=1", "calls=2"))
    compared(task, source, 8, 8, 1)


SEMAPHORE = """\
from probatum.aio import Semaphore
class Thing:
    def __init__(self):
        self.s = Semaphore(0)
    async def a(self):
        await self.s.acquire()
        return 1
    async def b(self):
        self.s.release()
        return int(self.s.locked())
    async def c(self):
        return 2
    def d(self):
        return 3
"""


def test_a_semaphore_that_somebody_waits_for_is_locked_when_it_is_released() -> None:
    assert compared(THING, SEMAPHORE, 10, 8, 1) == 20
