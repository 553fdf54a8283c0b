"""Leaving out orders of what tasks do between awaits loses nothing: the histories are those of every interleaving."""

from __future__ import annotations

import random

import pytest
from test_reduced import canonical, same_histories
from test_tasks_of_a_loop import BOX, BUGS, CANCELLED, CANCELS, COUNTER, RIGHT

from probatum.judge.ports import Opening
from probatum.judge.schedules.programs import Clients
from probatum.judge.schedules.search import Found, Searched, Session, explore, explore_all
from probatum.judge.schedules.waiting import cancelled
from probatum.judge.suite import load_suite
from probatum.testing.workers import InProcessWorkers

THING = """from probatum import U8, concurrent, sut

@concurrent(tasks=3, calls=1)
@sut
class Thing:
    def __init__(self) -> None:
        pass
    async def a(self) -> U8:
        return 0
    async def b(self) -> U8:
        return 1
    async def c(self) -> U8:
        return 2
    def d(self) -> U8:
        return 3
"""
ACTS = """\
x = self.n
self.n = x + 1
self.m += 1
self.items.append(x)
x = len(self.items)
self.other[0] = x
x = max(self.other)
self.d_[x % 3] = self.n
x = self.d_.get(1, 0)
self.items = [x]
x = 5 if self.n == 0 and self.items else x
await sleep(0)
await sleep(0)
async with self.lock: self.n = x
async with self.lock: await sleep(0); x = self.n
async with self.lock: self.m += 2
await self.lock.acquire(); x = self.m; self.lock.release()
x = int(self.lock.locked())
await self.semaphore.acquire(); self.items.append(7)
self.semaphore.release()
self.semaphore.release(); x = int(self.semaphore.locked())
x = int(self.semaphore.locked())
self.event.set()
self.event.set(); self.event.clear()
x = int(self.event.is_set())
await self.event.wait()
async with self.condition: await self.condition.wait(); x = self.n
async with self.condition: self.condition.notify(); self.n = 3
async with self.condition: self.condition.notify_all()
x = self.queue.qsize()
await self.queue.put(x)
x = await self.queue.get()
x = await self.add(x)
x = bump()"""
START = """\
from probatum.aio import Condition, Event, Lock, Queue, Semaphore, sleep
total = 0

def bump():
    global total
    total += 1
    return total

class Thing:
    def __init__(self):
        global total
        total = 0
        self.n, self.m, self.items, self.other, self.d_ = 0, 0, [], [4], {}
        self.lock, self.semaphore, self.event = Lock(), Semaphore(1), Event()
        self.condition, self.queue = Condition(), Queue(1)
    async def add(self, x):
        n = self.n
        await sleep(0)
        self.n = n + x
        return self.n
"""


def drawn(seed: int) -> str:
    r = random.Random(seed)

    def body() -> str:
        lines = r.choices(ACTS.split("\n"), k=r.randint(2, 4))
        return "".join(
            f"        {line}\n" for line in ["x = 1", *lines, "return x + 10 * self.n + 100 * len(self.items)"]
        )

    methods = "".join(f"    async def {name}(self):\n{body()}" for name in "abc")
    return START + methods + "    def d(self):\n        self.n += 1\n        return self.n\n"


def checked(seeds: range, programs: int, most: int) -> int:
    return sum(same_histories(THING, drawn(seed), programs, most) for seed in seeds)


def test_random_candidates_show_the_same() -> None:
    assert checked(range(12), 3, 400) > 25


@pytest.mark.soak
def test_many_random_candidates_show_the_same() -> None:
    assert checked(range(100, 500), 6, 4000) > 1500


@pytest.mark.soak
@pytest.mark.parametrize("name", [*BUGS, *RIGHT])
def test_every_planted_program_shows_all_that_it_can(name: str) -> None:
    task, source, *_ = {**BUGS, **RIGHT}[name]
    assert task in (BOX, COUNTER, BOX.replace("calls=1", "calls=2"))
    same_histories(task, source, 12, 4000)


def compared(source: str, programs: int) -> int:
    "How many programs with a cancelled call were reduced, each with the histories of every interleaving."
    suite = load_suite(CANCELS)
    workers = InProcessWorkers(outline=suite.interface.outline(), candidate=source)
    session = Session(workers=workers, opening=Opening(host=0, random_seed=1, threads=3))
    found, count = list(cancelled(Clients(suite.interface.classes[0]))), 0
    for program in random.Random(1).sample(found, programs):
        searched, whole = Searched(), Searched()
        seen = {canonical(f) for f in explore_all(session, program, searched=searched) if isinstance(f, Found)}
        if searched.reduced:
            every = explore(session, program, preemptions=60, searched=whole, most=1500)
            everything = {canonical(f) for f in every if isinstance(f, Found)}
            assert seen == everything if whole.complete else seen >= everything, program.lines()
            count += whole.complete
    session.close()
    return count


BOXES = {**{name: bug[0] for name, bug in CANCELLED.items()}, **{n: s for n, (task, s) in RIGHT.items() if task == BOX}}


def test_programs_with_a_cancelled_call_show_the_same() -> None:
    assert sum(compared(BOXES[name], 3) for name in ("a condition", "takes its wake-up with it")) == 6


@pytest.mark.soak
@pytest.mark.parametrize("name", BOXES)
def test_every_planted_program_with_a_cancelled_call_shows_the_same(name: str) -> None:
    assert compared(BOXES[name], 18) > 3
