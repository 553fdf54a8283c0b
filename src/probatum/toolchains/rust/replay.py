"""A candidate in Rust as one crate, for an interpreter of Rust: with histories compiled in and no sockets, or with the
harness that runs clients of a shared object on threads."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from probatum.errors import InfrastructureError
from probatum.sandbox.policy import Tier
from probatum.toolchains.rust.compiler import RUNTIME, Compiler, Job, compile_kept
from probatum.toolchains.rust.concurrent.explore import COMPILING, SOURCES
from probatum.toolchains.rust.generate import W, candidate_text

HEAD = """extern crate self as probatum_worker;
pub mod sync;
mod tracked;
mod watch;
mod wire;
pub use tracked::Tracked;
pub use wire::*;
"""
"""What the runtime's own root says, in the root of the candidate's crate."""
SETUP_S = 600.0
_SERVES = re.compile(re.escape(f"fn main() {{ {W}::serve(") + r"(.*)\) \}\n\Z", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """Miri's driver, the standard library that it interprets, and what it says of itself."""

    driver: Path
    library: Path
    version: str


def replay_files(main: str, source: str, histories: Sequence[str]) -> dict[str, str]:
    """The files of such a program. ``main``: the glue of a worker, as `generate.main_text` writes it."""
    found = _SERVES.search(main)
    if found is None:
        raise InfrastructureError("the glue of a worker does not end as it is known to")
    ends = f'fn main() {{ {W}::replay({found[1]}, include_str!("histories.json")) }}\n'
    runtime = {name: path.read_text() for name, path in RUNTIME.items() if name != "runtime.rs"}
    return {
        **runtime,
        "main.rs": HEAD + main[: found.start()] + ends,
        "sut.rs": candidate_text(source),
        "histories.json": "[" + ",".join(histories) + "]",
    }


def interpreted_harness(found: Interpreter, flags: Sequence[str], *, cache: Path, tier: Tier) -> Path:
    """The harness that runs clients of a shared object on threads, as a library for the interpreter: compiled once."""
    named = ("--crate-type", "rlib", "--crate-name", "probatum_worker", "explore.rs")
    job = Job(
        files={name: path.read_text() for name, path in SOURCES.items()},
        words=("--sysroot", str(found.library), *flags, *named),
        shown=(found.library,),
        env=(("MIRI_BE_RUSTC", "target"),),
        limits=COMPILING,
    )
    compiler = Compiler(program=found.driver, sysroot=found.driver.parents[1], version=found.version)
    made = compile_kept(compiler, job, "libprobatum_worker.rlib", cache=cache, tier=tier)
    if made.program is None:
        raise InfrastructureError(f"the harness for Miri does not compile ({made.ended}): {made.problem}")
    return made.program


def shared_files(glue: str, source: str) -> dict[str, str]:
    """The files of a program that runs clients of a shared object on threads, beside that library. ``glue``: as
    `clients.shared_text` writes it."""
    return {"main.rs": glue, "sut.rs": candidate_text(source)}


def interpreter(cargo: Sequence[str], version: str) -> Interpreter | str:
    """Miri's driver and its standard library, built the first time; why not where they cannot be had.

    ``cargo``: how cargo's Miri is called, such as ``cargo +nightly miri``.
    """
    rustc = [shutil.which("rustc") or "rustc", *(word for word in cargo if word.startswith("+"))]
    try:
        root = _said([*rustc, "--print", "sysroot"])
        library = Path(_said([*cargo, "setup", "--print-sysroot"]))
    except (OSError, subprocess.SubprocessError) as problem:
        return f"Miri cannot be set up ({type(problem).__name__}); try `{' '.join(cargo)} setup`"
    driver = Path(os.path.realpath(root)) / "bin" / "miri"
    if not driver.is_file() or not library.is_dir():
        return f"{driver} or its library is absent"
    return Interpreter(driver=driver, library=library, version=version)


def _said(words: Sequence[str]) -> str:
    done = subprocess.run(words, capture_output=True, text=True, timeout=SETUP_S, check=True, stdin=subprocess.DEVNULL)
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""
