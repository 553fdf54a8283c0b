"""Twenty planted bugs are found with a schedule that replays, ten right programs are held to the bound; and a worker
that lies about its runs is not believed."""

from collections.abc import Callable
from typing import Any

import pytest

from probatum.judge.evidence import GearReport
from probatum.judge.rejudge import rejudge
from probatum.judge.schedules.programs import Clients
from probatum.judge.schedules.trial import selfcheck_clients, try_schedules
from probatum.judge.suite import Suite, load_suite
from probatum.testing.workers import InProcessWorkers, ScriptedWorkers
from probatum.types.codec import parse

HEAD = "from typing import Annotated\nfrom probatum import U8, assume, between, concurrent, sut\n"

COUNTER = f"""{HEAD}
@concurrent(calls=1)
@sut
class Counter:
    def __init__(self) -> None:
        self.n = 0
    def inc(self) -> U8:
        self.n += 1
        return self.n
    def get(self) -> U8:
        return self.n
"""
BOX = f"""{HEAD}
@concurrent(threads=3, calls=1, waits=("put", "take"))
@sut
class Box:
    def __init__(self) -> None:
        self.held: list[int] = []
    def put(self, item: U8) -> None:
        assume(not self.held)
        self.held.append(item)
    def take(self) -> U8:
        assume(self.held)
        return self.held.pop()
    def peek(self) -> U8 | None:
        return self.held[0] if self.held else None
"""
STACK = f"""{HEAD}
@concurrent(calls=2)
@sut
class Stack:
    def __init__(self) -> None:
        self.items: list[int] = []
    def push(self, item: Annotated[U8, between(0, 1)]) -> None:
        self.items.append(item)
    def pop(self) -> U8 | None:
        return self.items.pop() if self.items else None
    def again(self) -> bool:
        "Take the two uppermost off and put the uppermost back."
        if len(self.items) < 2:
            return False
        top = self.items.pop()
        self.items[-1] = top
        return True
"""
SYNC = "from probatum.sync import Atomic, Condition, Event, Lock, RLock, Semaphore, pause\n"


def counter(inc: str, get: str = "return self.n", start: str = "self.n = 0", more: str = "") -> str:
    def body(text: str) -> str:
        return "".join(f"        {line}\n" for line in text.split("\n"))

    return (
        f"{SYNC}{more}\nclass Counter:\n    def __init__(self):\n{body(start)}"
        f"    def inc(self):\n{body(inc)}    def get(self):\n{body(get)}"
    )


def box(put: str, take: str, peek: str = "return self.held[0] if self.held else None", start: str = "") -> str:
    made = counter(put, take, "self.held = []\nself.c = Condition()\n" + start)
    made = made.replace("class Counter", "class Box").replace("def inc(self)", "def put(self, item)")
    lines = "".join(f"        {line}\n" for line in peek.split("\n"))
    return made.replace("def get(self)", "def take(self)") + f"    def peek(self):\n{lines}"


LOCKED = "with self.lock:\n    self.n += 1\n    return self.n"
LOCKED_GET = "with self.lock:\n    return self.n"
LOCK = "self.n = 0\nself.lock = Lock()"
GLOBAL = "n = 0\ndef more():\n    global n\n    n += 1\n    return n\n"
PUT = "with self.c:\n    while self.held:\n        self.c.wait()\n    self.held.append(item)\n    self.c.notify_all()"
TAKE = (
    "with self.c:\n    while not self.held:\n        self.c.wait()\n    self.c.notify_all()\n    return self.held.pop()"
)
PEEK = "with self.c:\n    return self.held[0] if self.held else None"
CLOSURES = """
def make():
    n = 0
    def inc():
        nonlocal n
        n += 1
        return n
    def get():
        return n
    return inc, get
"""
NODES = (
    SYNC
    + """
class Node:
    def __init__(self, item, below):
        self.item, self.below = item, below

class Stack:
    def __init__(self):
        self.top = Atomic(None)
    def push(self, item):
        while True:
            top = self.top.load()
            if self.top.compare_exchange(top, Node(item, top)):
                return
    def pop(self):
        while True:
            top = self.top.load()
            if top is None:
                return None
            if self.top.compare_exchange(top, top.below):
                return top.item
    def again(self):
        while True:
            top = self.top.load()
            if top is None or top.below is None:
                return False
            if self.top.compare_exchange(top, Node(top.item, top.below.below)):
                return True
"""
)
# Cells of an arena are used again, and the head is a plain number: what an ABA needs.
ARENA = (
    SYNC
    + """
class Stack:
    def __init__(self):
        self.top = Atomic(0)
        self.items = [0] * 9
        self.below = [0] * 9
        self.free = [1, 2, 3, 4, 5, 6, 7, 8]
    def push(self, item):
        cell = self.free.pop(0)
        self.items[cell] = item
        while True:
            top = self.top.load()
            self.below[cell] = top
            if self.top.compare_exchange(top, cell):
                return
    def pop(self):
        while True:
            top = self.top.load()
            if not top:
                return None
            below, item = self.below[top], self.items[top]
            if self.top.compare_exchange(top, below):
                self.free.insert(0, top)
                return item
    def again(self):
        one = self.pop()
        if one is None:
            return False
        other = self.pop()
        if other is None:
            self.push(one)
            return False
        self.push(one)
        return True
"""
)
WHOLE = "self.n = 0\nself.m = [0]"

BUGS: dict[str, tuple[str, str, str]] = {
    "lost update": (COUNTER, counter("self.n += 1\nreturn self.n"), "linearizable"),
    "lost update in a list": (
        COUNTER,
        counter("self.m[0] += 1\nreturn self.m[0]", "return self.m[0]", WHOLE),
        "linearizable",
    ),
    "lost update in a dict": (
        COUNTER,
        counter('self.m["n"] = self.m["n"] + 1\nreturn self.m["n"]', 'return self.m["n"]', 'self.m = {"n": 0}'),
        "linearizable",
    ),
    "lost update of a global": (
        COUNTER,
        counter("return more()", "return n", "global n\nn = 0", GLOBAL),
        "linearizable",
    ),
    "lost update of a captured variable": (
        COUNTER,
        counter("return self.f[0]()", "return self.f[1]()", "self.f = make()", CLOSURES),
        "linearizable",
    ),
    "lost update through setattr": (
        COUNTER,
        counter('setattr(self, "n", getattr(self, "n") + 1)\nreturn getattr(self, "n")'),
        "linearizable",
    ),
    "lost update on the class": (
        COUNTER,
        counter("type(self).n += 1\nreturn type(self).n", "return type(self).n", "type(self).n = 0"),
        "linearizable",
    ),
    "load and store of an atomic": (
        COUNTER,
        counter("n = self.a.load() + 1\nself.a.store(n)\nreturn n", "return self.a.load()", "self.a = Atomic(0)"),
        "linearizable",
    ),
    "answer read after the lock": (
        COUNTER,
        counter("with self.lock:\n    self.n += 1\nreturn self.n", start=LOCK),
        "linearizable",
    ),
    "a lock of its own per call": (
        COUNTER,
        counter("with Lock():\n    self.n += 1\n    return self.n"),
        "linearizable",
    ),
    "counted by length": (
        COUNTER,
        counter("self.m.append(0)\nreturn len(self.m)", "return len(self.m)", "self.m = []"),
        "linearizable",
    ),
    "half-made value is seen": (
        COUNTER,
        counter("with self.lock:\n    self.n += 2\n    self.n -= 1\n    return self.n", "return self.n", LOCK),
        "linearizable",
    ),
    "never gives the lock back": (
        COUNTER,
        counter("self.lock.acquire()\nself.n += 1\nreturn self.n", start=LOCK),
        "no_deadlock",
    ),
    "two locks in two orders": (
        COUNTER,
        counter(
            "with self.a, self.b:\n    self.n += 1\n    return self.n",
            "with self.b, self.a:\n    return self.n",
            "self.n = 0\nself.a, self.b = Lock(), Lock()",
        ),
        "no_deadlock",
    ),
    "spins until nobody else counts": (
        COUNTER,
        counter(
            "n = self.a.fetch_add() + 1\nwhile self.a.load() != n:\n    pass\nreturn n",
            "return self.a.load()",
            "self.a = Atomic(0)",
        ),
        "progress",
    ),
    "if instead of while": (BOX, box(PUT, TAKE.replace("while", "if"), PEEK), "never_raises"),
    "missed wake-up": (BOX, box(PUT.replace("\n    self.c.notify_all()", ""), TAKE, PEEK), "no_deadlock"),
    "looks before it holds the lock": (
        BOX,
        box(PUT, TAKE, "if self.held:\n    with self.c:\n        return self.held[0]\nreturn None"),
        "never_raises",
    ),
    "check then act": (
        BOX,
        box("while self.held:\n    pause()\nself.held.append(item)", TAKE, PEEK),
        "linearizable",
    ),
    "ABA": (STACK, ARENA, "linearizable"),
}

RIGHT: dict[str, tuple[str, str]] = {
    "a lock": (COUNTER, counter(LOCKED, "with self.lock:\n    return self.n", LOCK)),
    "a lock, read without it": (COUNTER, counter(LOCKED, start=LOCK)),
    "a lock taken twice": (
        COUNTER,
        counter(
            "with self.r:\n    self.n += 1\n    return self.get()",
            "with self.r:\n    return self.n",
            "self.n = 0\nself.r = RLock()",
        ),
    ),
    "fetch_add": (COUNTER, counter("return self.a.fetch_add() + 1", "return self.a.load()", "self.a = Atomic(0)")),
    "compare_exchange": (
        COUNTER,
        counter(
            "while True:\n    n = self.a.load()\n    if self.a.compare_exchange(n, n + 1):\n        return n + 1",
            "return self.a.load()",
            "self.a = Atomic(0)",
        ),
    ),
    "a semaphore as a lock": (
        COUNTER,
        counter("with self.s:\n    self.n += 1\n    return self.n", start="self.n = 0\nself.s = Semaphore(1)"),
    ),
    "a spin lock that pauses": (
        COUNTER,
        counter(
            "while not self.lock.acquire(blocking=False):\n    pause()\nself.n += 1\nn = self.n\n"
            "self.lock.release()\nreturn n",
            start=LOCK,
        ),
    ),
    "a condition": (BOX, box(PUT, TAKE, PEEK)),
    "semaphores for room and items": (
        BOX,
        box(
            "self.room.acquire()\nself.a.store(item)\nself.there.release()",
            "self.there.acquire()\nitem = self.a.swap(None)\nself.room.release()\nreturn item",
            "return self.a.load()",
            "self.a = Atomic()\nself.room, self.there = Semaphore(1), Semaphore(0)",
        ),
    ),
    "a stack of nodes": (STACK, NODES),
}


def tried(task: str, source: str, *, control: str = "", programs: int = 2, random: int = 0, **more: Any) -> GearReport:
    suite = load_suite(task)
    workers = InProcessWorkers(outline=suite.interface.outline(), candidate=source, control=control or source)
    return judged(suite, workers, programs=programs, random=random, **more)


def judged(suite: Suite, workers: Any, **more: Any) -> GearReport:
    request = {"host": 0, "random_seed": 1, "stored": [], "seed": "a seed", "programs": 2, "random": 0}
    return try_schedules(suite, workers, {**request, **more})


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_found_with_a_schedule_that_replays_and_is_judged_again_from_its_text(name: str) -> None:
    task, source, law = BUGS[name]
    right = {COUNTER: RIGHT["a lock"], BOX: RIGHT["a condition"], STACK: RIGHT["a stack of nodes"]}[task][1]
    report = tried(task, source, control=right, random=400)
    assert report.problem is None
    shown = report.shown[0]
    assert shown.law == law
    assert shown.recurs
    assert any(line.startswith("  T") for line in shown.input)
    assert rejudge(load_suite(task), shown.transcript.blob()) == [law]


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_program_is_held_to_the_bound_and_every_schedule_ran(name: str) -> None:
    report = tried(*RIGHT[name], random=20)
    assert report.shown == []
    assert report.problem is None
    assert report.notes == {"cut_short": [], "unclear": []}
    assert report.scope["programs"] == 2
    assert report.scope["schedules"] > 40


def test_a_lost_update_needs_one_preemption_and_is_shown_step_by_step() -> None:
    shown = tried(*BUGS["lost update"][:2]).shown[0]
    assert shown.input[:3] == ("s0 = Counter()", "T1: s0.inc()", "T2: s0.inc()")
    assert shown.minimal
    assert "1 preemptions" in shown.input[3]
    assert any("read self.n" in line for line in shown.input)
    assert any("write self.n" in line for line in shown.input)


def test_a_known_program_refutes_and_says_nothing_else() -> None:
    task, source, law = BUGS["lost update"]
    shown = tried(task, source).shown[0]
    stored = "[]\n" + shown.transcript.uses[0]
    assert tried(task, source, stored=[stored]).shown[0].law == law
    again = tried(task, RIGHT["a lock"][1], stored=[stored])
    assert again.shown == []
    assert again.scope["known"] == 1


def test_code_that_cannot_be_searched_is_not_held() -> None:
    source = RIGHT["a lock"][1] + "\nasync def later():\n    return 1\n"
    assert tried(COUNTER, source).problem == (
        "INCONCLUSIVE",
        "the schedules cannot be searched: Unsupported; line 15: async code",
    )


def test_a_loop_that_waits_without_pausing_leaves_the_search_open() -> None:
    source = counter(
        "while not self.lock.acquire(blocking=False):\n    pass\n"
        "self.n += 1\nn = self.n\nself.lock.release()\nreturn n",
        start=LOCK,
    )
    report = tried(COUNTER, source)
    assert report.shown == []
    assert report.notes["cut_short"]


def test_what_one_run_leaves_behind_for_the_next_is_no_schedule_that_repeats() -> None:
    source = counter(
        "for _ in runs:\n    with self.lock:\n        pass\n" + LOCKED,
        get="with self.lock:\n    return self.n",
        start=LOCK + "\nruns.append(0)",
        more="runs = []",
    )
    problem = tried(COUNTER, source).problem
    assert problem is not None
    assert problem[0] == "INCONCLUSIVE"


def lying(twist: Callable[[list[Any]], Any]) -> GearReport:
    """A right candidate whose worker's replies are changed on the way out."""
    import json

    suite = load_suite(COUNTER)
    honest = InProcessWorkers(outline=suite.interface.outline(), candidate=RIGHT["a lock"][1])
    liar = ScriptedWorkers(honest=honest, twist=lambda _, reply: json.dumps(twist(parse(reply))).encode())  # type: ignore[arg-type]
    return judged(suite, liar)


@pytest.mark.parametrize(
    "twist",
    [
        lambda reply: [reply[0], reply[1], [[t, [t], [], *told] for t, _, _, *told in reply[2]], *reply[3:]],
        lambda reply: [reply[0], reply[1], reply[2][:1], *reply[3:]],
        lambda reply: [*reply[:3], reply[3][:-1], *reply[4:]],
        lambda reply: ["deadlock", *reply[1:]],
        lambda reply: [reply[0], reply[1], [[0, [0, 1], [], [-5, -6]], [1, [1], [], [-5, -6]]], *reply[3:]],
        lambda reply: [reply[0], reply[1], [[*step[:3], []] for step in reply[2]], *reply[3:]],
        lambda reply: [reply[0], reply[1], [[*step[:3], [-5, -6]] for step in reply[2]], *reply[3:]],
        lambda reply: [],
        lambda reply: ["exhausted"],
    ],
    ids=[
        "others could never act",
        "too few steps",
        "no return",
        "stuck",
        "always the same run",
        "nothing is touched",
        "calls begin and return at every step",
        "nothing",
        "exhausted",
    ],
)
def test_a_worker_that_hides_schedules_is_not_believed(twist: Callable[[list[Any]], Any]) -> None:
    report = lying(twist)
    assert report.problem is not None
    assert report.problem[0] == "INCONCLUSIVE"


def test_answers_of_the_wrong_order_refute() -> None:
    report = lying(lambda reply: [*reply[:3], [[*e[:2], [0, 7]] if len(e) == 3 else e for e in reply[3]], *reply[4:]])
    assert report.shown[0].law == "linearizable"


def test_every_method_is_in_some_program() -> None:
    assert [selfcheck_clients(load_suite(task)) for task in (COUNTER, BOX, STACK)] == [[], [], []]


def test_one_process_runs_many_programs() -> None:
    "Each process leaves one run as a sample; two orders of sets are two processes."
    report = tried(COUNTER, RIGHT["a lock"][1])
    assert report.tally.segments > 5
    assert len(report.transcripts) == 2


TALLY = COUNTER.replace(
    "def inc(self) -> U8:\n        self.n += 1\n        return self.n", "def inc(self) -> None:\n        self.n += 1"
)


def test_an_update_that_is_lost_without_an_answer_shows_when_all_threads_have_ended() -> None:
    source = counter("with self.lock:\n    n = self.n\nwith self.lock:\n    self.n = n + 1", LOCKED_GET, start=LOCK)
    shown = tried(TALLY, source).shown[0]
    assert (shown.law, shown.minimal) == ("linearizable", True)
    assert shown.input[:4] == ("s0 = Counter()", "T1: s0.inc()", "T2: s0.inc()", "then: s0.get()")
    assert "then: get() -> 1" in shown.observed


def test_a_lock_that_nobody_gives_back_shows_when_all_threads_have_ended() -> None:
    source = counter(
        "if self.lock.acquire(blocking=False):\n    self.n += 1\nelse:\n    with self.other:\n        self.n += 1",
        "with self.lock:\n    return self.n",
        LOCK + "\nself.other = Lock()",
    )
    assert tried(TALLY, source).shown[0].law in ("never_raises", "no_deadlock")


def test_calls_that_end_a_program_stay_within_the_specification() -> None:
    "A box that is empty may not be taken from, so nothing but looking ends a program."
    suite = load_suite(BOX)
    programs = list(Clients(suite.interface.classes[0]).small())
    assert {program.after for program in programs} == {(("peek", ()),)}
