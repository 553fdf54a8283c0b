"""A candidate in Rust with histories compiled in: one crate, no sockets, for an interpreter of Rust."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from probatum.errors import InfrastructureError
from probatum.toolchains.rust.compiler import RUNTIME
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
