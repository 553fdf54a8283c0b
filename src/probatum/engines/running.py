"""Runs a checker on a few files, in the sandbox: the candidate is data for it, but the tool expands and compiles it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from probatum.sandbox import spawn as sandbox_spawn
from probatum.sandbox.policy import Limits, Policy, Tier
from probatum.sandbox.spawn import Completed

LIMITS = Limits(cpu_s=300.0, wall_s=600.0, memory_mb=4096, processes=64, output_kb=16384, address_space=False)
HOMES = {"KANI_HOME": ".kani", "CARGO_HOME": ".cargo", "RUSTUP_HOME": ".rustup"}
"""Where such tools keep what they need, by the variable that names it and the folder in the home otherwise."""


def run(
    words: Sequence[str], files: Mapping[str, str], *, tier: Tier, shown: Sequence[Path] = (), limits: Limits = LIMITS
) -> Completed:
    """Run a command in a fresh folder with these files; whatever it does is in the result.

    Raises `SandboxError` when it cannot be started.
    """
    home = Path(os.path.expanduser("~"))
    homes = {name: Path(os.environ.get(name) or home / folder) for name, folder in HOMES.items()}
    program = shutil.which(words[0]) or words[0]
    seen = {*homes.values(), Path(os.path.realpath(program)).parent, Path(program).parent}
    with tempfile.TemporaryDirectory(prefix="probatum-engine-") as name:
        place = Path(name)
        for file, text in files.items():
            (place / file).write_text(text)
        kept = {variable: str(path) for variable, path in homes.items()}
        env = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(home), "LANG": "C.UTF-8", "TMPDIR": name, **kept}
        policy = Policy(
            tier=tier,
            read_only=(*sorted(path for path in seen if path.is_dir()), *shown),
            read_write=(place,),
            env=tuple(env.items()),
            limits=limits,
            cwd=name,
        )
        return sandbox_spawn.run([program, *words[1:]], policy)
