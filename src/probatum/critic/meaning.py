"""What survivors mean to a user: grouped by the answer they change and how, one sentence each, ranked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from probatum.critic.findings import Difference, Finding, Program, Survivor
from probatum.critic.survey import Survey

CHEAP, UNBOUND, OPEN, DISAGREEMENT, SURVIVOR, FREEDOM = 84, 90, 80, 78, 60, 20
"""Severities; see `findings.WEAKNESS`."""
UNBOUND_FROM = 3
"""So many different cheap answers of one method pass that its answer is not bound at all."""

GRAVITY = {
    "no answer": 18,
    "an error instead of a value": 17,
    "None instead of a value": 16,
    "a value instead of an error": 15,
    "a value instead of None": 15,
    "yes instead of no": 14,
    "no instead of yes": 14,
    "items missing": 13,
    "items too many": 13,
    "other items": 13,
    "another number": 12,
    "another value": 12,
    "another order": 11,
    "another error": 10,
    "another type": 9,
    "off by one": 9,
}
"""How grave a kind of difference is to a user."""

SAYS = {
    "no answer": "may not return at all",
    "an error instead of a value": "may end in an error",
    "None instead of a value": "may answer None where there is an answer",
    "a value instead of an error": "need not raise its declared error: a check may be missing",
    "a value instead of None": "may answer a value where there is none",
    "yes instead of no": "may answer True for False",
    "no instead of yes": "may answer False for True",
    "items missing": "may leave items out",
    "items too many": "may answer items too many",
    "other items": "may answer other items",
    "another number": "may answer another number",
    "another value": "may answer another value",
    "another order": "may answer its items in another order",
    "another error": "may raise another error",
    "another type": "may answer another type",
    "off by one": "may be off by one",
}


def meanings(made: Survey) -> list[Finding]:
    """The findings of a survey: survivors by class, open canaries, disagreements, intended freedom."""
    found = [*_cheap(made.survivors), *_classes(made.survivors)]
    found += [_opened(one) for one in made.opened]
    found += [_disagreement(one) for one in made.disagreements]
    found += _freedom(made.free)
    return found


def _class(difference: Difference) -> tuple[str, str]:
    return difference.method, difference.kind


def _simplest(survivors: Iterable[Survivor]) -> tuple[Survivor, ...]:
    return tuple(sorted(survivors, key=lambda s: (s.difference.size, len(s.program.diff))))


def _after(difference: Difference) -> str:
    own = difference.method.rpartition(".")[2]
    others = [m for m in difference.after if m != own] or list(difference.after)
    return f" after {', '.join(others[:3])}" if others else ""


def _cheap(survivors: Sequence[Survivor]) -> list[Finding]:
    """Per method the cheap implementations that pass: one finding for all of them."""
    groups: dict[str, list[Survivor]] = {}
    for survivor in survivors:
        if survivor.program.origin == "cheap":
            groups.setdefault(survivor.program.target, []).append(survivor)
    return [_cheap_finding(method, _simplest(group)) for method, group in groups.items()]


def _cheap_finding(method: str, group: tuple[Survivor, ...]) -> Finding:
    unbound = len(group) >= UNBOUND_FROM
    if unbound:
        sentence = f"Nothing binds what {method}() answers: {len(group)} programs that do not think pass, "
        sentence += f"e.g. one where {group[0].program.what}."
    else:
        sentence = f"A program passes where {' or where '.join(s.program.what for s in group)}."
    return Finding(
        kind="cheap",
        subject=method,
        severity=UNBOUND if unbound else CHEAP,
        sentence=sentence,
        following=f"Write a law about the answer of {method}() on this input, or drop it from the interface",
        classes=tuple(dict.fromkeys(_class(s.difference) for s in group)),
        survivors=group,
        count=len(group),
    )


def _classes(survivors: Sequence[Survivor]) -> list[Finding]:
    groups: dict[tuple[str, str], list[Survivor]] = {}
    for survivor in survivors:
        if survivor.program.origin != "cheap":
            groups.setdefault(_class(survivor.difference), []).append(survivor)
    return [_class_finding(*key, _simplest(group)) for key, group in groups.items()]


def _class_finding(method: str, kind: str, group: tuple[Survivor, ...]) -> Finding:
    return Finding(
        kind="survivor",
        subject=method,
        severity=SURVIVOR + GRAVITY.get(kind, 8),
        sentence=f"{method}() {SAYS.get(kind, 'may answer otherwise')}{_after(group[0].difference)}: "
        f"{_count(group)} pass{'es' * (len(group) == 1)}, e.g. {_what(group)}.",
        following=f"Require the intended answer of {method}() on this input, or say that any is right",
        classes=((method, kind),),
        survivors=group,
        count=len(group),
    )


def _count(group: Sequence[Survivor]) -> str:
    return "1 program" if len(group) == 1 else f"{len(group)} programs"


def _what(group: Sequence[Survivor]) -> str:
    """The member that says most plainly what it does."""
    plain = next((s.program for s in group if s.program.origin == "spoiled"), group[0].program)
    return (
        f"one where {plain.what}"
        if plain.origin == "spoiled"
        else f"the {plain.origin.split()[0]} with one edit ({plain.what})"
    )


def _opened(one: Survivor | Program) -> Finding:
    program = one if isinstance(one, Program) else one.program
    survivors = () if isinstance(one, Program) else (one,)
    return Finding(
        kind="open",
        subject=program.name,
        severity=OPEN,
        sentence=f"The unwanted canary {program.name} is accepted: {_why(program)}",
        following="Refuse it: take a proposal below, or write the law that its reason asks for",
        classes=tuple(_class(s.difference) for s in survivors),
        survivors=survivors,
    )


def _why(program: Program) -> str:
    """What is wrong with an open canary, without saying again that it is unwanted."""
    return program.what.removeprefix("accepted but unwanted: ")


def _disagreement(one: Survivor) -> Finding:
    difference = one.difference
    return Finding(
        kind="disagreement",
        subject=difference.method,
        severity=DISAGREEMENT,
        sentence=f"Two accepted programs disagree: {one.program.name} and the reference answer {difference.method}() "
        f"differently{_after(difference)} ({difference.kind}).",
        following="Say which of the two answers is right, or that both are",
        classes=(_class(difference),),
        survivors=(one,),
    )


def _freedom(free: Sequence[Survivor]) -> list[Finding]:
    """What good canaries do as well: noted, because it is what the operator wants."""
    groups: dict[tuple[str, str], list[Survivor]] = {}
    for survivor in free:
        groups.setdefault(_class(survivor.difference), []).append(survivor)
    return [
        Finding(
            kind="freedom",
            subject=method,
            severity=FREEDOM,
            sentence=f"{method}() {SAYS.get(kind, 'may answer otherwise')}, as some good canary does, too.",
            following="Nothing, if this freedom is intended",
            classes=((method, kind),),
            survivors=_simplest(group),
            count=len(group),
        )
        for (method, kind), group in groups.items()
    ]
