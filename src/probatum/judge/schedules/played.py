"""What a worker says of a run: read strictly, for it is a claim of the candidate's process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from probatum.judge.schedules.programs import Program, Run
from probatum.toolchains.python.interleave.explore import Taken, preemptions_of
from probatum.toolchains.python.interleave.reduce import BEGINS, RETURNS
from probatum.transcript import Answer, printable, read_answers
from probatum.types.codec import DecodeError, parse

ENDINGS = ("finished", "deadlock", "unfinished", "diverged")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The beginning of a call, or its return."""

    thread: int
    call: int
    answer: Answer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One run of a program."""

    how: str
    tail: bool
    """It needed more steps than are searched, and went on fairly."""
    steps: tuple[Taken, ...]
    events: tuple[Event, ...]
    before: tuple[Answer, ...]
    after: tuple[Answer, ...]
    left: tuple[tuple[int, tuple[int, ...]], ...]
    """Threads that did not end, with what their next steps touch."""
    history: str
    """The events as text: equal texts are equal histories."""

    @property
    def preemptions(self) -> int:
        """Switches within calls away from threads that could have gone on."""
        return preemptions_of(self.steps)

    @property
    def schedule(self) -> tuple[int, ...]:
        """The acting threads in order."""
        return tuple(step.thread for step in self.steps)


def read_played(program: Program, run: Run, reply: bytes | str) -> Played:
    """The run of a reply; raises `DecodeError` for one that is not a run of this program under this schedule."""
    tree: Any = parse(reply)
    match tree:
        case ["exhausted"]:
            raise DecodeError("a thread of an earlier run does not end")
        case [str(how), bool(tail), list(steps), list(events), list(before), list(labels), list(left)] if (
            how in ENDINGS
        ):
            pass
        case _:
            raise DecodeError("a reply to a program says how it ended, its steps, events and answers")
    count = 1 + len(program.before)
    answers = read_answers(_text(before), count + (len(program.after) if how == "finished" else 0))
    made = Played(
        how=how,
        tail=tail,
        steps=_steps(program, steps, labels, run.touches),
        events=_events(program, events),
        before=tuple(answers[:count]),
        after=tuple(answers[count:]),
        left=_left(program, left) if run.touches else (),
        history=_text([events, before]),
    )
    _consistent(program, run, made)
    return made


def _text(tree: object) -> str:
    return json.dumps(tree, separators=(",", ":"))


def _left(program: Program, rows: list[Any]) -> tuple[tuple[int, tuple[int, ...]], ...]:
    for row in rows:
        if type(row) is not list or not row or row[0] not in range(len(program.threads)) or not _numbers(row):
            raise DecodeError("a thread that is left is named with what it touches next")
    return tuple((thread, tuple(touches)) for thread, *touches in rows)


def _numbers(values: list[Any]) -> bool:
    return all(type(value) is int for value in values)


def _steps(program: Program, rows: list[Any], labels: list[Any], told: bool) -> tuple[Taken, ...]:
    threads, made = range(len(program.threads)), []
    for at, row in enumerate(rows):
        touches: list[Any] = []
        if told:
            if type(row) is not list or len(row) != 4 or type(row[3]) is not list or not _numbers(row[3]):
                raise DecodeError("a step says what it touches")
            *row, touches = row
        match row:
            case [int(thread), list(enabled), list(within)] if thread in enabled and set(enabled) <= set(threads):
                pass
            case _:
                raise DecodeError("a step names a thread, those that could act and those of them within a call")
        if sorted(set(enabled)) != enabled or not set(within) <= set(enabled):
            raise DecodeError("the threads of a step are in order, each once")
        label = printable(labels[at], 120) if at < len(labels) and type(labels[at]) is str else ""
        taken = Taken(thread=thread, label=label, enabled=tuple(enabled), within=tuple(within), touches=tuple(touches))
        made.append(taken)
    return tuple(made)


def _events(program: Program, rows: list[Any]) -> tuple[Event, ...]:
    """The events, which must be calls of the program in its order, each thread one after the other."""
    made: list[Event] = []
    at = [(0, False)] * len(program.threads)
    for row in rows:
        match row:
            case [int(thread), int(call), *rest] if 0 <= thread < len(at) and len(rest) <= 1:
                pass
            case _:
                raise DecodeError("an event names a thread and one of its calls")
        expected = (call, bool(rest))
        if at[thread] != expected or call >= len(program.threads[thread]):
            raise DecodeError("the calls of a thread come one after the other")
        at[thread] = (call, True) if not rest else (call + 1, False)
        answer = read_answers(_text(rest), 1)[0] if rest else None
        made.append(Event(thread=thread, call=call, answer=answer))
    return tuple(made)


def _consistent(program: Program, run: Run, made: Played) -> None:
    """A finished run returned from every call, any other did not; it begins as it was told to."""
    returned = sum(event.answer is not None for event in made.events)
    if (made.how == "finished") != (returned == sum(map(len, program.threads))):
        raise DecodeError(f"a run that is said to be {made.how} returned from {returned} calls")
    if run.touches and not made.tail:
        told = [mark for step in made.steps for mark in step.touches]
        if (told.count(BEGINS), told.count(RETURNS)) != (len(made.events) - returned, returned):
            raise DecodeError("the steps say of other calls that they begin and return than the events")
    asked = run.schedule[: len(made.steps)] if made.how == "diverged" else run.schedule
    if made.schedule[: len(run.schedule)] != asked:
        raise DecodeError("the run does not follow its schedule")
    begun = {event.thread for event in made.events}
    if any(step.thread not in begun for step in made.steps):
        raise DecodeError("a thread acts that has not begun a call")
    for thread in range(len(program.threads)):
        calls = sum(event.thread == thread and event.answer is None for event in made.events)
        if calls > sum(step.thread == thread for step in made.steps) and not made.tail:
            raise DecodeError("every call begins with a step of its thread")
        acts = next((at for at, step in enumerate(made.steps) if step.thread == thread), len(made.steps) - 1)
        early = made.steps[: acts + 1]
        if any(thread not in step.enabled or thread in step.interrupted for step in early):
            raise DecodeError("a thread that has not begun its first call could always begin it")
