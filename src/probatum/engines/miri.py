"""Miri: undefined behaviour on the paths that a program takes, by interpreting it.

Written to Miri's documentation (README: flags, the first line of each kind of error) and to the diagnostics of its
test suite. The program is a candidate with histories that are compiled in (`toolchains.rust.replay`); it prints the
answers of each history and, last of all, how many there were: without that line nothing ran to its end, whatever the
exit status.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from probatum.engines.reading import Engine, Failed, Reading, candidate_place, clients_done, unfinished, unknown
from probatum.engines.running import LIMITS, run
from probatum.sandbox.policy import Tier
from probatum.sandbox.spawn import Completed
from probatum.toolchains.rust.replay import Interpreter, interpreter
from probatum.toolchains.versions import version_said
from probatum.verdict import Outcome, Strength

NAME = "Miri"
INSTALL = "rustup toolchain install nightly --component miri"
CARGO = ["cargo", "+nightly", "miri"]
FLAGS = ("--edition", "2021", "--cap-lints", "allow", "-Coverflow-checks=on", "-Cdebug-assertions=on")
THREADS = (
    "-Zmiri-disable-stacked-borrows",
    "-Zmiri-disable-weak-memory-emulation",
    "-Zmiri-ignore-leaks",
    "-Zmiri-preemption-rate=0.05",
)
"""For objects that threads share: every load finds what was stored last, so that no execution is one that the memory
model forbids, and a race is one all the same where nothing orders the two accesses."""
SLOWEST = replace(LIMITS, cpu_s=30.0, wall_s=180.0)
"""What takes longer says nothing."""
_ERROR = re.compile(r"^error(?:\[\w+\])?: ([^\n]+)", re.MULTILINE)
RACE = "Undefined Behavior: Data race detected"
KINDS = {"Undefined Behavior: ": "memory_safe", "memory leaked: ": "no_leak"}
"""The beginnings of Miri's errors that are about the program, with the law that it breaks."""


def find() -> Engine:
    """Miri of the nightly toolchain."""
    version = version_said([*CARGO, "--version"], r"^miri ([\d.]+[^\n]*)")
    enables = "level memory of Rust: aliasing rules, uninitialised memory, provenance"
    return Engine(name=NAME, version=version, enables=enables, install=INSTALL)


def here() -> Interpreter | str:
    """Miri as it can be started; why not where it cannot. It takes some calls of cargo to know."""
    version = find().version
    return interpreter(CARGO, version) if version else f"it is absent: {INSTALL}"


def command(place: Interpreter, main: str = "main.rs") -> list[str]:
    """The call in a folder with the program's files."""
    return [str(place.driver), "--sysroot", str(place.library), *FLAGS, main]


def read(done: Completed, *, expected: Sequence[str]) -> Reading:
    """What interpreting histories showed. ``expected``: their answers, which another run gave."""
    if (early := unfinished(NAME, done)) is not None:
        return early
    said = done.stderr.decode(errors="replace")
    answers, complete = _answers(done.stdout)
    counts = (("miri_histories", len(answers)),)
    if (error := _ERROR.search(said)) is not None:
        return _read_error(error[1], said[error.start() :], counts)
    if not complete or len(answers) != len(expected):
        return unknown(f"{NAME}: {len(answers)} of {len(expected)} histories came to their end", *counts)
    if list(answers) != list(expected):
        return unknown(f"{NAME}: a history is answered otherwise than before", *counts)
    if done.exit_code != 0 or not expected:
        return unknown(f"{NAME}: it ended with status {done.exit_code} after {len(answers)} histories", *counts)
    return Reading(outcome=Outcome.HOLDS, strength=Strength.SAMPLED, counts=counts)


def read_races(done: Completed, *, clients: int) -> Reading:
    """What interpreting clients of a shared object showed, each on threads of its own. Nothing but undefined behaviour
    refutes: what is left at the end, and who waits for whom, others have looked at in every interleaving."""
    if (early := unfinished(NAME, done)) is not None:
        return early
    said = done.stderr.decode(errors="replace")
    ran, complete = clients_done(done.stdout.decode(errors="replace"), clients)
    counts = (("interpreted_clients", ran),)
    if (error := _ERROR.search(said)) is not None:
        found = _read_error(error[1], said[error.start() :], counts)
        raced = error[1].startswith(RACE)
        return _as_race(found, said[error.start() :]) if raced and found.outcome is Outcome.REFUTED else found
    if not complete or not clients or done.exit_code != 0:
        return unknown(f"{NAME}: {ran} of {clients} clients came to their end", *counts)
    return Reading(outcome=Outcome.HOLDS, strength=Strength.SAMPLED, counts=counts)


def _as_race(found: Reading, said: str) -> Reading:
    """The reading of a race, with the lines of the candidate from which its two accesses were made."""
    what = found.failed[0].what.removeprefix("Undefined Behavior: ").partition(" at alloc")[0]
    lines = sorted(set(re.findall(r"sut\.rs:(\d+)", said.partition("stack backtrace")[0])), key=int)
    what = f"{re.sub(' on thread `[^`]*`', '', what)}; in sut.rs, line {' and line '.join(lines)}"
    failed = replace(found.failed[0], law="no_race", what=what)
    return replace(found, failed=(failed,), reason=what)


def _answers(out: bytes) -> tuple[list[str], bool]:
    lines = out.decode(errors="replace").split("\n")
    answers = [line[2:] for line in lines if line.startswith("A ")]
    return answers, lines[-2:] == [f"END {len(answers)}", ""] and len(lines) == len(answers) + 2


def _read_error(text: str, said: str, counts: tuple[tuple[str, int], ...]) -> Reading:
    law = next((law for kind, law in KINDS.items() if text.startswith(kind)), "")
    if not law:
        return unknown(f"{NAME}: {text[:300]}", *counts)
    place = candidate_place(said)
    if not place:
        return unknown(f"{NAME}: {text[:300]}, at no place in the candidate", *counts)
    failed = Failed(law=law, what=f"{text[:300]} at {place}", where=place)
    return Reading(outcome=Outcome.REFUTED, failed=(failed,), reason=failed.what, counts=counts)


CONTROL = '#[path = "sut.rs"] mod sut;\nfn main() { println!("A {}", sut::run()); println!("END 1"); }\n'
CONTROLS = (
    ("a right program", "let p = Box::into_raw(Box::new(7)); unsafe { *Box::from_raw(p) }", Outcome.HOLDS),
    (
        "memory that was freed",
        "let p = Box::into_raw(Box::new(7)); unsafe { drop(Box::from_raw(p)); *p }",
        Outcome.REFUTED,
    ),
    (
        "a reference that another pointer writes past",
        "let mut n = 7u8; let p = &mut n as *mut u8; let r = unsafe { &mut *p }; unsafe { *p = 8 }; *r",
        Outcome.REFUTED,
    ),
    (
        "memory that was never written",
        "let n = std::mem::MaybeUninit::<u8>::uninit(); unsafe { n.assume_init() + 1 }",
        Outcome.REFUTED,
    ),
)


def interpret(place: Interpreter, files: Mapping[str, str], expected: Sequence[str], *, tier: Tier) -> Reading:
    """Interpret a program that prints the answers of histories."""
    return read(run(command(place), files, tier=tier, shown=_shown(place), limits=SLOWEST), expected=expected)


def interpret_threads(
    place: Interpreter, harness: Path, files: Mapping[str, str], clients: Sequence[str], *, seed: int, tier: Tier
) -> Reading:
    """Interpret clients of a shared object, each once, in the schedules of a seed. ``harness``: the library that runs
    them."""
    library = ("--extern", f"probatum_worker={harness}")
    words = [*command(place), *library, *THREADS, f"-Zmiri-seed={seed}", "--", "1", *clients]
    done = run(words, files, tier=tier, shown=(*_shown(place), harness), limits=SLOWEST)
    return read_races(done, clients=len(clients))


def _shown(place: Interpreter) -> tuple[Path, Path]:
    return place.driver.parents[1], place.library


def blind(place: Interpreter, tier: Tier) -> str:
    """Why what Miri says here is not to be trusted; "" when it tells its controls apart."""
    for name, body, expected in CONTROLS:
        files = {"main.rs": CONTROL, "sut.rs": f"pub fn run() -> u8 {{ {body} }}\n"}
        found = interpret(place, files, ["7"], tier=tier)
        if found.outcome is not expected:
            return f"{NAME} should find {expected} for {name}, but finds {found.outcome}: {found.reason}"
    return ""
