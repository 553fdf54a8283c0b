"""Compile a candidate by a direct call of rustc, in the sandbox, with limits; what was compiled before is reused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from probatum.errors import InfrastructureError
from probatum.sandbox import spawn as sandbox_spawn
from probatum.sandbox.policy import Limits, Policy, Tier
from probatum.sandbox.spawn import Completed
from probatum.toolchains.rust.generate import FLAGS, candidate_text

RUNTIME = Path(__file__).with_name("worker.rs")
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
    parts = (compiler.version, *FLAGS, RUNTIME.read_text(), main, source)
    kept = cache / f"{sha256(json.dumps(parts).encode()).hexdigest()}.bin"
    if kept.is_file():
        return Compiled(program=kept)
    runtime = _runtime(compiler, cache, tier)
    with tempfile.TemporaryDirectory(prefix="probatum-rust-", dir=cache) as name:
        folder = Path(name)
        (folder / "main.rs").write_text(main)
        (folder / "sut.rs").write_text(candidate_text(source))
        words = ("--error-format=json", "--extern", f"probatum_worker={runtime}", "main.rs", "-o", "worker")
        done = _rustc(compiler, words, folder, tier, shown=(runtime,))
        if done.ended != "exit":
            return Compiled(program=None, problem=f"rustc: {done.ended}", ended=done.ended, cpu_s=done.cpu_s)
        if done.exit_code == 1:
            return Compiled(program=None, problem=first_error(done.stderr.decode(errors="replace")), cpu_s=done.cpu_s)
        if done.exit_code != 0:  # 101: the compiler itself panicked
            return Compiled(program=None, problem=f"rustc: status {done.exit_code}", ended="crash", cpu_s=done.cpu_s)
        os.replace(folder / "worker", kept)
    return Compiled(program=kept, cpu_s=done.cpu_s)


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
            return (where if where.startswith("sut.rs") else "interface: ") + str(row.get("message"))
    return "rustc refuses it without naming an error"


def _runtime(compiler: Compiler, cache: Path, tier: Tier) -> Path:
    parts = (compiler.version, *FLAGS, RUNTIME.read_text())
    kept = cache / sha256(json.dumps(parts).encode()).hexdigest() / "libprobatum_worker.rlib"
    if kept.is_file():
        return kept
    with tempfile.TemporaryDirectory(prefix="probatum-rust-", dir=cache) as name:
        folder = Path(name)
        (folder / "worker.rs").write_bytes(RUNTIME.read_bytes())
        words = ("--crate-type", "rlib", "--crate-name", "probatum_worker", "worker.rs", "-o", kept.name)
        done = _rustc(compiler, words, folder, tier)
        if done.ended != "exit" or done.exit_code != 0:
            why = done.stderr.decode(errors="replace")[:300]
            raise InfrastructureError(f"the runtime for Rust workers does not compile ({done.ended}): {why}")
        kept.parent.mkdir(exist_ok=True)
        os.replace(folder / kept.name, kept)
    return kept


def _rustc(
    compiler: Compiler, words: tuple[str, ...], folder: Path, tier: Tier, *, shown: tuple[Path, ...] = ()
) -> Completed:
    env = (("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LANG", "C.UTF-8"), ("TMPDIR", str(folder)))
    policy = Policy(
        tier=tier, read_only=(compiler.sysroot, *shown), read_write=(folder,), env=env, limits=LIMITS, cwd=str(folder)
    )
    return sandbox_spawn.run([str(compiler.program), *FLAGS, *words], policy)
