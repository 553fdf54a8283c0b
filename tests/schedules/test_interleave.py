"""The search over interleavings: complete to its bound, each once, fewest preemptions first, and it can fail."""

from collections.abc import Callable, Sequence
from itertools import pairwise, permutations
from math import comb
from random import Random
from typing import Any

import pytest

from probatum.toolchains.python.interleave.explore import (
    Completion,
    Execution,
    Program,
    Unrepeatable,
    minimal,
    replay,
    search,
)
from probatum.toolchains.python.interleave.steps import Cell, Condition, Lock, Semaphore, Step, Thread

Built = tuple[Sequence[Thread], Callable[[], bool]]


def outcome(build: Callable[[], Built], preemptions: int = 2) -> Execution | Completion:
    """The minimal run that deadlocks, raises or leaves a wrong state; else the completion."""
    good: list[Callable[[], bool]] = []

    def program() -> Sequence[Thread]:
        threads, right = build()
        good[:] = [right]
        return threads

    def fails(run: Execution) -> bool:
        return run.ending == "deadlock" or any(run.errors) or (run.ending == "finished" and not good[0]())

    return minimal(search(program, preemptions=preemptions, steps=60, schedules=20_000), fails)


def counter(locked: bool) -> Built:
    n, lock = Cell("n", 0), Lock()

    def add() -> Thread:
        if locked:
            yield lock.acquire()
        yield n.write((yield n.read()) + 1)
        if locked:
            yield lock.release()

    return [add(), add()], lambda: n.value == 2


def swapping(retry: bool) -> Built:
    n = Cell("n", 0)

    def add() -> Thread:
        while True:
            old = yield n.read()
            if (yield n.swap_if(old, old + 1)) or not retry:
                return

    return [add(), add()], lambda: n.value == 2


def two_locks(ordered: bool) -> Built:
    a, b = Lock("a"), Lock("b")

    def both(first: Lock, second: Lock) -> Thread:
        yield first.acquire()
        yield second.acquire()
        yield second.release()
        yield first.release()

    return [both(a, b), both(a, b) if ordered else both(b, a)], lambda: True


def hand_over(checked_under_lock: bool) -> Built:
    lock, ready, got = Lock(), Cell("ready", False), Cell("got", False)
    cond = Condition(lock)

    def taker() -> Thread:
        if not checked_under_lock and (yield ready.read()):
            return
        yield lock.acquire()
        if not checked_under_lock or not (yield ready.read()):
            yield from cond.wait()
        yield lock.release()
        yield got.write(True)

    def giver() -> Thread:
        yield lock.acquire()
        yield ready.write(True)
        yield cond.notify()
        yield lock.release()

    return [taker(), giver()], lambda: True


def last_one(together: bool) -> Built:
    stock, lock = Cell("stock", 1), Lock()

    def buy() -> Thread:
        if together:
            yield lock.acquire()
        if (yield stock.read()) > 0:
            yield stock.write((yield stock.read()) - 1)
        if together:
            yield lock.release()

    return [buy(), buy()], lambda: stock.value == 0


def room(places: int) -> Built:
    inside, most, door = Cell("inside", 0), Cell("most", 0), Semaphore(places)

    def move(change: int) -> Step:
        def act(_: int) -> int:
            inside.value += change
            return int(inside.value)

        return Step(label=f"inside {change:+}", act=act)

    def visit() -> Thread:
        yield door.acquire()
        now = yield move(1)
        yield most.write(max((yield most.read()), now))
        yield move(-1)
        yield door.release()

    return [visit(), visit()], lambda: most.value <= 1


PAIRS: list[tuple[Callable[[Any], Built], Any, Any, int, str]] = [
    (counter, False, True, 1, "finished"),
    (swapping, False, True, 1, "finished"),
    (two_locks, False, True, 1, "deadlock"),
    (hand_over, False, True, 1, "deadlock"),
    (last_one, False, True, 1, "finished"),
    (room, 2, 1, 1, "finished"),
]


@pytest.mark.parametrize(("build", "bad", "good", "preemptions", "ending"), PAIRS)
def test_a_planted_bug_is_found_with_the_fewest_preemptions_and_replays(
    build: Callable[[Any], Built], bad: Any, good: Any, preemptions: int, ending: str
) -> None:
    found = outcome(lambda: build(bad))
    assert isinstance(found, Execution)
    assert (found.preemptions, found.ending) == (preemptions, ending)
    assert replay(lambda: build(bad)[0], found.schedule, steps=60).steps == found.steps
    assert isinstance(outcome(lambda: build(bad), preemptions - 1), Completion)


@pytest.mark.parametrize(("build", "bad", "good", "preemptions", "ending"), PAIRS)
def test_its_correct_twin_is_held_by_a_finished_search(
    build: Callable[[Any], Built], bad: Any, good: Any, preemptions: int, ending: str
) -> None:
    held = outcome(lambda: build(good))
    assert isinstance(held, Completion)
    assert held.complete and held.schedules > 1


def walkers(*lengths: int) -> Program:
    def walk(length: int) -> Thread:
        for place in range(length):
            yield Step(label=str(place), act=lambda _: None)

    return lambda: [walk(length) for length in lengths]


def switches(order: Sequence[int], lengths: Sequence[int]) -> int:
    """Preemptions of an order of steps that never block, counted without the search."""
    left, count = list(lengths), 0
    for place, thread in enumerate(order):
        count += place > 0 and order[place - 1] != thread and left[order[place - 1]] > 0
        left[thread] -= 1
    return count


@pytest.mark.parametrize("lengths", [(3, 3), (4, 2), (2, 2, 2), (1, 3, 2)])
@pytest.mark.parametrize("bound", [0, 1, 2, 9])
def test_the_search_runs_every_schedule_within_the_bound_once(lengths: tuple[int, ...], bound: int) -> None:
    *runs, ending = search(walkers(*lengths), preemptions=bound, steps=50, schedules=10_000)
    ran = [run.schedule for run in runs if isinstance(run, Execution)]
    orders = set(permutations([thread for thread, length in enumerate(lengths) for _ in range(length)]))
    assert set(ran) == {order for order in orders if switches(order, lengths) <= bound}
    assert len(ran) == len(set(ran))
    assert isinstance(ending, Completion)
    assert ending.complete and ending.schedules == len(ran)
    assert (ending.beyond == 0) == (len(ran) == len(orders))


def test_two_threads_of_six_steps_have_924_interleavings() -> None:
    *_, ending = search(walkers(6, 6), preemptions=12, steps=50, schedules=10_000)
    assert ending == Completion(complete=True, schedules=comb(12, 6), cut=0, beyond=0)


def test_a_search_that_met_its_limit_is_not_complete() -> None:
    *_, few = search(walkers(3, 3), preemptions=9, steps=50, schedules=19)
    *_, short = search(walkers(3, 3), preemptions=9, steps=5, schedules=10_000)
    assert isinstance(few, Completion) and not few.complete and few.schedules == 19
    assert isinstance(short, Completion) and not short.complete and short.cut == short.schedules


def test_a_thread_that_waits_in_a_loop_is_cut_never_held() -> None:
    def build() -> Built:
        flag = Cell("flag", False)

        def spin() -> Thread:
            while not (yield flag.read()):
                pass

        return [spin()], lambda: True

    held = outcome(build)
    assert isinstance(held, Completion) and not held.complete and held.cut == 1


def test_a_program_that_differs_from_run_to_run_is_told_apart() -> None:
    lengths = iter([(2, 2), (1, 0), (1, 0)])

    def program() -> Sequence[Thread]:
        return walkers(*next(lengths))()

    with pytest.raises(Unrepeatable):
        list(search(program, preemptions=2, steps=9, schedules=9))


def test_releasing_a_lock_of_another_thread_is_an_error_of_the_one_that_did() -> None:
    def program() -> Sequence[Thread]:
        lock = Lock()

        def wrong() -> Thread:
            yield lock.release()

        return [wrong()]

    assert isinstance(replay(program, (), steps=9).errors[0], RuntimeError)


def test_of_schedules_with_equally_many_preemptions_the_shortest_is_shown() -> None:
    def program() -> Sequence[Thread]:
        flag = Cell("flag", False)

        def fail() -> Thread:
            if not (yield flag.read()):
                yield from (flag.read() for _ in range(3))
            raise ValueError

        def hurry() -> Thread:
            yield flag.write(True)

        return [fail(), hurry()]

    found = minimal(search(program, preemptions=1, steps=9, schedules=99), lambda run: any(run.errors))
    assert isinstance(found, Execution)
    assert (found.schedule, found.preemptions) == ((1, 0), 0)


def tangle(number: int) -> Program:
    """Two threads with a few random reads, writes and (maybe never released) locks."""
    rng = Random(number)
    scripts = [[rng.choice(["n", "a", "b", "-a", "-b", "n"]) for _ in range(rng.randint(2, 4))] for _ in range(2)]

    def program() -> Sequence[Thread]:
        n, locks = Cell("n", 0), {name: Lock(name) for name in "ab"}

        def walk(script: Sequence[str]) -> Thread:
            for word in script:
                if word == "n":
                    yield n.write((yield n.read()) + 1)
                else:
                    yield locks[word[-1]].release() if word.startswith("-") else locks[word].acquire()

        return [walk(script) for script in scripts]

    return program


def every_schedule(program: Program, prefix: tuple[int, ...] = ()) -> set[tuple[tuple[int, ...], int]]:
    """All schedules with their preemptions, by trying each thread at each place and counting the switches here."""
    found = set()
    for thread in range(2):
        try:
            run = replay(program, (*prefix, thread), steps=len(prefix) + 1)
        except Unrepeatable:
            continue
        if run.ending != "cut":
            steps = run.steps
            pairs = pairwise(steps)
            found.add((run.schedule, sum(a.thread != b.thread and a.thread in b.enabled for a, b in pairs)))
        else:
            found |= every_schedule(program, (*prefix, thread))
    return found


@pytest.mark.parametrize("number", range(40))
def test_with_locks_and_deadlocks_too_it_runs_every_schedule_within_the_bound_once(number: int) -> None:
    everything = every_schedule(tangle(number))
    for bound in (0, 1, 2, 20):
        *runs, ending = search(tangle(number), preemptions=bound, steps=30, schedules=10_000)
        ran = [(run.schedule, run.preemptions) for run in runs if isinstance(run, Execution)]
        assert set(ran) == {(order, cost) for order, cost in everything if cost <= bound}
        assert len(ran) == len(set(ran))
        assert isinstance(ending, Completion) and ending.complete


@pytest.mark.filterwarnings("error")
def test_threads_left_in_a_deadlock_are_ended_though_they_step_on_in_finally() -> None:
    ended = []

    def program() -> Sequence[Thread]:
        lock = Lock()

        def twice() -> Thread:
            yield lock.acquire()
            try:
                yield lock.acquire()
            finally:
                yield lock.release()
                ended.append(1)

        return [twice()]

    run = replay(program, (), steps=9)
    assert (run.ending, len(run.steps), ended) == ("deadlock", 1, [])
