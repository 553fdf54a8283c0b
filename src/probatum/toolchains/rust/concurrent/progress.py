"""Progress of a concurrent candidate: each call frozen at each of its accesses while another must finish alone.

One schedule proves *blocking*. That none was found proves nothing beyond the clients tried, so the answer is then "not
refuted" (Herlihy and Shavit, "On the nature of progress", 2011).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from probatum.errors import UsageError
from probatum.sandbox.policy import Tier
from probatum.toolchains.rust.compiler import Compiler
from probatum.toolchains.rust.concurrent.clients import Client, Subject, client_text
from probatum.toolchains.rust.concurrent.explore import compile_with, run_program

ALONE = 200
"""Accesses allowed to a call that runs alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """``unknown`` where the run did not come to its end; ``runs`` counts frozen and interleaved runs."""

    tested: Literal["blocking", "lock-free not refuted", "wait-free not refuted", "unknown"]
    why: str
    runs: int = 0


def progress_of(
    compiler: Compiler, source: str, subject: Subject, clients: Sequence[Client], *, cache: Path, tier: Tier
) -> Progress:
    """What freezing shows; every client must have two threads: the calls that are frozen, and those that must end."""
    if any(len(client.threads) != 2 for client in clients):
        raise UsageError("a client for freezing needs two threads", fix="Give calls to freeze, and calls that must end")
    compiled = compile_with(compiler, source, subject, None, cache=cache, tier=tier)
    if compiled.program is None:
        return Progress(tested="unknown", why=compiled.problem)
    done = run_program(compiled.program, [str(ALONE), *(client_text(subject, c) for c in clients)], tier)
    return read_progress(done.stdout, clients)


def read_progress(output: bytes, clients: Sequence[Client]) -> Progress:
    """What the harness said; without its last line nothing is known."""
    lines = output.decode(errors="replace").splitlines()
    if len(lines) != 2 or lines[1] != "END":
        return Progress(tested="unknown", why=lines[0][:300] if lines else "the harness said nothing")
    kind, _, rest = lines[0].partition(" ")
    try:
        row: dict[str, Any] = json.loads(rest)
        return _blocking(row, clients) if kind == "B" else _free(row)
    except (ValueError, KeyError, TypeError, IndexError):
        return Progress(tested="unknown", why=f"the harness said {lines[0][:200]!r}")


def _blocking(row: dict[str, Any], clients: Sequence[Client]) -> Progress:
    frozen, stopped = (clients[row["client"]].threads[i][row[k]][0] for i, k in ((0, "frozen"), (1, "stopped")))
    where = f"after {row['after']} accesses, before sut.rs:{row['before_line']}"
    return Progress(
        tested="blocking",
        why=f"{frozen} frozen {where} keeps {stopped} from ending: {ALONE} accesses alone, at sut.rs:{row['line']}",
    )


def _free(row: dict[str, Any]) -> Progress:
    if row["starved"] is None:
        why = f"no call made more than {row['longest']} accesses, whatever the other did in between"
        return Progress(tested="wait-free not refuted", why=why, runs=row["runs"])
    why = f"a call did not end within {ALONE} accesses while the other completed one after every {row['starved'][3]}"
    return Progress(tested="lock-free not refuted", why=why, runs=row["runs"])
