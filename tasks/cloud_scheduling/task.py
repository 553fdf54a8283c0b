"""Run a job on machines that may be taken away: never late, on any trace, is a law, and cost is the objective."""

import math
import random
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Annotated, Literal, NamedTuple

from probatum import U32, U64, Call, Sut, always, between, mapped, objective, sized, sometimes, sut

PRICE = {"none": 0, "spot": 1, "ondemand": 3}
ALL_TRACES, EVERY_JOB, LISTED = 10, 5, 12
TICKS, WORKS, RESTART, TRACES = 40, (26, 32), 1, 4

Choice = Literal["none", "spot", "ondemand"]


class State(NamedTuple):
    "A job at the beginning of a tick, and what its past and the availability of spot machines have been."

    ticks: Annotated[U32, between(1, 60)]
    work: Annotated[U32, between(1, 60)]
    restart: Annotated[U32, between(0, 4)]
    tick: Annotated[U32, between(0, 59)]
    done: Annotated[U32, between(0, 59)]
    machine: Choice
    starting: Annotated[U32, between(0, 4)]
    available: bool
    ups: Annotated[U32, between(0, 59)]
    streak: Annotated[U32, between(1, 60)]


class Job(NamedTuple):
    "So much work, before so many ticks have passed; a machine works from `restart` ticks after it was asked for."

    ticks: Annotated[U32, between(1, ALL_TRACES)]
    work: Annotated[U32, between(1, ALL_TRACES)]
    restart: Annotated[U32, between(0, 3)]


def possible(job: Job) -> Job:
    "On demand alone is in time."
    restart = min(job.restart, job.ticks - 1)
    return Job(job.ticks, min(job.work, job.ticks - restart), restart)


class LongJob(NamedTuple):
    "A job of more ticks than all traces can be followed of."

    ticks: Annotated[U32, between(ALL_TRACES + 1, 60)]
    work: Annotated[U32, between(1, 60)]
    restart: Annotated[U32, between(0, 4)]


def possible_long(job: LongJob) -> LongJob:
    "On demand alone is in time."
    return LongJob(*possible(Job(*job)))


def needed(state: State) -> int:
    "Ticks until the work is done if from now on there is no spot machine."
    wait = state.starting if state.machine == "ondemand" else state.restart
    return wait + state.work - state.done


def in_time(state: State) -> bool:
    "Whether the job is in time even if from now on there is no spot machine."
    return state.tick + needed(state) <= state.ticks


def consistent(state: State) -> State:
    "The nearest state whose fields go together, of a job that can still be in time."
    job = possible(Job(state.ticks, state.work, state.restart))
    starting = min(state.starting, max(0, job.restart - 1))
    tick = min(state.tick, job.ticks - 1 - (starting if state.machine == "ondemand" else job.restart))
    available, ups = state.available, min(state.ups, tick)
    streak = min(state.streak, 1 + (ups if available else tick - ups))
    lost = state.machine == "spot" and not (available and streak > 1)
    machine: Choice = "none" if lost or tick == 0 else state.machine
    starting = 0 if machine == "none" else starting
    wait = starting if machine == "ondemand" else job.restart
    least = max(0, tick + wait + job.work - job.ticks)
    done = max(least, min(state.done, job.work - 1, tick))
    return State(job.ticks, job.work, job.restart, tick, done, machine, starting, available, ups, streak)


Known = Annotated[State, mapped(consistent)]


def start(job: Job, available: bool) -> State:
    "The first tick."
    return State(job.ticks, job.work, job.restart, 0, 0, "none", 0, available, 0, 1)


def after(state: State, choice: Choice, available: bool) -> State:
    "The next tick: a new machine starts first, and a spot machine is lost where there are none any more."
    starting = 0
    done = state.done
    if choice != "none":
        starting = state.starting if choice == state.machine else state.restart
        done += not starting
        starting = max(0, starting - 1)
    lost = choice == "spot" and not available
    return state._replace(
        tick=state.tick + 1,
        done=done,
        machine="none" if lost else choice,
        starting=0 if lost else starting,
        available=available,
        ups=state.ups + state.available,
        streak=state.streak + 1 if available == state.available else 1,
    )


def choices(state: State) -> list[Choice]:
    "What may be chosen."
    return ["none", "spot", "ondemand"] if state.available else ["none", "ondemand"]


def is_open(state: State) -> bool:
    "There is work left and time for it."
    return state.done < state.work and in_time(state)


def uniform_progress(state: State) -> Choice:
    """Behind a line from nothing to all the work: on demand, until as much is done as the line asks for two restarts
    later. Else: spot or nothing. (Uniform progress, after Wu et al., Can't Be Late, NSDI 2024.)"""
    ahead = 2 * state.restart if state.machine == "ondemand" else 0
    behind = state.done * state.ticks < (state.tick + ahead) * state.work
    wanted: Choice = "spot" if state.available else "none"
    if behind and (state.machine == "ondemand" or not state.available):
        wanted = "ondemand"
    return wanted if in_time(after(state, wanted, False)) else "ondemand"


@sut(answers="any")
def decide(states: list[Known]) -> list[Choice]:
    return [uniform_progress(state) for state in states]


@lru_cache(maxsize=256)
def states_of(job: Job, trace: tuple[bool, ...] | None) -> list[State]:
    "Every state that some policy gets the job into, of those in which it can be in time; on every trace, or on one."
    found: dict[State, None] = {}
    level = {start(job, up): None for up in at(trace, 0)}
    for tick in range(1, job.ticks + 1):
        level = {state: None for state in level if is_open(state)}
        found.update(level)
        ups = at(trace, tick)
        level = {after(state, choice, up): None for state in level for choice in choices(state) for up in ups}
    return list(found)


def at(trace: tuple[bool, ...] | None, tick: int) -> Sequence[bool]:
    "What availability may be in a tick; after the end of a trace there is none."
    if trace is None:
        return (True, False)
    return trace[tick : tick + 1] or (False,)


def chosen(states: list[State], answers: list[Choice]) -> dict[State, Choice]:
    "What was answered for each; who asks for a spot machine where there is none gets nothing."
    pairs = zip(states, answers, strict=False)
    return {state: choice if choice in choices(state) else "none" for state, choice in pairs}


def asked_in_time(s: Sut, states: list[State]) -> dict[State, Choice]:
    "Ask for one tick after the other: the states of a trace, all in one list, would tell what availability will be."
    policy: dict[State, Choice] = {}
    for _, level in groupby(states, key=lambda state: state.tick):
        now = list(level)
        policy |= chosen(now, s.decide(now))
    return policy


def late(job: Job, policy: dict[State, Choice], trace: tuple[bool, ...] | None = None) -> str:
    "A beginning of a trace after which the job is late if no spot machine comes any more (+ up, - down); else nothing."
    level = {start(job, up): "+" if up else "-" for up in at(trace, 0)}
    for tick in range(1, job.ticks + 1):
        following: dict[State, str] = {}
        for state, past in level.items():
            if state.done == job.work:
                continue
            if not in_time(state):
                return past[:-1] + "-"
            choice = policy.get(state, "none")
            for up in at(trace, tick):
                following.setdefault(after(state, choice, up), past + ("+" if up else "-"))
        level = following
    return next((past[:-1] for state, past in level.items() if state.done < job.work), "")


def run(job: Job, policy: dict[State, Choice], trace: tuple[bool, ...]) -> tuple[int, bool]:
    "What the job costs on a trace, and whether it was in time."
    state, cost = start(job, trace[0]), 0
    for tick in range(1, job.ticks + 1):
        if state.done == job.work:
            break
        choice = policy.get(state, "none")
        cost += PRICE[choice]
        state = after(state, choice, at(trace, tick)[0])
    return cost, state.done == job.work


def generated(seed: int, ticks: int = TICKS) -> tuple[bool, ...]:
    "A trace of ups and downs whose lengths have heavy tails; their means are drawn for the trace, from 3 to 20 ticks."
    draw = random.Random(seed)
    means = {up: math.exp(draw.uniform(math.log(3), math.log(20))) for up in (True, False)}
    up = draw.random() < means[True] / (means[True] + means[False])
    trace: list[bool] = []
    while len(trace) < ticks:
        trace += [up] * max(1, round(means[up] * (draw.paretovariate(2) - 1)))
        up = not up
    return tuple(trace[:ticks])


def jobs() -> Iterator[Job]:
    "Every job of at most EVERY_JOB ticks."
    for ticks in range(1, EVERY_JOB + 1):
        for restart in range(min(3, ticks - 1) + 1):
            for work in range(1, ticks - restart + 1):
                yield Job(ticks, work, restart)


@always("CS-1")
def never_late(s: Sut, job: Annotated[Job, mapped(possible)]) -> None:
    "A job of at most 10 ticks is never late: every trace of availability is followed to the end, all 2 ** ticks."
    states = states_of(job, None)
    late_after = late(job, chosen(states, s.decide(states)))
    assert late_after == ""


@always("CS-1")
def never_late_in_every_small_job(s: Sut) -> None:
    "Every job of at most 5 ticks, with restarts of at most 3, is never late on any trace of availability."
    for job in jobs():
        states = states_of(job, None)
        late_after = late(job, chosen(states, s.decide(states)))
        assert (job, late_after) == (job, "")


@always("CS-1")
def never_late_where_it_is_measured(s: Sut, seed: U64) -> None:
    "On a generated trace a job of 40 ticks would never be late if from some tick on there were no spot machine."
    trace, work = generated(seed), WORKS[seed % 2]
    job = Job(TICKS, work, RESTART)
    late_after = late(job, asked_in_time(s, states_of(job, trace)), trace)
    assert late_after == ""


@always("CS-1")
def never_late_in_longer_jobs(s: Sut, job: Annotated[LongJob, mapped(possible_long)], seed: U64) -> None:
    "On a generated trace a job of 11 to 60 ticks would never be late if from some tick on there were no spot machine."
    trace, same = generated(seed, job.ticks), Job(*job)
    late_after = late(same, asked_in_time(s, states_of(same, trace)), trace)
    assert late_after == ""


@always("CS-2")
def one_choice_that_there_is(s: Sut, states: Annotated[list[Known], sized(0, 6)]) -> None:
    "In lists of 0 to 12 there is one choice for every state, in order, and no spot machine where there are none."
    for length in range(LISTED + 1):
        asked = (states * LISTED)[:length]
        answers = s.decide(asked)
        assert len(answers) == len(asked)
        assert [choice for state, choice in zip(asked, answers, strict=True) if choice not in choices(state)] == []


@always("CS-3")
def each_state_for_itself(s: Sut, states: Annotated[list[Known], sized(0, 6)]) -> None:
    "What is chosen in a state hangs on nothing else that is asked, before it or with it."
    together = s.decide(states)
    assert s.decide(states[::-1]) == together[::-1]
    assert [s.decide([state]) for state in states] == [[choice] for choice in together]


@always("CS-3")
def long_lists_are_no_exception(s: Sut, job: Annotated[Job, mapped(possible)], seed: U64) -> None:
    "In a list of all states of a job the same is chosen as from its end, for a few of them, and for one alone."
    states = states_of(job, None)
    answers = s.decide(states)
    assert len(answers) == len(states)
    assert s.decide(states[::-1]) == answers[::-1]
    policy = dict(zip(states, answers, strict=True))
    few = random.Random(seed).choices(states, k=5)
    assert s.decide(few) == [policy[state] for state in few]
    assert [s.decide([state]) for state in few] == [[policy[state]] for state in few]


@objective(better="lower", cases=8)
def cost(s: Sut, seed: U64) -> float:
    "Mean cost of jobs of 40 ticks, half with 26 ticks of work and half with 32, on generated traces."
    total = 0
    for number in range(TRACES):
        trace = generated((seed + number) % 2**64)
        job = Job(TICKS, WORKS[number % 2], RESTART)
        policy = asked_in_time(s, states_of(job, trace))
        paid, done = run(job, policy, trace)
        assert done and late(job, policy, trace) == ""
        total += paid
    return total / TRACES


@sometimes
def nobody_asks(call: Call) -> bool:
    "There is no state."
    return not call.args[0]


@sometimes
def no_time_to_lose(call: Call) -> bool:
    "Only a machine on demand is in time, although there are spot machines."
    return any(state.available and state.tick + needed(state) == state.ticks for state in call.args[0])


@sometimes
def leaving_would_be_too_late(call: Call) -> bool:
    "A machine on demand runs, and there is no time to start another one."
    found = [state for state in call.args[0] if state.machine == "ondemand" and state.restart > state.starting]
    return any(state.tick + state.restart + state.work - state.done > state.ticks for state in found)


@sometimes
def restarts_are_free(call: Call) -> bool:
    "A machine works at once."
    return any(not state.restart for state in call.args[0])
