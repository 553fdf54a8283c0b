"""Compile a concurrent candidate with the harness, run its clients, and read what the harness says.

The exit status is no evidence: a client counts as explored only when the harness says so after Loom returned without a
limit of time or number, and the run only when it said so of every client. The candidate shares the harness's process:
unsafe code in it could forge what is said there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from probatum.errors import InfrastructureError
from probatum.sandbox import spawn as sandbox_spawn
from probatum.sandbox.policy import Limits, Policy, Tier
from probatum.sandbox.spawn import Completed
from probatum.toolchains.rust.compiler import Compiled, Compiler, Job, compile_kept
from probatum.toolchains.rust.concurrent.clients import Client, Subject, client_text, glue_text
from probatum.toolchains.rust.concurrent.crates import ASAN, BOOTSTRAP, Crates

HERE = Path(__file__).parent
SOURCES = ("explore.rs", "sync.rs", "watch.rs", "interleave.rs", "freeze.rs")
FLAGS = ("--edition", "2021", "--cap-lints", "allow", *(f"-C{o}" for o in ("opt-level=1", "debug-assertions=on")))
COMPILING = Limits(cpu_s=30.0, wall_s=120.0, memory_mb=2048, processes=32, file_mb=256, output_kb=4096)
RUNNING = Limits(cpu_s=60.0, wall_s=180.0, memory_mb=2048, output_kb=16384, address_space=False)
ENV = (("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LANG", "C.UTF-8"))
ASAN_OPTIONS = "detect_leaks=0:detect_stack_use_after_return=0:symbolize=0:handle_abort=1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One history that Loom reached. ``stale``: a load in it returned an older value than the latest."""

    client: int
    events: tuple[tuple[int, str, int, Any], ...]
    steps: tuple[tuple[Any, ...], ...]
    stale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What the harness itself saw fail, with the accesses (thread, what, line) that led to it."""

    kind: str
    why: str
    client: int
    steps: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explored:
    """All that a run said. ``complete`` holds per client the number of its executions, once none was left."""

    compiled: Compiled
    histories: tuple[Seen, ...] = ()
    failure: Failure | None = None
    complete: dict[int, int] = field(default_factory=dict)
    ended: str = ""
    cpu_s: float = 0.0


def compile_with(
    compiler: Compiler, source: str, subject: Subject, crates: Crates | None, *, cache: Path, tier: Tier
) -> Compiled:
    """The candidate with the harness of Loom, or without ``crates`` with that which freezes threads."""
    library = _harness(compiler, crates, cache, tier)
    job = Job(
        files={"main.rs": glue_text(subject), "sut.rs": source},
        words=(*_variant(crates), "--extern", f"probatum_explore={library}", "main.rs"),
        **_surroundings(crates, library),
    )
    return compile_kept(compiler, job, "explore.bin", cache=cache, tier=tier)


def explore(
    compiler: Compiler,
    crates: Crates,
    source: str,
    subject: Subject,
    clients: Sequence[Client],
    *,
    bound: int | None,
    branches: int = 2000,
    cache: Path,
    tier: Tier,
) -> Explored:
    """Every interleaving of the clients with at most ``bound`` preemptions (None: all)."""
    compiled = compile_with(compiler, source, subject, crates, cache=cache, tier=tier)
    if compiled.program is None:
        return Explored(compiled=compiled)
    words = ["-" if bound is None else str(bound), str(branches), *(client_text(subject, c) for c in clients)]
    done = run_program(compiled.program, words, tier)
    return read_output(compiled, done, len(clients))


def run_program(program: Path, words: Sequence[str], tier: Tier) -> Completed:
    """Run a compiled harness, locked away."""
    env = (*ENV, ("ASAN_OPTIONS", ASAN_OPTIONS))
    policy = Policy(tier=tier, read_only=(program,), env=env, limits=RUNNING)
    return sandbox_spawn.run([str(program), *words], policy)


def read_output(compiled: Compiled, done: Completed, clients: int) -> Explored:
    """What the lines say; a line that does not parse ends the reading, and then nothing is complete."""
    histories: list[Seen] = []
    failure: Failure | None = None
    complete: dict[int, int] = {}
    ended = (
        "unfinished" if done.ended == "exit" and done.signal is None else f"{done.ended} {done.signal or ''}".strip()
    )
    try:
        for line in done.stdout.decode().splitlines():
            kind, _, rest = line.partition(" ")
            if kind == "END" and rest == str(clients) and len(complete) == clients and not done.truncated:
                ended = "complete"
                break
            row = json.loads(rest)
            if kind == "H":
                events = tuple((t, e, m, v) for t, e, m, v in row["events"])
                steps = tuple(map(tuple, row["steps"]))
                histories.append(Seen(client=row["client"], events=events, steps=steps, stale=row["stale"]))
            elif kind == "E":
                complete[row["client"]] = row["executions"]
            elif kind == "F":
                failure = _failure(row, done.stderr.decode(errors="replace"))
                ended = "failure"
                break
    except (ValueError, KeyError, TypeError, AttributeError):
        ended = "unreadable"
    return Explored(
        compiled=compiled,
        histories=tuple(histories),
        failure=failure,
        complete=complete,
        ended=ended,
        cpu_s=done.cpu_s,
    )


def _failure(row: dict[str, Any], stderr: str) -> Failure:
    kind, why = row["kind"], row["why"]
    if kind == "address":
        said = stderr.partition("AddressSanitizer: ")[2].split()
        why = said[0] if said else "AddressSanitizer stopped it without saying why"
    elif kind == "model":
        kind = next((name for text, name in MODEL_SAYS.items() if text in why), kind)
    return Failure(kind=kind, why=why, client=row["client"], steps=tuple(map(tuple, row["steps"])))


MODEL_SAYS = {
    "Causality violation": "race",
    "deadlock": "deadlock",
    "maximum number of branches": "limit",
    "leaked": "leak",
}
"""Loom's own words; any other panic outside the candidate's lines keeps the kind ``model``."""


def _harness(compiler: Compiler, crates: Crates | None, cache: Path, tier: Tier) -> Path:
    job = Job(
        files={name: (HERE / name).read_text() for name in SOURCES},
        words=(*_variant(crates), "--crate-type", "rlib", "--crate-name", "probatum_explore", "explore.rs"),
        **_surroundings(crates),
    )
    made = compile_kept(compiler, job, "libprobatum_explore.rlib", cache=cache, tier=tier)
    if made.program is None:
        raise InfrastructureError(f"the harness for concurrent Rust does not compile ({made.ended}): {made.problem}")
    return made.program


def _variant(crates: Crates | None) -> tuple[str, ...]:
    if crates is None:
        return (*FLAGS, "--cfg", "probatum_progress")
    found = (*FLAGS, "--cfg", "probatum_loom", "-L", f"dependency={crates.folder}", "--extern", f"loom={crates.loom}")
    return (*found, "--cfg", "probatum_asan", *ASAN) if crates.asan else found


def _surroundings(crates: Crates | None, *libraries: Path) -> dict[str, Any]:
    return {
        "shown": (*libraries, *((crates.folder,) if crates else ())),
        "env": (BOOTSTRAP,) if crates and crates.asan else (),
        "limits": COMPILING,
    }
