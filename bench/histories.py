"""Recorded histories judged: a hundred of three hundred operations, by ten and fifty clients, half of them wrong."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable
from typing import Any

from probatum.history.judgement import judge_history
from probatum.history.models import MODELS
from probatum.history.operations import Event, EventType, operations_of
from probatum.history.structures import STRUCTURES

CALLS = 300
MOST_STEPS = 300_000
"""Steps of a search, after which the verdict is: not known."""
STARTS = 0.1
"""How likely an idle client calls when it has its turn: clients think about five times as long as they call."""
CRASHES = 0.01
"""Calls that never return; their process number is not used again."""


def _register(state: list[Any], f: str, value: Any) -> Any:
    if f == "read":
        return state[-1] if state else None
    if f == "cas" and (not state or state[-1] != value[0]):
        return FAILS
    state.append(value[1] if f == "cas" else value)
    return value


def _stack(state: list[Any], f: str, value: Any) -> Any:
    if f == "push":
        return state.append(value)
    return state.pop() if state else None


def _queue(state: list[Any], f: str, value: Any) -> Any:
    if f == "enqueue":
        return state.append(value)
    return state.pop(0) if state else None


def _set(state: list[Any], f: str, value: Any) -> Any:
    held = value in state
    if f == "add" and not held:
        state.append(value)
    elif f == "remove" and held:
        state.remove(value)
    return held if f == "contains" else held == (f == "remove")


FAILS = object()
ACTS: dict[str, tuple[Callable[[list[Any], str, Any], Any], tuple[str, ...], str]] = {
    "register": (_register, ("read", "write"), "read"),
    "cas-register": (_register, ("read", "write", "cas"), "read"),
    "stack": (_stack, ("push", "pop"), "pop"),
    "queue": (_queue, ("enqueue", "dequeue"), "dequeue"),
    "set": (_set, ("add", "remove", "contains"), "contains"),
}
"""What a call does, the calls, and the one whose answer is falsified."""


def recorded(name: str, clients: int, seed: int) -> list[Event]:
    """A linearizable recording: each call takes effect at some moment while it runs."""
    act, methods, _ = ACTS[name]
    dice, state, fresh = random.Random(f"{name} {clients} {seed}"), [], itertools.count(clients)  # type: ignore[var-annotated]
    processes, running, left, events = list(range(clients)), {}, CALLS, []  # type: ignore[var-annotated]

    def note(process: int, kind: EventType, f: str, value: Any) -> None:
        events.append(Event(line=len(events) + 1, process=str(process), type=kind, f=f, value=value))

    while left or running:
        at = dice.randrange(clients)
        process = processes[at]
        if process not in running:
            if left and dice.random() < STARTS:
                left -= 1
                f = dice.choice(methods)
                new = dice.randrange(10) if name in ("cas-register", "set") else CALLS - left
                value = None if f in ("read", "pop", "dequeue") else (dice.randrange(10), new) if f == "cas" else new
                running[process] = [f, value]
                note(process, "invoke", f, value)
        elif len(running[process]) == 2:
            running[process].append(act(state, *running[process]))
        else:
            f, value, answer = running.pop(process)
            if dice.random() < CRASHES:
                note(process, "info", f, value)
                processes[at] = next(fresh)
            else:
                note(process, "fail" if answer is FAILS else "ok", f, value if answer is FAILS else answer)
    return events


def falsified(name: str, events: list[Event]) -> list[Event]:
    """The same with one answer that no order explains."""
    told = [n for n, e in enumerate(events) if e.type == "ok" and e.f == ACTS[name][2]]
    at = told[2 * len(told) // 3]
    event, wrong = events[at], "never written"
    changed = Event(line=event.line, process=event.process, type="ok", f=event.f, value=wrong)
    if name == "set":  # an element that nobody ever named
        begin = max(n for n in range(at) if events[n].process == event.process and events[n].type == "invoke")
        asked = Event(line=events[begin].line, process=event.process, type="invoke", f="contains", value=wrong)
        changed = Event(line=event.line, process=event.process, type="ok", f="contains", value=True)
        return [*events[:begin], asked, *events[begin + 1 : at], changed, *events[at + 1 :]]
    return [*events[:at], changed, *events[at + 1 :]]


def main() -> None:
    """One line per model and number of clients, then the sum."""
    total, judged, right = 0.0, 0, 0
    for name, clients in itertools.product(ACTS, (10, 50)):
        model, begun, verdicts = {**MODELS, **STRUCTURES}[name], time.process_time(), []
        for seed in range(10):
            events = recorded(name, clients, seed)
            wrong = seed % 2 == 1
            found = judge_history(model, operations_of(falsified(name, events) if wrong else events), MOST_STEPS)
            told = found.linearizable
            verdicts.append("unknown" if told is None else "right" if told is not wrong else "WRONG")
        spent = time.process_time() - begun
        total, judged, right = total + spent, judged + len(verdicts), right + verdicts.count("right")
        words = ", ".join(f"{verdicts.count(word)} {word}" for word in dict.fromkeys(verdicts))
        print(f"{name:14} {clients:3} clients  {words:24} {spent:6.2f} CPU-s", flush=True)
    print(f"{judged} histories, {right} judged right, {total:.1f} CPU-s in all")
