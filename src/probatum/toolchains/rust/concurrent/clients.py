"""Small clients of a concurrent object, and the glue between a candidate and the harness that runs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from probatum.errors import TaskError

Argument = Literal["none", "value", "number"]
X = "::probatum_explore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method of the object: what it takes. ``value``: what the object stores, counted and watched for races."""

    name: str
    takes: Argument = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The object of a task: its type (``Stack<VALUE>``, where VALUE stands for what is stored), how it is made
    (``Stack::new()``), its methods."""

    type: str
    make: str
    methods: tuple[Method, ...]


Call = tuple[str, int]
"""A method and its argument, 0 where it takes none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What one thread calls first, what at least two threads call at once, what one calls when they have ended."""

    threads: tuple[tuple[Call, ...], ...]
    before: tuple[Call, ...] = ()
    after: tuple[Call, ...] = ()


def client_text(subject: Subject, client: Client) -> str:
    """The client as an argument of the harness; `TaskError` for a method that the object does not have."""
    middle = "|".join(_calls(subject, calls) for calls in client.threads)
    return f"{_calls(subject, client.before)}/{middle}/{_calls(subject, client.after)}"


def glue_text(subject: Subject) -> str:
    """``main.rs`` for a candidate in ``sut.rs``; it uses no macro and no name that a candidate could change."""
    arms = "".join(f"            {at} => {_arm(method)},\n" for at, method in enumerate(subject.methods))
    stored = subject.type.replace("VALUE", f"{X}::Tracked")
    return (
        f'#[allow(unused_imports)]\npub use {X}::sync;\n#[path = "sut.rs"]\nmod sut;\nstruct Subject(sut::{stored});\n'
        f"impl {X}::Object for Subject {{\n    fn call(&self, method: usize, argument: u64) -> {X}::Answer {{\n"
        f"        match method {{\n{arms}            _ => ::std::process::abort(),\n        }}\n    }}\n}}\n"
        f"fn main() {{ {X}::run(|| ::std::boxed::Box::new(Subject(sut::{subject.make}))) }}\n"
    )


def _arm(method: Method) -> str:
    made = {"none": "", "value": f"let a = {X}::Tracked::new(argument); ", "number": "let a = argument; "}[method.takes]
    given = "" if method.takes == "none" else "a"
    return f"{{ {made}{X}::answer({X}::watch::inside(|| self.0.{method.name}({given}))) }}"


def _calls(subject: Subject, calls: Sequence[Call]) -> str:
    names = [method.name for method in subject.methods]
    for name, _ in calls:
        if name not in names:
            raise TaskError(f"a client calls {name}, which the object does not have", fix=f"Call {', '.join(names)}")
    return ",".join(f"{names.index(name)}.{argument}" for name, argument in calls)
