"""Compile a concurrent candidate with the harness, run its clients, and read what the harness says.

The exit status is no evidence: a client counts as explored only when the harness says so after Loom or Shuttle returned
without a limit of time, and the run only when it said so of every client. The candidate shares the harness's process:
unsafe code in it could forge what is said there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from probatum.errors import InfrastructureError
from probatum.sandbox import spawn as sandbox_spawn
from probatum.sandbox.policy import Limits, Policy, Tier
from probatum.sandbox.spawn import Completed
from probatum.toolchains.rust.compiler import RUNTIME, Compiled, Compiler, Job, compile_kept
from probatum.toolchains.rust.concurrent.crates import ASAN, BOOTSTRAP, Crates
from probatum.toolchains.rust.concurrent.instrumented import FLAGS as TSAN
from probatum.toolchains.rust.generate import candidate_text

HERE = Path(__file__).parent
NAMES = ("explore.rs", "play.rs", "interleave.rs", "sample.rs", "freeze.rs", "race.rs")
SOURCES = {name: HERE / name for name in NAMES} | {name: path for name, path in RUNTIME.items() if name != "runtime.rs"}
FLAGS = (
    "--edition",
    "2021",
    "--cap-lints",
    "allow",
    *(f"-C{o}" for o in ("opt-level=1", "codegen-units=1", "debug-assertions=on", "strip=debuginfo")),
)
COMPILING = Limits(cpu_s=30.0, wall_s=120.0, memory_mb=2048, processes=32, file_mb=256, output_kb=4096)
RUNNING = Limits(cpu_s=60.0, wall_s=180.0, memory_mb=2048, output_kb=32768, address_space=False)
LIMITS_WORDS = {
    "cpu": f"a batch of clients may take {RUNNING.cpu_s:g} CPU-s; calls with fewer accesses have fewer interleavings",
    "wall": f"a batch of clients may take {RUNNING.wall_s:g} s; on an idle machine it may get through",
    "memory": f"a batch of clients may take {RUNNING.memory_mb} MB",
    "output": f"{RUNNING.output_kb} kB of histories are read of a batch of clients",
}
"""What a limit says to whoever reads a verdict."""
BRANCHES = 2000
"""Accesses of one execution after which Loom gives up."""
CHANGES = 3
"""Changes of priority in a schedule of Shuttle's: threads stop at so many places."""
ENV = (("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LANG", "C.UTF-8"))
ASAN_OPTIONS = "detect_leaks=0:detect_stack_use_after_return=0:symbolize=0:handle_abort=1"
REUSED = "quarantine_size_mb=0:thread_local_quarantine_size_kb=0"
"""What was freed is allocated again, as without a sanitizer: where addresses are compared, another object may have one
that was seen before."""
TSAN_OPTIONS = "halt_on_error=1:exitcode=66:atexit_sleep_ms=0:detect_deadlocks=0:report_thread_leaks=0"
CRASHES = frozenset((4, 5, 6, 7, 8, 11, 31))
"""Signals that a program brings upon itself; SIGKILL comes from outside."""
MODEL_SAYS = {
    "Causality violation": "race",
    "deadlock": "deadlock",
    "maximum number of branches": "limit",
    "leaked": "leak",
    "Arc is released": "memory",
    "Arc is already released": "memory",
    "Internal state mutated during branch": "memory",
}
"""Loom's and Shuttle's own words; any other panic outside the candidate's lines keeps the kind ``model``."""
ITS_OWN = frozenset(("panic", "deadlock", "waiting", "race", "leak", "memory", "address", "signal"))
"""Kinds of failures that are the candidate's."""
PLAINLY = {"deadlock": "no thread can go on: each waits for a lock that another one holds, or that it holds itself"}
"""What is told instead of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """All that a run said. ``ended`` is "complete" when no execution of any client is left, or none of those drawn.

    ``histories``: rows of client, events, stale, lost, failed, why and steps; one with ``failed`` is the last.
    ``complete``: the number of executions of each client that is done.
    """

    ended: str
    why: str = ""
    histories: tuple[dict[str, Any], ...] = ()
    complete: tuple[int, ...] = ()

    def plain(self) -> dict[str, Any]:
        """The same as plain data, which is told as it is: there may be tens of thousands of events."""
        return {name: getattr(self, name) for name in ("ended", "why", "histories", "complete")}


def compile_shared(
    compiler: Compiler, source: str, glue: str, crates: Crates | None, *, cache: Path, tier: Tier
) -> Compiled:
    """The candidate with the harness of Loom, Shuttle or ThreadSanitizer, or without ``crates`` with that which freezes
    threads."""
    library = _harness(compiler, crates, cache, tier)
    job = Job(
        files={"main.rs": glue, "sut.rs": candidate_text(source)},
        words=(*_variant(crates), *_few_runs(crates), "--extern", f"probatum_worker={library}", "main.rs"),
        **_surroundings(crates, library),
    )
    return compile_kept(compiler, job, "explore.bin", cache=cache, tier=tier)


def explore(
    program: Path, clients: Sequence[str], *, bound: int | None, steps: bool, strong: bool = False, tier: Tier
) -> Said:
    """Every interleaving of the clients with at most ``bound`` preemptions (None: all), clients of three threads with
    one less; ``steps``: told with every access; ``strong``: sequentially consistent accesses stand in one order and see
    all that came before, which is more than they promise (Loom alone has them order each other, and fences order
    fences, which is less)."""
    how = ("steps" if steps else "-", "strong" if strong else "-")
    words = ["-" if bound is None else str(bound), str(BRANCHES), *how, *clients]
    return read_output(run_program(program, words, tier), len(clients))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How many schedules Shuttle draws of each client, from the client's own seed."""

    by_priority: int
    at_random: int


SAMPLING = Sampling(by_priority=36, at_random=12)
"""What is drawn of each client. An input that is known fails again only where it stays the same."""


def sample(program: Path, clients: Sequence[str], sampling: Sampling, *, steps: bool, tier: Tier) -> Said:
    """Some interleavings of the clients; the same ones whenever numbers and clients are the same. Where they come to an
    end, they run once more, while what was freed is allocated again: use after free is not seen there, and Shuttle
    may stumble over it; what is found, and is the candidate's, counts."""
    said = _drawn(program, clients, sampling, steps, tier)
    if said.ended != "complete":
        return said
    again = _drawn(program, clients, sampling, steps, tier, f"{ASAN_OPTIONS}:{REUSED}")
    if again.ended == "complete":
        return replace(said, histories=(*said.histories, *again.histories))
    return again if again.histories and again.histories[-1]["failed"] in ITS_OWN else said


def _drawn(
    program: Path, clients: Sequence[str], sampling: Sampling, steps: bool, tier: Tier, asan: str = ASAN_OPTIONS
) -> Said:
    drawn = (CHANGES, sampling.by_priority, sampling.at_random)
    words = [*map(str, drawn), "steps" if steps else "-", *clients]
    return read_output(run_program(program, words, tier, asan=asan), len(clients))


def race(program: Path, clients: Sequence[str], rounds: int, *, tier: Tier) -> Completed:
    """The clients on threads of the system, so many times each; `engines.tsan` reads what comes of it."""
    return run_program(program, [str(rounds), *clients], tier)


def run_program(program: Path, words: Sequence[str], tier: Tier, *, asan: str = ASAN_OPTIONS) -> Completed:
    """Run a compiled harness, locked away."""
    env = (*ENV, ("ASAN_OPTIONS", asan), ("TSAN_OPTIONS", TSAN_OPTIONS))
    policy = Policy(tier=tier, read_only=(program,), env=env, limits=RUNNING)
    return sandbox_spawn.run([str(program), *words], policy)


def read_output(done: Completed, clients: int) -> Said:
    """What the lines say; a line that does not parse ends the reading, and then nothing is complete."""
    histories: list[dict[str, Any]] = []
    complete: list[int] = []
    ended, why = _unfinished(done)
    try:
        for line in done.stdout.decode().splitlines():
            kind, _, rest = line.partition(" ")
            if kind == "END" and rest == str(clients) and len(complete) == clients and not done.truncated:
                ended, why = "complete", ""
                break
            row = json.loads(rest)
            if kind in ("H", "F") and _counted(row["client"], clients):
                histories.append(_history(row, done.stderr.decode(errors="replace")))
            elif kind == "E" and row["client"] == len(complete):
                complete.append(int(row["executions"]))
            if kind == "F":
                ended, why = "failure", histories[-1]["why"]
                break
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        ended, why = "unreadable", "a line of it is none that the harness writes"
    if ended == "signal" and done.signal in CRASHES and len(complete) < clients:
        crash = {"client": len(complete), "events": [], "stale": False, "lost": True, "steps": []}
        histories.append({**crash, "failed": "signal", "why": f"the process ended by signal {done.signal}"})
    return Said(ended=ended, why=why, histories=tuple(histories), complete=tuple(complete))


def _counted(client: object, clients: int) -> bool:
    if type(client) is not int or not 0 <= client < clients:
        raise ValueError("no such client")
    return True


def _unfinished(done: Completed) -> tuple[str, str]:
    if done.ended in LIMITS_WORDS:  # whoever is stopped at a limit ends by a signal of ours
        return done.ended, LIMITS_WORDS[done.ended]
    if done.ended == "exit" and done.signal is None:
        return "unfinished", ""
    if done.signal is not None:
        outside = "" if done.signal in CRASHES else ", which comes from outside: perhaps there was too little memory"
        return "signal", f"signal {done.signal}{outside}"
    return done.ended, ""


def _history(row: dict[str, Any], stderr: str) -> dict[str, Any]:
    made = {"client": row["client"], "events": row["events"], "stale": row["stale"], "steps": row.get("steps", [])}
    made["lost"] = row.get("lost", False) is True
    kind, why = str(row.get("kind", "")), str(row.get("why", ""))
    if kind == "address":
        said = stderr.partition("AddressSanitizer: ")[2].split()
        why = said[0] if said else "AddressSanitizer stopped it without saying why"
    elif kind == "model":
        kind = next((name for text, name in MODEL_SAYS.items() if text in why), kind)
        why = PLAINLY.get(kind, why)
    return {**made, "failed": kind, "why": why}


def _harness(compiler: Compiler, crates: Crates | None, cache: Path, tier: Tier) -> Path:
    job = Job(
        files={name: path.read_text() for name, path in SOURCES.items()},
        words=(*_variant(crates), "--crate-type", "rlib", "--crate-name", "probatum_worker", "explore.rs"),
        **_surroundings(crates),
    )
    made = compile_kept(compiler, job, "libprobatum_worker.rlib", cache=cache, tier=tier)
    if made.program is None:
        raise InfrastructureError(f"the harness for concurrent Rust does not compile ({made.ended}): {made.problem}")
    return made.program


def _variant(crates: Crates | None) -> tuple[str, ...]:
    if crates is None:
        return (*FLAGS, "--cfg", "probatum_progress")
    tool = crates.tool
    if tool == "tsan":
        lines = ("-C", "debuginfo=1", "-C", "strip=none")
        return (*FLAGS, *lines, "--cfg", "probatum_tsan", *TSAN, "--sysroot", str(crates.folder))
    found = (*FLAGS, "--cfg", f"probatum_{tool}", "-L", f"dependency={crates.folder}")
    found = (*found, "--extern", f"{tool}={crates.library}")
    return (*found, "--cfg", "probatum_asan", *ASAN) if crates.asan else found


def _few_runs(crates: Crates | None) -> tuple[str, ...]:
    """Where a candidate is run some hundred times only, optimising it takes longer than running it as it is."""
    return ("-Copt-level=0",) if crates is None or crates.tool == "shuttle" else ()


def _surroundings(crates: Crates | None, *libraries: Path) -> dict[str, Any]:
    return {
        "shown": (*libraries, *((crates.folder,) if crates else ())),
        "env": (BOOTSTRAP,) if crates and (crates.asan or crates.tool == "tsan") else (),
        "limits": COMPILING,
    }
