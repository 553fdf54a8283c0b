"""task.toml and PROBLEM.md of a new task: templates whose defaults a person is meant to edit."""

from __future__ import annotations

import json

from probatum.judge.enumerate import argument_tuples
from probatum.newtask.carried import result_text
from probatum.newtask.kinds import holds, on_wire, render
from probatum.newtask.signature import Signature
from probatum.newtask.subject import Subject
from probatum.task.interface import Param
from probatum.types.kinds import Float, Int, Kind

EXHAUSTIVE_CALLS = 300
EXHAUSTIVE_DEPTH = 2
UNREVIEWED = "Default, not reviewed yet: "
"""Stands before every assumption until somebody has edited it."""


def quoted_toml(text: str) -> str:
    """A TOML string."""
    return json.dumps(text, ensure_ascii=False)


def task_toml(subject: Subject, packages: tuple[str, ...]) -> str:
    """task.toml."""
    listed = ", ".join(quoted_toml(package) for package in packages)
    rows = "\n\n".join(
        f'[[assumptions]]\nabout = "{about}"\ntext = {quoted_toml(UNREVIEWED + text)}'
        for about, text in _assumptions(subject)
    )
    return f"""title = {quoted_toml(f"{subject.name}, as {subject.node.name} answers")}

[limits]
cpu_s = 1.0
wall_s = 10.0
memory_mb = 512
output_kb = 1024

# What a candidate must complete to be accepted.
[gate.boundary]

[gate.build]

[gate.behaviour]
fresh_calls = 2000
fresh_histories = 100
{_exhaustive(subject)}confirmation_calls = 1000

[candidate]
packages = [{listed}]
types = "interface"
control = "reference"

[[requirements]]
id = "{subject.requirement}"
text = {quoted_toml(f"{subject.name} answers as the oracle does.")}

# Defaults written by `probatum init`: read them, and make them say what you take for granted.
{rows}
"""


def _exhaustive(subject: Subject) -> str:
    """The part of the gate on small scopes, where it is sure that there are as many small inputs."""
    steering = subject.precondition.steering.values() if subject.precondition is not None else ()
    if subject.is_class:
        filtered = any(s.where or s.items for s in steering)
        return "" if filtered else f"exhaustive_depth = {EXHAUSTIVE_DEPTH}\n"
    params = tuple(Param(name=p.name, kind=on_wire(p.type.kind)) for p in subject.signatures[0].params)
    enough = len(argument_tuples(params, EXHAUSTIVE_CALLS)) == EXHAUSTIVE_CALLS
    return f"exhaustive_calls = {EXHAUSTIVE_CALLS}\n" if enough and subject.precondition is None else ""


def _assumptions(subject: Subject) -> tuple[tuple[str, str], ...]:
    legal = "arguments of the declared types"
    if subject.precondition is not None:
        legal = f"arguments for which `{subject.precondition.text}`"
    return (
        ("time", "the answer does not depend on the time; a call may take as long as the CPU limit allows."),
        ("ordering", "calls come one at a time: each returns before the next is made."),
        ("failures", "memory is reliable and sufficient; nothing survives the end of the process."),
        ("adversary", f"the caller passes {legal}, nothing else, and may change every container after the call."),
    )


def problem_md(subject: Subject, packages: tuple[str, ...]) -> str:
    """PROBLEM.md: what people and authors read; what nobody wrote down yet is asked for."""
    table = "\n".join(_row(subject, signature) for signature in subject.signatures)
    legal = f"`{subject.precondition.text}`" if subject.precondition is not None else "none beyond the types."
    errors = ", ".join(f"`{name}`" for name in subject.raises) or "none; every legal call returns."
    said = f"\nCandidates may import {', '.join(f'`{p}`' for p in packages)}.\n" if packages else ""
    return f"""# {subject.name}

Say here in two or three sentences what `{subject.name}` is for. The oracle in `task.py`, once `{subject.node.name}` of
`{subject.file.path.name}`, defines every answer.

## Interface

| call | Python, `sut.py` |
|---|---|
{table}
{said}
## Requirements

- {subject.requirement}: `{subject.name}` answers as the oracle does.

Precondition: {legal}

Errors that are part of the answer: {errors}

## What is not specified

Write down what a candidate may do as it likes; what stands here keeps readers from guessing.

- The cost of a call, as long as it stays within the limits in `task.toml`.
{_unspecified(subject)}- (your own: orders that do not matter, inputs that never occur, messages of errors)
"""


def _kinds(subject: Subject) -> list[Kind]:
    results = [s.result.kind for s in subject.signatures if s.result is not None]
    return [*(p.type.kind for s in subject.signatures for p in s.params), *results]


def _unspecified(subject: Subject) -> str:
    results = [s.result.kind for s in subject.signatures if s.result is not None]
    lines = ""
    if any(holds(kind, Float) for kind in results):
        lines += (
            "- Nothing about floats is left open: answers are compared bit by bit, and infinities and NaN are passed. "
            'If rounding may differ, write `@sut(answers="any")` and a law with a tolerance.\n'
        )
    if any(holds(kind, Int) for kind in _kinds(subject)):
        lines += (
            "- The size of plain `int`: numbers beyond 64 bits are passed. Use `I64` or a precondition to bound them.\n"
        )
    return lines + ("- The text of errors: only their class is compared.\n" if subject.raises else "")


def _row(subject: Subject, signature: Signature) -> str:
    params = ", ".join(f"{p.name}: {render(p.type.kind)}" for p in signature.params)
    if signature.is_maker:
        name = subject.name if signature.name == "__init__" else f"{subject.name}.{signature.name}"
        shown, meaning = f"{name}({params})", "make one"
    else:
        assert signature.result is not None
        name = subject.name if not signature.owner else signature.name
        self = "self, " if signature.owner and params else "self" if signature.owner else ""
        shown, meaning = f"{name}({self}{params}) -> {result_text(signature.result)}", f"(what {name} answers)"
    return f"| {meaning} | `{shown}` |".replace(" | None", " \\| None")
