"""Whether a checker is there: it must be in the PATH and say its own version."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence

PROBE_S = 20.0


def version_said(words: Sequence[str], pattern: str, env: Mapping[str, str] | None = None) -> str:
    """What the first group of ``pattern`` matches in the output of a command that ends well; "" otherwise.

    A program of the same name that does something else says no such version, and is not taken for the checker.
    """
    environment = dict(os.environ if env is None else env)
    program = shutil.which(words[0], path=environment.get("PATH", ""))
    if program is None:
        return ""
    try:
        done = subprocess.run(
            [program, *words[1:]],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PROBE_S,
            env=environment,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    found = re.search(pattern, done.stdout + "\n" + done.stderr, re.MULTILINE)
    return found[1] if found and done.returncode == 0 else ""
