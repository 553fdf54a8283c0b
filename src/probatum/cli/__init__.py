"""The command line: `main` turns every way to end into one exit code and, where it is not 0, three lines that help.

0 accepted · 1 refuted · 2 usage or task error · 3 inconclusive or gate skipped · 4 infrastructure.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code. Only a verdict refutes: nothing unexpected ends in 1."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    from probatum.cli import endings

    code = endings.INFRASTRUCTURE
    endings.tolerant_streams()
    try:
        code = _run(words)
        endings.flush()
    except BrokenPipeError:
        endings.drop_stdout()  # the reader went away, as in `| head`: the rest is for nobody
    except KeyboardInterrupt:
        return endings.stopped(words)
    except Exception as problem:  # noqa: BLE001  Python would exit with 1, which here means "refuted"
        return endings.failed(problem, words)
    return code


def _run(words: list[str]) -> int:
    from probatum.cli.group import root

    result = root.main(words, prog_name="probatum", standalone_mode=False)
    return result if isinstance(result, int) else 0
