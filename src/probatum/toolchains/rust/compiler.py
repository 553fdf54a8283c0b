"""Compile a candidate by a direct call of rustc, in the sandbox, with limits; what was compiled before is reused."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from probatum.errors import InfrastructureError
from probatum.sandbox import spawn as sandbox_spawn
from probatum.sandbox.policy import Limits, Policy, Tier
from probatum.sandbox.spawn import Completed
from probatum.toolchains.rust.cache import touch
from probatum.toolchains.rust.generate import FLAGS, candidate_text

HERE = Path(__file__).parent
_SHIM = (
    *("epoch", "epoch_model", "sync", "sync_atomic", "sync_cell", "sync_latest", "sync_mutex", "sync_arc", "watch"),
    *("watch_recording", "watch_telling", "watch_settled", "watch_unsettled", "watch_failing", "watch_waiting"),
    *("watch_lifetimes", "watch_touching", "watch_total", "watch_weak", "watch_freezing", "watch_places"),
    "watch_frames",
)
SHIM = {f"{name}.rs": HERE / "concurrent" / f"{name}.rs" for name in _SHIM}
"""What candidates share and what watches it, by the name under which rustc sees it."""
RUNTIME = {
    "runtime.rs": HERE / "runtime.rs",
    "wire.rs": HERE / "worker.rs",
    "tracked.rs": HERE / "concurrent" / "tracked.rs",
    **SHIM,
}
"""What is compiled into every worker, by the name under which rustc sees it."""
LIMITS = Limits(cpu_s=15.0, wall_s=60.0, memory_mb=2048, processes=32, file_mb=256, output_kb=4096)
"""For one call of the compiler, its linker included."""
INSTALL = "Install Rust (https://rustup.rs, or apt-get install rustc)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiler:
    """The rustc of this machine, behind whatever stands for it in the PATH."""

    program: Path
    sysroot: Path
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """What came of compiling: a program, or why there is none.

    ``ended`` is "exit" when rustc had its say; otherwise the limit or signal that ended it, about which the candidate
    alone cannot be blamed.
    """

    program: Path | None
    problem: str = ""
    ended: str = "exit"
    cpu_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One call of rustc: the sources, which lie in its working folder, and the rest of its command line."""

    files: Mapping[str, str]
    words: tuple[str, ...]
    shown: tuple[Path, ...] = ()
    """Libraries that it may read besides."""
    env: tuple[tuple[str, str], ...] = ()
    limits: Limits | None = None
    """Other than `LIMITS`."""


UNOFFERED = (
    "; the shim has no such thing: docs/rust.md lists what `crate::sync` offers, under *Objects that threads share*"
)
IN_VAIN = {
    "E0599": re.compile(r" found for \w+ `&*(mut )?probatum_worker::sync::(?!MutexGuard|Arc\b)"),
    **dict.fromkeys(
        ("E0405", "E0412", "E0422", "E0423", "E0425", "E0432", "E0433"), re.compile(r" in (module )?`(crate::)?sync\b")
    ),
}
"""Where rustc looked in vain, by the code of its error: in a type of the shim that leads to no other, in a module."""
CONTROL = """use probatum_worker::{Outcome, Subject, Tree};
struct Nothing;
impl Subject for Nothing {
    fn names(&self) -> &'static [&'static str] { &[] }
    fn reset(&mut self) {}
    fn make(&mut self, _: &str, _: &str, _: i128, _: &[Tree]) -> Outcome { Outcome::Missing(String::new()) }
    fn method(&mut self, _: i128, _: &str, _: &[Tree]) -> Outcome { Outcome::Missing(String::new()) }
    fn function(&mut self, _: &str, _: &[Tree]) -> Outcome { Outcome::Missing(String::new()) }
}
fn main() { probatum_worker::serve(&mut Nothing) }
"""
RUNTIME_JOB = Job(
    files={name: path.read_text() for name, path in RUNTIME.items()},
    words=(*FLAGS, "--crate-type", "rlib", "--crate-name", "probatum_worker", "runtime.rs"),
)


def find_compiler() -> Compiler | None:
    """The compiler, or None where there is none that works."""
    found = shutil.which("rustc")
    if found is None:
        return None
    try:
        root = subprocess.run([found, "--print", "sysroot"], capture_output=True, text=True, timeout=20, check=True)
        said = subprocess.run([found, "-vV"], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    sysroot = Path(os.path.realpath(root.stdout.strip()))
    program = sysroot / "bin" / "rustc"
    return Compiler(program=program, sysroot=sysroot, version=said.stdout) if program.is_file() else None


def compile_candidate(compiler: Compiler, source: str, main: str, *, cache: Path, tier: Tier) -> Compiled:
    """Compile a candidate's source with the glue of `generate.main_text`; programs are kept in ``cache`` by content.

    `InfrastructureError` when the runtime itself does not compile.
    """
    runtime = _runtime(compiler, cache, tier)
    job = Job(
        files={"main.rs": main, "sut.rs": candidate_text(source)},
        words=(*FLAGS, "--extern", f"probatum_worker={runtime}", "main.rs"),
        shown=(runtime,),
    )
    # The runtime's path names its text, so that a program is compiled again for another runtime.
    return compile_kept(compiler, job, "worker.bin", cache=cache, tier=tier)


def check_candidate(compiler: Compiler, source: str, main: str, *, cache: Path, tier: Tier) -> Compiled:
    """Whether the compiler accepts a candidate with this glue, whose constants it works out; nothing is to be run."""
    runtime = _runtime(compiler, cache, tier)
    job = Job(
        files={"main.rs": main, "sut.rs": candidate_text(source)},
        words=(*FLAGS, "--emit=metadata", "--extern", f"probatum_worker={runtime}", "main.rs"),
        shown=(runtime,),
    )
    return compile_kept(compiler, job, "accepted.bin", cache=cache, tier=tier)


def compile_control(compiler: Compiler, *, cache: Path, tier: Tier) -> Compiled:
    """A worker without a candidate: where it does not answer, no program can be executed from ``cache``."""
    return compile_kept(compiler, _control(compiler, cache, tier), "control.bin", cache=cache, tier=tier)


def compiles_control(compiler: Compiler, *, cache: Path, tier: Tier) -> bool:
    """Whether that worker compiles at this moment, whatever is kept of it."""
    job = _control(compiler, cache, tier)
    with tempfile.TemporaryDirectory(prefix="probatum-rust-") as name:
        return compile_kept(compiler, job, "again.bin", cache=Path(name), tier=tier).program is not None


def _control(compiler: Compiler, cache: Path, tier: Tier) -> Job:
    runtime = _runtime(compiler, cache, tier)
    words = (*FLAGS, "--extern", f"probatum_worker={runtime}", "main.rs")
    return Job(files={"main.rs": CONTROL}, words=words, shown=(runtime,))


def compile_kept(compiler: Compiler, job: Job, name: str, *, cache: Path, tier: Tier) -> Compiled:
    """Run a job in the sandbox, unless what it makes is in ``cache``: ``name`` in a folder named by content."""
    parts = (compiler.version, dict(job.files), job.words, job.env)
    kept = cache / sha256(json.dumps(parts).encode()).hexdigest() / name
    if kept.is_file():
        touch(kept)
        return Compiled(program=kept)
    with tempfile.TemporaryDirectory(prefix="probatum-rust-", dir=cache) as place:
        folder = Path(place)
        for file, text in job.files.items():
            (folder / file).write_text(text)
        done = _rustc(compiler, job, name, folder, tier)
        if (problem := _problem(done)) is not None:
            return problem
        kept.parent.mkdir(exist_ok=True)
        os.replace(folder / name, kept)
    return Compiled(program=kept, cpu_s=done.cpu_s)


def _problem(done: Completed) -> Compiled | None:
    """Why there is no program, if there is none; status 101 is rustc's own panic, no verdict about the source."""
    if done.ended == "exit" and done.exit_code == 0:
        return None
    if done.ended != "exit":
        return Compiled(program=None, problem=f"rustc: {done.ended}", ended=done.ended, cpu_s=done.cpu_s)
    if done.exit_code != 1:
        return Compiled(program=None, problem=f"rustc: status {done.exit_code}", ended="crash", cpu_s=done.cpu_s)
    return Compiled(program=None, problem=first_error(done.stderr.decode(errors="replace")), cpu_s=done.cpu_s)


def first_error(text: str) -> str:
    """The first error among rustc's JSON lines, as ``sut.rs:3: message``; one in the glue is about the interface."""
    for line in text.splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict) and row.get("level") == "error":
            spans = [s for s in row.get("spans", ()) if s.get("is_primary")]
            where = f"{spans[0]['file_name']}:{spans[0]['line_start']}: " if spans else ""
            said = str(row.get("message")) + (UNOFFERED if _of_the_shim(row, spans) else "")
            return (where if where.startswith("sut.rs") else "interface: ") + said
    return "rustc refuses it without naming an error"


def _of_the_shim(row: Mapping[str, Any], spans: Sequence[Mapping[str, Any]]) -> bool:
    """Whether an error says that the shim, or what it offers, has no such name."""
    told = " ".join(map(str, (row.get("message"), *[span.get("label") for span in spans])))
    code = row.get("code")
    place = IN_VAIN.get(str(code.get("code"))) if isinstance(code, dict) else None
    return place is not None and place.search(told) is not None


def _runtime(compiler: Compiler, cache: Path, tier: Tier) -> Path:
    made = compile_kept(compiler, RUNTIME_JOB, "libprobatum_worker.rlib", cache=cache, tier=tier)
    if made.program is None:
        raise InfrastructureError(f"the runtime for Rust workers does not compile ({made.ended}): {made.problem}")
    return made.program


def _rustc(compiler: Compiler, job: Job, name: str, folder: Path, tier: Tier) -> Completed:
    env = (("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LANG", "C.UTF-8"), ("TMPDIR", str(folder)), *job.env)
    policy = Policy(
        tier=tier,
        read_only=(compiler.sysroot, *job.shown),
        read_write=(folder,),
        env=env,
        limits=job.limits or LIMITS,
        cwd=str(folder),
    )
    return sandbox_spawn.run([str(compiler.program), "--error-format=json", *job.words, "-o", name], policy)
