"""Leaving out orders of independent steps loses nothing: the histories are those of every interleaving, one by one."""

from __future__ import annotations

import random
from typing import Any

import pytest
from test_planted import BUGS, COUNTER, HEAD, RIGHT
from test_ways_to_race import CELL, WAYS
from test_ways_to_race import counter as racing

from probatum.judge.ports import Opening
from probatum.judge.schedules.programs import Clients
from probatum.judge.schedules.search import Found, Searched, Session, explore, explore_all
from probatum.judge.suite import load_suite
from probatum.testing.workers import InProcessWorkers
from probatum.toolchains.python.interleave.reduce import BEGINS, RETURNS, Event, Reduced, access_of, dependent

Op = tuple[str, int]

# --- threads that are lists of acts on variables, locks and semaphores


def drawn(r: random.Random) -> list[list[Op]]:
    threads = []
    count = r.choice([2, 2, 3])
    for _ in range(count):
        kinds = r.choices(
            ["r", "w", "rw", "dec", "inc", "B"], [6, 6, 2, 1, 1, 1], k=r.randint(1, 4 if count == 2 else 2)
        )
        ops: list[Op] = [(kind, r.randrange(2)) for kind in kinds]
        for _ in range(r.choice([0, 1, 1, 2])):
            lock, begin = r.randrange(2), r.randrange(len(ops) + 1)
            end = r.randrange(begin, len(ops) + 1)
            ops = [*ops[:begin], ("acq", lock), *ops[begin:end], ("rel", lock), *ops[end:]]
        threads.append([("B", 0), *ops])
    return threads


class Machine:
    """Runs such threads by a schedule, and notes what a history shows: values read, and which call ended before which
    began."""

    def __init__(self, threads: list[list[Op]]) -> None:
        self.threads = threads

    def next(self, t: int) -> Op | None:
        return self.threads[t][self.at[t]] if self.at[t] < len(self.threads[t]) else None

    def returns(self, t: int) -> bool:
        after = self.threads[t][self.at[t] + 1 : self.at[t] + 2]
        return not after or after[0][0] == "B"

    def able(self, t: int) -> bool:
        op = self.next(t)
        if op is None:
            return False
        return self.held[op[1]] is None if op[0] == "acq" else self.value[op[1] + 2] > 0 if op[0] == "dec" else True

    def event(self, t: int, enabled: tuple[int, ...]) -> Event:
        kind, x = self.threads[t][self.at[t]]
        touched = {
            "r": [2 * x],
            "w": [2 * x + 1],
            "rw": [2 * x + 1],
            "dec": [2 * x + 5],
            "inc": [2 * x + 5],
            "B": [BEGINS],
        }
        codes = touched.get(kind, [2 * x + 9])
        return Event(thread=t, access=access_of([*codes, *[RETURNS] * self.returns(t)]), enabled=enabled)

    def act(self, t: int) -> None:
        kind, x = self.threads[t][self.at[t]]
        if kind == "B":
            self.calls[t] += 1
            self.order |= {(ended, (t, self.calls[t])) for ended in self.ended}
        elif kind in ("r", "rw"):
            self.read[t].append(self.value[x])
        if kind in ("w", "rw"):
            self.value[x] = (t, self.at[t], self.value[x] if kind == "rw" else None)
        elif kind in ("inc", "dec"):
            self.value[x + 2] += 1 if kind == "inc" else -1
        elif kind in ("acq", "rel"):
            self.held[x] = t if kind == "acq" else None
        if self.returns(t):
            self.ended.add((t, self.calls[t]))
        self.at[t] += 1

    def run(self, schedule: tuple[int, ...]) -> tuple[list[Event], dict[int, Any], str]:
        numbers = range(len(self.threads))
        self.at, self.calls, self.read = [0 for _ in numbers], [0 for _ in numbers], [[] for _ in numbers]  # type: ignore[var-annotated]
        self.value: list[Any] = [0, 0, 0, 0]
        self.held: list[int | None] = [None, None]
        self.order: set[Any] = set()
        self.ended: set[Any] = set()
        events: list[Event] = []
        while enabled := tuple(t for t in numbers if self.able(t)):
            t = schedule[len(events)] if len(events) < len(schedule) else enabled[0]
            events.append(self.event(t, enabled))
            self.act(t)
        left = {t: self.event(t, ()).access for t in numbers if self.next(t) is not None}
        return events, left, repr((self.at, self.read, sorted(self.order), self.value))


def one_by_one(machine: Machine, most: int) -> set[str] | None:
    seen, stack, runs = set(), [()], 0
    while stack:
        schedule: tuple[int, ...] = stack.pop()
        events, _, shown = machine.run(schedule)
        seen.add(shown)
        runs += 1
        if runs > most:
            return None
        taken = tuple(e.thread for e in events)
        stack += [(*taken[:i], o) for i in range(len(schedule), len(taken)) for o in events[i].enabled if o != taken[i]]
    return seen


def reduced(machine: Machine) -> tuple[set[str], int]:
    search, seen, runs = Reduced(), set(), 0
    while (schedule := search.take()) is not None:
        events, left, shown = machine.run(schedule)
        assert tuple(e.thread for e in events)[: len(schedule)] == schedule
        seen.add(shown)
        runs += 1
        search.add(events, left)
    return seen, runs


def compared(seeds: range) -> tuple[int, int]:
    "(programs compared, runs saved); every one shows the same."
    programs = saved = 0
    for seed in seeds:
        machine = Machine(drawn(random.Random(seed)))
        everything = one_by_one(machine, 1500)
        if everything is not None:
            seen, runs = reduced(machine)
            assert seen == everything, machine.threads
            programs += 1
            saved += runs < len(everything) * 3
    return programs, saved


def test_random_programs_show_the_same() -> None:
    programs, _ = compared(range(60))
    assert programs > 30


@pytest.mark.soak
def test_many_random_programs_show_the_same() -> None:
    programs, _ = compared(range(1000, 4000))
    assert programs > 1500


def test_independent_threads_are_run_once() -> None:
    machine = Machine([[("B", 0), ("w", 0), ("w", 0)], [("B", 0), ("w", 1), ("w", 1)]])
    events, _, _ = machine.run(())
    assert not dependent(events[1].access, events[4].access)
    seen, runs = reduced(machine)
    assert runs <= 6  # of 20; what counts is which call returned before the other began
    assert len(one_by_one(machine, 1000) or ()) == len(seen) == 3


# --- candidates, whose steps say what they touch


def canonical(found: Found) -> Any:
    "What a run shows: answers, which call returned before which began, and who is stuck."
    played = found.played
    returned: dict[tuple[int, int], str] = {}
    order = set()
    for event in played.events:
        if event.answer is None:
            order |= {(earlier, (event.thread, event.call)) for earlier in returned}
        else:
            returned[event.thread, event.call] = repr(event.answer)
    begun = frozenset((event.thread, event.call) for event in played.events)
    return played.how, tuple(sorted(returned.items())), frozenset(order), repr(played.after), begun


def same_histories(task: str, source: str, programs: int, most: int = 1500) -> int:
    "How many of the task's small programs were reduced, each with the histories of every interleaving."
    suite = load_suite(task)
    workers = InProcessWorkers(outline=suite.interface.outline(), candidate=source)
    session = Session(workers=workers, opening=Opening(host=0, random_seed=1, threads=3))
    clients, r, checked = Clients(suite.interface.classes[0]), random.Random(1), 0
    small = list(clients.small())
    for program in r.sample(small, min(programs, len(small))):
        searched, whole = Searched(), Searched()
        seen = {canonical(f) for f in explore_all(session, program, searched=searched) if isinstance(f, Found)}
        if searched.reduced:
            every = explore(session, program, preemptions=60, searched=whole, most=most)
            everything = {canonical(f) for f in every if isinstance(f, Found)}
            assert seen == everything if whole.complete else seen >= everything, program.lines()
            checked += 1
    session.close()
    return checked


def race(name: str) -> str:
    "A way to race without the class that only some need, whose special methods leave nothing known."
    source = racing(*WAYS[name])
    return source if "Cell()" in source else source.replace(CELL, "")


@pytest.mark.parametrize("name", ["plain", "another name", "length", "built-in", "callback"])
def test_a_race_shows_all_that_it_can(name: str) -> None:
    assert same_histories(COUNTER, race(name), 3, 600) == 3


@pytest.mark.soak
@pytest.mark.parametrize("name", [name for name in WAYS if name != "pattern"])  # which cannot be searched at all
def test_every_race_shows_all_that_it_can(name: str) -> None:
    same_histories(COUNTER, race(name), 5, 6000)


@pytest.mark.soak
@pytest.mark.parametrize("name", [*BUGS, *RIGHT])
def test_every_planted_program_shows_all_that_it_can(name: str) -> None:
    task, source, *_ = {**BUGS, **RIGHT}[name]
    same_histories(task, source, 12, 4000)


THING = f"""{HEAD}
@concurrent(calls=1)
@sut
class Thing:
    def __init__(self) -> None:
        pass
    def a(self) -> U8:
        return 0
    def b(self) -> U8:
        return 1
    def c(self) -> U8:
        return 2
"""
ACTS = """\
x = self.n
self.n = x + 1
self.m += 1
self.items.append(x)
x = len(self.items)
x = sum(self.items)
self.other[0] = x
x = self.other[-1]
x = max(self.nest[0])
self.nest[0].append(x)
x = int(self.nest == [[0, 1]])
x = int([0, 1] in self.nest)
self.d[x % 3] = self.n
x = self.d.get(1, 0)
x = sum(v for v in self.d.values())
self.items = [x]
self.items = self.other
x = 5 if self.n == 0 and self.items else x
self.items += [x]
for v in self.items: x = v
x = sum([v for v in self.items])
x = self.cell.load()
self.cell.store(x + 1)
x = self.cell.fetch_add(1)
x = int(self.items < self.other)
g = self.items; g.append(2)
x = len(self.items * 2)
x = len(self.items + self.other)
x = bump()
del self.items[0]
x, *_ = self.items
x = len({**self.d, 7: 1})
x = self.pair[0][0]
self.pair[1].append(x)
x = sum(sorted(self.nest, key=lambda v: self.n)[0])
x = int(f"{self.nest}".count("1"))
x = self.seen(x)"""
THINGS = """
from probatum.sync import Atomic, Lock
number = 0
def bump():
    global number
    number += 1
    return number
class Thing:
    def __init__(self):
        self.n = self.m = 0
        self.items, self.other, self.nest, self.d = [0], [0], [[0]], {0: 0}
        self.pair = (self.items, self.nest[0])
        self.cell, self.lock = Atomic(0), Lock()
        global number
        number = 0
    def seen(self, x):
        return x + self.m
"""


def thing(r: random.Random) -> str:
    "A class whose methods do a few acts at random, some of them behind a lock."
    source = THINGS
    for name in "abc":
        acts = r.sample(ACTS.split("\n"), r.randint(1, 3))
        lines = ["x = 1", *acts, "return x % 256"]
        if r.random() < 0.4:
            lines[1:2] = ["with self.lock:", f"    {acts[0]}"]
        source += f"    def {name}(self):\n" + "".join(f"        {line}\n" for line in lines)
    return source


def test_random_candidates_show_all_that_they_can() -> None:
    checked = [same_histories(THING, thing(random.Random(seed)), 2, 400) for seed in range(12)]
    assert sum(checked) > 20


@pytest.mark.soak
@pytest.mark.parametrize("part", range(10))
def test_many_random_candidates_show_all_that_they_can(part: int) -> None:
    checked = [
        same_histories(THING, thing(random.Random(seed)), 6, 3000) for seed in range(100 + 60 * part, 160 + 60 * part)
    ]
    assert sum(checked) > 200


PAIRS = (
    ("x = int(self.nest == [[0, 1]])", "self.nest[0].append(1)"),
    ("x = int([0, 1] in self.nest)", "self.nest[0].append(1)"),
    ("x = int(f'{self.nest}'.count('1'))", "self.pair[1].append(1)"),
    ("x = bump()", "x = bump()"),
    ("x = len(self.items)", "self.other.append(1)\nself.items = self.other"),
    ("self.n = 0\nx = 5 if self.n == 0 and self.items else 6", "self.pair[0].clear()"),
    ("x = len({**self.d, 7: 1})", "self.d[3] = 0"),
    ("x = sum(v for v in self.d.values())", "self.d[0] = 2"),
    ("x = len(self.items * self.m)", "self.pair[0].append(0); self.m = 2"),
)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_acts_that_meet_are_run_in_both_orders(one: str, other: str) -> None:
    source = THINGS
    for name, act in zip("abc", (one, other, "pass"), strict=True):
        lines = act.replace("\n", "\n        ")
        source += f"    def {name}(self):\n        x = 1\n        {lines}\n        return x\n"
    assert same_histories(THING, source, 6, 3000) == 6
