"""Canaries of a new task: the oracle itself as control, and two that equality must refute."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from probatum.newtask.carried import bare_params, oracle_as_candidate
from probatum.newtask.kinds import EnumOf, quoted, render
from probatum.newtask.signature import Signature
from probatum.newtask.subject import Subject
from probatum.newtask.wording import fresh_name, identifiers
from probatum.types.kinds import (
    Bool,
    Bytes,
    Choice,
    DictOf,
    Float,
    Int,
    Kind,
    ListOf,
    OptionOf,
    Record,
    SetOf,
    Str,
    TupleOf,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCanary:
    """A canary to write; good ones have no law."""

    kind: str
    name: str
    why: str
    text: str


def new_canaries(subject: Subject) -> tuple[NewCanary, ...]:
    """The control and the bad canaries."""
    reference = oracle_as_candidate(subject, subject.name)
    made = [
        NewCanary(
            kind="good", name="reference", why="The oracle itself, as a candidate: it decides blame.", text=reference
        ),
        NewCanary(
            kind="bad", name="constant_answer", why="Gives the same answer to every call.", text=_constant(subject)
        ),
    ]
    if subject.answering:
        why = "Answers as the oracle does, then changes the answer a little."
        made.append(NewCanary(kind="bad", name="off_by_one", why=why, text=_off_by_one(subject)))
    else:
        why = "Refuses every call with a declared error."
        made.append(NewCanary(kind="bad", name="refuses_everything", why=why, text=_refusing(subject)))
    return tuple(made)


def canaries_toml(canaries: tuple[NewCanary, ...]) -> str:
    """canaries.toml."""
    rows = []
    for canary in sorted(canaries, key=lambda c: c.kind):
        law = 'level = "behaviour"\nlaw = "equality"\n' if canary.kind == "bad" else ""
        rows.append(f"[{canary.kind}.{canary.name}]\n{law}why = {json.dumps(canary.why)}\n")
    head = "# Candidates whose verdict is known. Add those you have met: level and law say what must refute them.\n\n"
    return head + "\n".join(rows)


def zero(kind: Kind) -> str:
    """The plainest value of a kind, as an expression."""
    match kind:
        case Bool():
            return "False"
        case Int():
            return "0"
        case Float():
            return "0.0"
        case Str():
            return '""'
        case Bytes():
            return 'b""'
        case ListOf():
            return "[]"
        case SetOf():
            return "set()"
        case DictOf():
            return "{}"
        case TupleOf():
            return f"({', '.join(map(zero, kind.items))},)"
        case Record():
            return f"({', '.join(zero(k) for _, k in kind.fields)},)"
        case Choice():
            return quoted(kind.members[0])
    return "None"


def changed(kind: Kind, x: str) -> str:
    """An expression for a value close to ``x``, equal to it only where nothing is left to change."""
    match kind:
        case Bool():
            return f"not {x}"
        case Int():
            return f"{x} - 1 if {x} > 0 else {x} + 1"
        case Float():
            return f"{x} + 1.0"
        case Str() | Bytes() | ListOf():
            return f"{x}[:-1]"
        case SetOf():
            return f"set(sorted({x}, key=repr)[:-1])"
        case DictOf():
            return f"dict(list({x}.items())[:-1])"
        case OptionOf():
            return f"None if {x} is None else {changed(kind.item, x)}"
        case TupleOf():
            return f"({_first(kind.items, x)}, *{x}[1:])"
        case Record():
            return f"({_first(tuple(k for _, k in kind.fields), x)}, *{x}[1:])"
        case Choice():
            row = ", ".join(map(quoted, kind.members))
            return f"[{row}][([{row}].index({x}) + 1) % {len(kind.members)}]"
    return x


def _first(kinds: tuple[Kind, ...], x: str) -> str:
    return changed(kinds[0], f"{x}[0]")


def _answer_type(signature: Signature) -> str:
    """The result in plain Python, "" where records or choices are in it."""
    assert signature.result is not None
    kind = signature.result.kind
    loose = isinstance(kind, EnumOf | Choice | Record) or any(isinstance(k, Record | Choice) for k in _inside(kind))
    return "" if loose else f" -> {render(kind, machine=False)}"


def _inside(kind: Kind) -> tuple[Kind, ...]:
    match kind:
        case ListOf() | SetOf() | OptionOf():
            return (kind.item, *_inside(kind.item))
        case DictOf():
            return (kind.value, *_inside(kind.value))
        case TupleOf():
            return (*kind.items, *(k for item in kind.items for k in _inside(item)))
    return ()


def _names(signature: Signature) -> str:
    return ", ".join(signature.names)


def _constant(subject: Subject) -> str:
    head = '"""Does not look at its arguments."""\n\n\n'
    if not subject.is_class:
        signature = subject.signatures[0]
        assert signature.result is not None
        header = f"def {subject.name}({_names(signature)}){_answer_type(signature)}:"
        return f"{head}{header}\n    return {zero(signature.result.kind)}\n"
    return head + _class(subject, lambda signature: "pass" if signature.is_maker else f"return {_zero_of(signature)}")


def _refusing(subject: Subject) -> str:
    """Raises a declared error in every call, where errors are the only answers there are."""
    error = subject.raises[0]
    own = f"\n\nclass {error}(Exception):\n    pass\n" if subject.file.definition(error) is not None else ""
    head = f'"""Refuses everything."""\n{own}\n\n'
    if not subject.is_class:
        return f"{head}def {subject.name}({_names(subject.signatures[0])}) -> None:\n    raise {error}\n"
    return head + _class(subject, lambda signature: "pass" if signature.is_maker else f"raise {error}")


def _zero_of(signature: Signature) -> str:
    assert signature.result is not None
    return zero(signature.result.kind)


def _class(subject: Subject, body: Callable[[Signature], str]) -> str:
    lines = [f"class {subject.name}:"]
    for signature in subject.signatures:
        own = signature.names
        if signature.is_maker and signature.name != "__init__":
            first = fresh_name("cls", own)
            lines += ["    @classmethod", f"    def {signature.name}({', '.join([first, *own])}):"]
            made = body(signature)
            lines += [
                f"        {line}"
                for line in (made if made != "pass" else f"return {first}.__new__({first})").split("\n")
            ]
        else:
            lines += [f"    def {signature.name}({', '.join([fresh_name('self', own), *own])}):"]
            lines += [f"        {line}" for line in body(signature).split("\n")]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _off_by_one(subject: Subject) -> str:
    inner = f"Right{subject.name}" if subject.is_class else f"right_{subject.name}"
    text = oracle_as_candidate(subject, subject.name)
    inner = fresh_name(inner, identifiers(text))
    text = oracle_as_candidate(subject, inner)
    if subject.is_class:
        return text + "\n\n" + _delegating(subject, inner)
    signature = subject.signatures[0]
    assert signature.result is not None
    answer = fresh_name("answer", signature.names)
    return (
        f"{text}\n\ndef {subject.name}({', '.join(bare_params(signature))}){_answer_type(signature)}:\n"
        f"    {answer} = {inner}({_names(signature)})\n    return {changed(signature.result.kind, answer)}\n"
    )


def _delegating(subject: Subject, inner: str) -> str:
    """A class that asks the right one and changes what the first answering method says."""
    spoiled = subject.answering[0]

    def body(signature: Signature) -> str:
        own = signature.names
        self, answer, cls = fresh_name("self", own), fresh_name("answer", own), fresh_name("cls", own)
        if signature.name == "__init__":
            return f"{self}.right = {inner}({_names(signature)})"
        if signature.is_maker:
            made = fresh_name("made", own)
            right = f"{inner}.{signature.name}({_names(signature)})"
            return f"{made} = {cls}.__new__({cls})\n{made}.right = {right}\nreturn {made}"
        call = f"{self}.right.{signature.name}({_names(signature)})"
        if signature is not spoiled or signature.result is None:
            return f"return {call}"
        return f"{answer} = {call}\nreturn {changed(signature.result.kind, answer)}"

    text = _class(subject, body)
    if any(s.name == "__init__" for s in subject.signatures):
        return text
    return text.replace(":\n", f":\n    def __init__(self):\n        self.right = {inner}()\n\n", 1)
