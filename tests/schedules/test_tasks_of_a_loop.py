"""Tasks of one event loop: planted bugs are found with a minimal schedule, right programs are held to the bound, and
what only poses as a coroutine is not."""

from __future__ import annotations

from typing import Any

import pytest

from probatum.errors import TaskError
from probatum.judge.drive import OracleDriver, apply_law
from probatum.judge.evidence import GearReport
from probatum.judge.rejudge import rejudge
from probatum.judge.schedules.trial import selfcheck_clients, try_schedules
from probatum.judge.suite import load_suite
from probatum.testing.workers import InProcessWorker, InProcessWorkers
from probatum.transcript import Op
from probatum.types.codec import parse

HEAD = "from typing import Annotated\nfrom probatum import U8, always, assume, between, concurrent, sut\n"
COUNTER = f"""{HEAD}
@concurrent(tasks=2, calls=1)
@sut
class Counter:
    def __init__(self) -> None:
        self.n = 0
    async def inc(self) -> U8:
        self.n += 1
        return self.n
    def get(self) -> U8:
        return self.n
"""
BOX = f"""{HEAD}
@concurrent(tasks=3, calls=1, waits=("put", "take"))
@sut
class Box:
    def __init__(self) -> None:
        self.held: list[int] = []
    async def put(self, item: U8) -> None:
        assume(not self.held)
        self.held.append(item)
    async def take(self) -> U8:
        assume(self.held)
        return self.held.pop()
    def peek(self) -> U8 | None:
        return self.held[0] if self.held else None
"""
AIO = "from probatum.aio import CancelledError, Condition, Event, Lock, Semaphore, sleep\n"


def body(text: str, indent: int = 8) -> str:
    return "".join(" " * indent + line + "\n" for line in text.split("\n"))


def counter(inc: str, start: str = "self.n = 0", get: str = "return self.n", more: str = "") -> str:
    return (
        f"{AIO}{more}\nclass Counter:\n    def __init__(self):\n{body(start)}"
        f"    async def inc(self):\n{body(inc)}    def get(self):\n{body(get)}"
    )


def box(put: str, take: str, start: str = "", peek: str = "return self.held[0] if self.held else None") -> str:
    begin = "self.held = []\nself.c = Condition()" + ("\n" + start if start else "")
    return (
        f"{AIO}\nclass Box:\n    def __init__(self):\n{body(begin)}    async def put(self, item):\n{body(put)}"
        f"    async def take(self):\n{body(take)}    def peek(self):\n{body(peek)}"
    )


LOCK = "self.n = 0\nself.lock = Lock()"
LOCKED = "async with self.lock:\n    n = self.n\n    await sleep(0)\n    self.n = n + 1\n    return n + 1"
PUT = (
    "async with self.c:\n    while self.held:\n        await self.c.wait()\n    self.held.append(item)\n"
    "    self.c.notify_all()"
)
TAKE = (
    "async with self.c:\n    while not self.held:\n        await self.c.wait()\n    self.c.notify_all()\n"
    "    return self.held.pop()"
)
RIGHT_COUNTER, RIGHT_BOX = counter(LOCKED, LOCK), box(PUT, TAKE)

BUGS: dict[str, tuple[str, str, str]] = {
    "lost update across an await": (
        COUNTER,
        counter("n = self.n\nawait sleep(0)\nself.n = n + 1\nreturn n + 1"),
        "linearizable",
    ),
    "lost update around a lock": (
        COUNTER,
        counter("n = self.n\nasync with self.lock:\n    self.n = n + 1\nreturn n + 1", LOCK),
        "linearizable",
    ),
    "answer read after an await": (COUNTER, counter("self.n += 1\nawait sleep(0)\nreturn self.n"), "linearizable"),
    "a lock of its own per call": (
        COUNTER,
        counter(LOCKED.replace("self.lock", "Lock()")),
        "linearizable",
    ),
    "an update half made is seen": (
        COUNTER,
        counter("self.n += 2\nawait sleep(0)\nself.n -= 1\nreturn self.n"),
        "linearizable",
    ),
    "a semaphore of two as a lock": (
        COUNTER,
        counter(LOCKED.replace("lock", "s"), "self.n = 0\nself.s = Semaphore(2)"),
        "linearizable",
    ),
    "never gives the lock back": (
        COUNTER,
        counter("await self.lock.acquire()\nself.n += 1\nreturn self.n", LOCK),
        "no_deadlock",
    ),
    "two locks in two orders": (
        COUNTER,
        counter(
            "one, two = self.locks[self.n % 2], self.locks[1 - self.n % 2]\nself.n += 1\nn = self.n\n"
            "async with one, two:\n    return n",
            "self.n = 0\nself.locks = [Lock(), Lock()]",
        ),
        "no_deadlock",
    ),
    "lost update of a global list": (
        COUNTER,
        counter(
            "n = len(COUNTED)\nawait sleep(0)\nCOUNTED[n:] = [0]\nreturn len(COUNTED)",
            "COUNTED.clear()",
            "return len(COUNTED)",
            "COUNTED = []\n",
        ),
        "linearizable",
    ),
    "lost wake-up": (BOX, box(PUT.replace("\n    self.c.notify_all()", ""), TAKE), "no_deadlock"),
    "one is woken, perhaps of the wrong side": (
        BOX.replace("calls=1", "calls=2"),
        box(PUT.replace("notify_all", "notify"), TAKE.replace("notify_all", "notify")),
        "no_deadlock",
    ),
    "if instead of while": (BOX, box(PUT, TAKE.replace("while", "if")), "never_raises"),
    "check then act": (
        BOX,
        box(
            "while self.held:\n    await sleep(0)\n"
            + PUT.replace("    while self.held:\n        await self.c.wait()\n", ""),
            TAKE,
        ),
        "linearizable",
    ),
    "a flag lowered after an await": (
        BOX,
        box(
            "while self.held:\n    await sleep(0)\nself.held.append(item)\nself.e.set()",
            "while not self.held:\n    await sleep(0)\n    self.e.clear()\n    await self.e.wait()\n"
            "return self.held.pop()",
            "self.e = Event()",
        ),
        "no_deadlock",
    ),
    "waits with the lock held": (
        BOX,
        box(
            "async with self.l:\n    while self.held:\n        await sleep(0)\n"
            "    self.held.append(item)\n    self.e.set()",
            "async with self.l:\n    await self.e.wait()\n    self.e.clear()\n    return self.held.pop()",
            "self.l, self.e = Lock(), Event()",
        ),
        "no_deadlock",
    ),
    "gives up after five looks": (
        COUNTER,
        counter(
            "for _ in range(5):\n    if not self.busy:\n        break\n    await sleep(0)\nelse:\n    return 77\n"
            "self.busy = True\nawait sleep(0)\nself.busy = False\nself.n += 1\nreturn self.n",
            "self.n, self.busy = 0, False",
        ),
        "linearizable",
    ),
    "waits for each other by turns for ever": (
        COUNTER,
        counter(
            "self.inside += 1\nawait sleep(0)\nwhile self.inside > 1:\n    self.looks += 1\n    await sleep(0)\n"
            "self.inside -= 1\nself.n += 1\nreturn self.n",
            "self.n = self.inside = self.looks = 0",
        ),
        "progress",
    ),
}

RIGHT: dict[str, tuple[str, str]] = {
    "a lock held across awaits": (COUNTER, RIGHT_COUNTER),
    "nothing awaited between look and change": (COUNTER, counter("await sleep(0)\nself.n += 1\nreturn self.n")),
    "a semaphore as a lock": (
        COUNTER,
        counter(LOCKED.replace("lock", "s"), "self.n = 0\nself.s = Semaphore()"),
    ),
    "tries again where somebody was faster": (
        COUNTER,
        counter(
            "while True:\n    n = self.n\n    await sleep(0)\n    if self.n == n:\n"
            "        self.n = n + 1\n        return n + 1"
        ),
    ),
    "a method that gives the coroutine of another": (
        COUNTER,
        RIGHT_COUNTER.replace("async def inc", "async def more") + "    def inc(self):\n        return self.more()\n",
    ),
    "an object with an __await__ of its own": (
        COUNTER,
        RIGHT_COUNTER.replace("async def inc", "async def more")
        + "    def inc(self):\n        return Call(self)\n\nclass Call:\n    def __init__(self, counter):\n"
        "        self.counter = counter\n    def __await__(self):\n        return self.counter.more().__await__()\n",
    ),
    "a bare yield": (
        COUNTER,
        counter(
            "await once()\nself.n += 1\nreturn self.n",
            more="from types import coroutine\n@coroutine\ndef once():\n    yield\n",
        ),
    ),
    "lets others go thirty times": (
        COUNTER,
        counter("for _ in range(30):\n    await sleep(0)\nself.n += 1\nreturn self.n"),
    ),
    "a pattern that looks into objects, which is not rewritten": (
        COUNTER,
        counter(
            "async with self.lock:\n    match self:\n        case Counter(n=n):\n            await sleep(0)\n"
            "            self.n = n + 1\n    return self.n",
            LOCK,
        ),
    ),
    "a condition": (BOX, RIGHT_BOX),
    "semaphores for room and items": (
        BOX,
        box(
            "await self.room.acquire()\nself.held.append(item)\nself.there.release()",
            "await self.there.acquire()\nself.room.release()\nreturn self.held.pop()",
            "self.room, self.there = Semaphore(1), Semaphore(0)",
        ),
    ),
    "polling": (
        BOX,
        box(
            "while self.held:\n    await sleep(0.1)\nself.held.append(item)",
            "while not self.held:\n    await sleep(0.1)\nreturn self.held.pop()",
        ),
    ),
    "an event that is raised and lowered at once": (
        BOX,
        box(
            "while self.held:\n    await self.e.wait()\nself.held.append(item)\nself.e.set()\nself.e.clear()",
            "while not self.held:\n    await self.e.wait()\nself.e.set()\nself.e.clear()\nreturn self.held.pop()",
            "self.e = Event()",
        ),
    ),
}


def tried(task: str, source: str, *, control: str = "", programs: int = 2, **more: Any) -> GearReport:
    suite = load_suite(task)
    workers = InProcessWorkers(outline=suite.interface.outline(), candidate=source, control=control or source)
    request = {"host": 0, "random_seed": 1, "stored": [], "seed": "a seed", "programs": programs, "random": 20}
    return try_schedules(suite, workers, {**request, **more})


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_found_with_a_minimal_schedule_that_replays(name: str) -> None:
    task, source, law = BUGS[name]
    report = tried(task, source, control=RIGHT_COUNTER if "Counter" in task else RIGHT_BOX)
    assert report.problem is None
    shown = report.shown[0]
    assert (shown.law, shown.recurs, shown.minimal) == (law, True, True)
    assert any(line.startswith("  T2: begins") for line in shown.input)
    assert rejudge(load_suite(task), shown.transcript.blob()) == [law]


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_program_is_held_and_every_schedule_ran(name: str) -> None:
    report = tried(*RIGHT[name])
    assert report.shown == []
    assert report.problem is None
    assert report.notes == {"cut_short": [], "unclear": []}
    assert report.scope["programs"] == 2
    assert report.scope["schedules"] > 10


def test_a_schedule_is_told_by_the_lines_at_which_tasks_await() -> None:
    shown = tried(*BUGS["lost update across an await"][:2]).shown[0]
    assert shown.input[:3] == ("s0 = Counter()", "T1: s0.inc()", "T2: s0.inc()")
    assert "  T1: line 8: await sleep(0) (sleep)" in shown.input


def test_every_interleaving_of_a_program_that_says_what_it_touches_is_covered_without_a_bound() -> None:
    report = tried(*RIGHT["a lock held across awaits"])
    assert report.scope["unbounded_programs"] == report.scope["small_programs"] + report.scope["programs"]


def test_a_known_program_refutes_and_says_nothing_else() -> None:
    task, source, law = BUGS["lost update across an await"]
    stored = "[]\n" + tried(task, source).shown[0].transcript.uses[0]
    assert tried(task, source, stored=[stored]).shown[0].law == law
    assert tried(task, RIGHT_COUNTER, stored=[stored]).shown == []


CANCELS = BOX.replace('waits=("put", "take")', 'waits=("put", "take"), cancels=("take",)')
HANDED = "while self.held:\n    await sleep(0)\nself.held.append(item)\nif self.line:\n    self.line.pop(0).set()"
STAND = "while not self.held:\n    mine = Event()\n    self.line.append(mine)\n    await mine.wait()\n"
CANCELLED: dict[str, tuple[str, str]] = {
    "keeps the lock": (
        box(
            PUT,
            "await self.c.acquire()\nwhile not self.held:\n    await self.c.wait()\nself.c.notify_all()\n"
            "self.c.release()\nreturn self.held.pop()",
        ),
        "no_deadlock",
    ),
    "has taken already": (
        box(
            PUT,
            TAKE.replace("    self.c.notify_all()\n", "").replace(
                "return self.held.pop()", "item = self.held.pop()\n    self.c.notify_all()\nawait sleep(0)\nreturn item"
            ),
        ),
        "linearizable",
    ),
    "waits on": (
        box(
            PUT,
            "async with self.c:\n    while not self.held:\n        try:\n            await self.c.wait()\n"
            "        except CancelledError:\n            pass\n    self.c.notify_all()\n    return self.held.pop()",
        ),
        "no_deadlock",
    ),
    "takes its wake-up with it": (
        box(HANDED, STAND + "return self.held.pop()", "self.line = []"),
        "no_deadlock",
    ),
}


@pytest.mark.parametrize("name", CANCELLED)
def test_a_call_that_leaves_a_trace_when_it_is_cancelled_is_refuted(name: str) -> None:
    source, law = CANCELLED[name]
    report = tried(CANCELS, source, control=RIGHT_BOX)
    assert report.problem is None
    shown = report.shown[0]
    assert (shown.law, shown.recurs, shown.minimal) == (law, True, True)
    assert any("cancelled at await" in line for line in shown.input)
    assert rejudge(load_suite(CANCELS), shown.transcript.blob()) == [law]
    assert tried(CANCELS, RIGHT_BOX, stored=["[]\n" + shown.transcript.uses[0]]).shown == []


@pytest.mark.parametrize("name", ["a condition", "semaphores for room and items", "polling"])
def test_a_call_that_is_cancelled_and_leaves_no_trace_is_held(name: str) -> None:
    report = tried(CANCELS, RIGHT[name][1])
    assert (report.shown, report.problem) == ([], None)
    assert report.notes == {"cut_short": [], "unclear": []}
    assert report.scope["cancelled_programs"] > 10


def test_a_call_may_answer_although_it_is_cancelled() -> None:
    "As one does whose cancellation came too late."
    late = "except CancelledError:\n    if self.held:\n        return self.held.pop()\n    raise"
    report = tried(CANCELS, box(PUT, f"try:\n{body(TAKE, 4)}{late}"))
    assert (report.shown, report.problem) == ([], None)


POSING: dict[str, str] = {
    "a generator": counter("yield\nself.n += 1").replace("async def inc", "def inc"),
    "a plain method": counter("self.n += 1\nreturn self.n").replace("async def inc", "def inc"),
    "a coroutine of a coroutine": RIGHT_COUNTER.replace("async def inc", "async def more")
    + "    async def inc(self):\n        return self.more()\n",
    "an await that yields something else": counter(
        "self.n += 1\nawait odd()\nreturn self.n",
        more="from types import coroutine\n@coroutine\ndef odd():\n    yield 7\n",
    ),
    "a coroutine method in place of a plain one": RIGHT_COUNTER.replace("def get", "async def get"),
    "a step taken by hand": counter(
        "call = self.lock.acquire()\ncall.send(None)\ntry:\n    call.send(None)\nexcept StopIteration:\n    pass\n"
        "n = self.n\nawait sleep(0)\nself.n = n + 1\nself.lock.release()\nreturn self.n",
        LOCK,
    ),
}


@pytest.mark.filterwarnings("ignore:coroutine:RuntimeWarning")
@pytest.mark.parametrize("name", POSING)
def test_what_only_poses_as_a_coroutine_is_refuted(name: str) -> None:
    report = tried(COUNTER, POSING[name], control=RIGHT_COUNTER)
    assert report.shown[0].law in ("never_raises", "linearizable")


def test_every_method_is_in_some_program() -> None:
    assert [selfcheck_clients(load_suite(task)) for task in (COUNTER, BOX)] == [[], []]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("tasks=2", "threads=2"), "no tasks share Counter"),
        (("async def inc", "def inc"), "is about coroutines in Python"),
        (("self.n += 1\n", "await self.more()\n"), "the oracle awaits in Counter.inc()"),
        (("        self.n += 1\n        return self.n", "        yield 1"), "Counter.inc() yields"),
        (("@concurrent(tasks=2, calls=1)\n", ""), "no tasks share Counter"),
        (("calls=1", 'waits=("get",)'), "Counter.get() awaits nothing"),
        (("calls=1", 'cancels=("get",)'), "Counter.get() awaits nothing"),
        (("calls=1", 'cancels=("put",)'), "@concurrent cancels 'put'"),
        (("tasks=2, calls=1", 'threads=2, cancels=("get",)'), "Counter.get() awaits nothing"),
    ],
)
def test_a_declaration_that_means_nothing_is_an_error_of_the_task(change: tuple[str, str], said: str) -> None:
    with pytest.raises(TaskError, match=said.replace("(", r"\(").replace(")", r"\)")):
        load_suite(COUNTER.replace(*change))


LAWS = {
    "def law(s: Counter) -> None:\n    'It counts.'\n    assert s.inc()": False,
    "def law(s: Counter) -> None:\n    'It counts.'\n    s.inc()": False,
    "def law(s: Counter) -> None:\n    'It counts.'\n    assert s.inc() != 7": False,
    "async def law(s: Counter) -> None:\n    'It counts.'\n    s.inc()\n    assert await s.inc() == 1": False,
    "async def law(s: Counter) -> None:\n    'It counts.'\n    call = s.inc()\n    assert await call == 1": True,
    "async def law(s: Counter) -> None:\n    'It counts.'\n    assert await s.inc() == 1 == s.get()": True,
}


@pytest.mark.parametrize("law", LAWS)
def test_a_law_that_does_not_await_what_it_calls_is_an_error_of_the_task(law: str) -> None:
    suite = load_suite(f"{COUNTER}\n@always\n{law}\n")
    driver = OracleDriver(suite.interface)
    driver.make(Op("n", "Counter", "new", 0, ()))
    if LAWS[law]:
        assert apply_law(suite.laws[0], driver, (0,), (), 1) is None
        assert [op.method for op in driver.ops[1:]][:1] == ["inc"]
    else:
        with pytest.raises(TaskError, match="does not await the answer"):
            apply_law(suite.laws[0], driver, (0,), (), 1)


def test_a_law_that_is_a_coroutine_fails_as_any_other() -> None:
    law = "async def law(s: Counter) -> None:\n    'It counts.'\n    assert await s.inc() == 2"
    suite = load_suite(f"{COUNTER}\n@always\n{law}\n")
    driver = OracleDriver(suite.interface)
    driver.make(Op("n", "Counter", "new", 0, ()))
    assert apply_law(suite.laws[0], driver, (0,), (), 1) == "1 == 2 does not hold"


WAITING = {
    "an event that nobody sets": "await Event().wait()",
    "a lock that it holds": "async with self.lock, self.lock:\n    pass",
    "what it would swallow": "try:\n    await Event().wait()\nexcept BaseException:\n    return 1",
    "in a coroutine of its own": "await self.more()",
}


@pytest.mark.parametrize("name", WAITING)
def test_a_call_that_waits_while_nobody_else_runs_does_not_return(name: str) -> None:
    more = "    async def more(self):\n        try:\n            await Event().wait()\n"
    more += "        finally:\n            self.n = 7\n"
    source = counter(WAITING[name], LOCK) + more
    worker = InProcessWorker(source, load_suite(COUNTER).interface.outline(), 0)
    ops = [Op("n", "Counter", "new", 0, ()), Op("c", "", "inc", 0, ()), Op("c", "", "get", 0, ())]
    _, inc, get = parse(next(iter(worker.run(["[" + ",".join(op.text() for op in ops) + "]"]))))
    assert inc[:2] == [2, "WaitsForever"]
    assert "does not return" in inc[2]
    assert get == [0, 0]  # nothing of it happens later
    worker.close()
