"""Controls of the levels that run shared objects in Rust: one that cannot see its own bad stack, or refuses a good one,
is absent on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from probatum.judge.interleaved.clients import MARK, SAMPLED, Client
from probatum.judge.interleaved.frozen import judge_frozen
from probatum.judge.interleaved.trial import Trial
from probatum.judge.schedules.programs import Call, Program
from probatum.sandbox.policy import Tier
from probatum.task.concurrency import concurrent
from probatum.task.declare import sut
from probatum.task.interface import Interface, interface_of
from probatum.task.rustform import in_rust
from probatum.toolchains.rust.compiler import Compiler
from probatum.toolchains.rust.concurrent import explore as exploring
from probatum.toolchains.rust.concurrent.clients import shared_text
from probatum.toolchains.rust.concurrent.crates import Crates
from probatum.toolchains.rust.concurrent.progress import progress_of
from probatum.types import U64

CONTROLS = Path(exploring.__file__).with_name("controls")
POP: Call = ("pop", ())


class Stack:
    """The oracle of the controls."""

    def __init__(self) -> None:
        self.items: list[int] = []

    def push(self, value: U64) -> None:
        """Put on top."""
        self.items.append(value)

    def pop(self) -> U64 | None:
        """Take off the top."""
        return self.items.pop() if self.items else None

    def is_empty(self) -> bool:
        """Whether there is nothing to take."""
        return not self.items


def stack_interface() -> Interface:
    """The interface of the controls."""
    return interface_of({"Stack": in_rust(type="Stack<VALUE>")(concurrent(sut(Stack)))})


def push(value: int) -> Call:
    """A call that puts a value on top."""
    return ("push", (value,))


CLIENT = Client(
    program=Program(owner="Stack", made=(), before=(), threads=((push(1), POP), (push(2), push(3), POP))),
    after=(POP,) * 4,
)
CROWD = Client(
    program=Program(
        owner="Stack",
        made=(),
        before=(push(1), push(2)),
        threads=((POP, push(3), POP), (POP, push(4), POP), (push(5), POP, POP), (POP, POP, push(6))),
    ),
    after=(POP,) * 4,
    seed=1,
)
FREEZING = Client(
    program=Program(owner="Stack", made=(), before=(push(1), push(2)), threads=((push(3), POP), (push(4), POP))),
    after=(POP,) * 5,
)


def try_clients(
    compiler: Compiler, crates: Crates, source: str, clients: Sequence[Client], *, cache: Path, tier: Tier
) -> tuple[str, str]:
    """The law that a stack breaks with the clients ("" for none), and what was observed or why nothing is known."""
    interface = stack_interface()
    glue = shared_text(interface, {})
    built = exploring.compile_shared(compiler, source, glue, crates, cache=cache, tier=tier)
    program = built.program
    if program is None:
        return "compiles", built.problem

    def run(texts: Sequence[str], steps: bool, strong: bool) -> dict[str, Any]:
        if crates.tool == "shuttle":
            return exploring.sample(program, texts, exploring.SAMPLING, steps=steps, tier=tier).plain()
        return exploring.explore(program, texts, bound=2, steps=steps, strong=strong, tier=tier).plain()

    some = crates.tool == "shuttle"
    mark = SAMPLED if some else MARK
    trial = Trial(declared=interface.classes[0], run=run, seed="controls", mark=mark, strong=some)
    trial.every(iter(clients), "controls")
    trial.finish()
    if trial.report.problem is not None:
        return "unknown", trial.report.problem[1]
    shown = trial.report.shown
    return (shown[0].law, shown[0].observed) if shown else ("", "")


def interleaving_blind(compiler: Compiler, crates: Crates, *, cache: Path, tier: Tier) -> str:
    """Why interleavings are not to be trusted here; empty when a lock is held and a bad stack refuted for its reason.

    Without the sanitizer the bad one hands a node over without an ordering; with it, it frees a node too early.
    """
    bad = ("early_free", "memory_safe") if crates.asan else ("relaxed_publish", "no_race")
    return _blind(compiler, crates, (("mutex", ""), bad), CLIENT, cache=cache, tier=tier)


def sampling_blind(compiler: Compiler, crates: Crates, *, cache: Path, tier: Tier) -> str:
    """Why drawn schedules are not to be trusted here; empty when a lock is held, a stack that loses what is pushed is
    refuted, and with the sanitizer so is one that frees a node too early."""
    freed = (("early_free", "memory_safe"),) if crates.asan else ()
    expected = (("mutex", ""), ("lost_push", "linearizable"), *freed)
    return _blind(compiler, crates, expected, CROWD, cache=cache, tier=tier)


def _blind(
    compiler: Compiler, crates: Crates, controls: Sequence[tuple[str, str]], client: Client, *, cache: Path, tier: Tier
) -> str:
    for control, expected in controls:
        law, why = try_clients(compiler, crates, _source(control), [client], cache=cache, tier=tier)
        if law != expected:
            return f"control {control}.rs should {_words(expected)}, but it does {_words(law)}: {why}"
    return ""


def _words(law: str) -> str:
    return f"break {law}" if law else "hold"


def freezing_blind(compiler: Compiler, *, cache: Path, tier: Tier) -> str:
    """Why freezing is not to be trusted here; empty when it tells a lock from a stack without one, and
    refutes a stack that gives up waiting."""
    interface = stack_interface()
    text = FREEZING.text(interface.classes[0])
    names = [[call[0] for call in calls] for calls in FREEZING.program.threads]
    for control, expected, law in (
        ("mutex", "blocking", ""),
        ("kept_garbage", "lock-free not refuted", ""),
        ("loses_patience", "blocking", "linearizable"),
    ):
        glue = shared_text(interface, {})
        built = exploring.compile_shared(compiler, _source(control), glue, None, cache=cache, tier=tier)
        if built.program is None:
            return f"control {control}.rs does not compile: {built.problem}"
        found = progress_of(built.program, [{"text": text, "names": names}], tier=tier)
        if found.tested != expected:
            return f"control {control}.rs should be {expected}, but is {found.tested}: {found.why}"
        judged = judge_frozen(interface.classes[0], [FREEZING], found.histories)
        laws = "".join(shown.law for shown in judged.shown)
        if judged.problem is not None or laws != law:
            return f"control {control}.rs should {_words(law)} where threads stand still, but it does {_words(laws)}"
    return ""


def _source(control: str) -> str:
    return (CONTROLS / f"{control}.rs").read_text()
