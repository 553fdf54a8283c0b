"""Loom, Shuttle and what they depend on, pinned by lock files and built once per compiler. Two lock files, so that
where one tool cannot be had the other still can.

AddressSanitizer looks at the candidate and at the shim, which touches whatever object a call is about, and not into
these libraries: their own business took half of each execution.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from probatum.errors import InfrastructureError
from probatum.toolchains.rust.compiler import INSTALL, Compiler
from probatum.toolchains.rust.concurrent.amended import CRATE, amend, amendment

Tool = Literal["loom", "shuttle", "tsan"]
"""`tsan`: no library but the standard one, instrumented, see `instrumented`."""
CRATES = Path(__file__).with_name("crates")
FOLDERS: dict[str, Path] = {"loom": CRATES, "shuttle": CRATES / "shuttle"}
FILES = ("Cargo.toml", "Cargo.lock", "lib.rs")
BUILD_S = 900.0
ASAN = ("-Zsanitizer=address",)
OWN_GENERICS = "-Zshare-generics=no"
"""What is generic in these libraries is compiled with the shim and the candidate, and watched like those."""
BOOTSTRAP = ("RUSTC_BOOTSTRAP", "1")
"""The sanitizer is an unstable flag; its runtime ships with the stable compiler. Controls show whether it works."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crates:
    """Libraries built for one compiler, and whether what is linked with them is watched by AddressSanitizer."""

    tool: Tool
    folder: Path
    library: Path
    asan: bool


def built_crates(
    compiler: Compiler, cache: Path, *, asan: bool, tool: Tool = "loom", fetch: bool = True
) -> Crates | str:
    """The libraries, built when they are not there yet; a sentence why not when they cannot be had.

    ``fetch=False``: only what is there already.
    """
    files = [(FOLDERS[tool] / name).read_bytes() for name in FILES]
    changed = amendment() if tool == CRATE else b""
    parts = [compiler.version.encode(), *files, changed, OWN_GENERICS.encode()]
    kept = cache / f"crates-{sha256(b'|'.join(parts)).hexdigest()[:32]}"
    if not kept.is_dir():
        why = _built_once(compiler, cache, kept, tool) if fetch else _not_built(tool)
        if why:
            return why
    found = sorted(kept.glob(f"lib{tool}-*.rlib"))
    if not found:
        return f"{kept} holds no {tool.title()}: remove it and try again"
    return Crates(tool=tool, folder=kept, library=found[0], asan=asan)


def _not_built(tool: Tool) -> str:
    return f"{tool.title()} is not built yet for this compiler (once, some minutes; needs cargo and its registry)"


def _built_once(compiler: Compiler, cache: Path, kept: Path, tool: Tool) -> str:
    """Build unless another process is at it, which is waited for: it takes a minute of every core."""
    with (cache / "crates.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return "" if kept.is_dir() else _build(compiler, cache, kept, tool)


def _build(compiler: Compiler, cache: Path, kept: Path, tool: Tool) -> str:
    cargo, name = shutil.which("cargo"), tool.title()
    if cargo is None:
        return f"cargo is absent, so {name} cannot be had. {INSTALL}"
    host = next((line[6:] for line in compiler.version.splitlines() if line.startswith("host: ")), "")
    with tempfile.TemporaryDirectory(prefix="probatum-crates-", dir=cache) as made:
        folder = Path(made)
        for file in FILES:
            shutil.copyfile(FOLDERS[tool] / file, folder / file)
        flags = OWN_GENERICS + (" --cfg loom" if tool == "loom" else "")
        env = {**os.environ, "RUSTFLAGS": flags, "CARGO_TARGET_DIR": str(folder / "target")}
        env = {**env, "RUSTC": str(compiler.program), **dict([BOOTSTRAP])}
        words = [cargo, "build", "--release", "--locked", "--quiet", "--target", host]
        try:
            if tool == CRATE:
                amend(folder, cargo, host, env, BUILD_S)
            done = subprocess.run(
                words, cwd=folder, env=env, capture_output=True, text=True, timeout=BUILD_S, check=False
            )
        except subprocess.TimeoutExpired:
            return f"building {name} took more than {BUILD_S:.0f} s"
        except InfrastructureError as problem:
            return _unbuilt(name, problem.message)
        if done.returncode:
            return _unbuilt(name, done.stderr.strip()[-300:])
        shutil.copytree(folder / "target" / host / "release" / "deps", folder / "kept")
        if not kept.is_dir():
            os.replace(folder / "kept", kept)
    return ""


def _unbuilt(name: str, why: str) -> str:
    return f"{name} cannot be fetched or built ({why}); try again with `probatum doctor --install rust`"
