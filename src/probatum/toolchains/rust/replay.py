"""A candidate in Rust as one crate, for an interpreter of Rust: with histories compiled in and no sockets, or with the
harness that runs clients of a shared object on threads."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from probatum.errors import InfrastructureError
from probatum.toolchains.rust.compiler import RUNTIME
from probatum.toolchains.rust.concurrent.explore import SOURCES
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
SHIM = f"pub use {W}::sync;\n"
"""What the glue of a shared object says where the harness is a crate of its own."""
SETUP_S = 600.0
_SERVES = re.compile(re.escape(f"fn main() {{ {W}::serve(") + r"(.*)\) \}\n\Z", re.DOTALL)


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


def shared_files(glue: str, source: str) -> dict[str, str]:
    """The files of a program that runs clients of a shared object on threads: the harness's root and the candidate's
    are one. ``glue``: as `clients.shared_text` writes it."""
    root = SOURCES["explore.rs"].read_text()
    if glue.count(SHIM) != 1:
        raise InfrastructureError("the glue of a shared object does not name the shim as it is known to")
    harness = {name: path.read_text() for name, path in SOURCES.items() if name != "explore.rs"}
    main = root + "extern crate self as probatum_worker;\n" + glue.replace(SHIM, "")
    return {**harness, "main.rs": main, "sut.rs": candidate_text(source)}


def interpreter(cargo: Sequence[str]) -> tuple[Path, str] | str:
    """Miri's driver and its standard library, built the first time; why not where they cannot be had.

    ``cargo``: how cargo's Miri is called, such as ``cargo +nightly miri``.
    """
    rustc = [shutil.which("rustc") or "rustc", *(word for word in cargo if word.startswith("+"))]
    try:
        root = _said([*rustc, "--print", "sysroot"])
        library = _said([*cargo, "setup", "--print-sysroot"])
    except (OSError, subprocess.SubprocessError) as problem:
        return f"Miri cannot be set up ({type(problem).__name__}); try `{' '.join(cargo)} setup`"
    driver = Path(os.path.realpath(root)) / "bin" / "miri"
    return (driver, library) if driver.is_file() and os.path.isdir(library) else f"{driver} or its library is absent"


def _said(words: Sequence[str]) -> str:
    done = subprocess.run(words, capture_output=True, text=True, timeout=SETUP_S, check=True, stdin=subprocess.DEVNULL)
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""
