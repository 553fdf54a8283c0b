"""Progress of a concurrent candidate: each call frozen at each of its accesses while another must finish alone; and
what is answered meanwhile and afterwards, which is judged elsewhere.

One schedule proves *blocking*. That none was found proves nothing beyond the clients tried, so the answer is then "not
refuted" (Herlihy and Shavit, "On the nature of progress", 2011).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from probatum.sandbox.policy import Tier
from probatum.toolchains.rust.concurrent.explore import run_program

ALONE = 200
"""Accesses allowed to a call that runs alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """``unknown`` where the run did not come to its end; ``runs`` counts frozen and interleaved runs."""

    tested: Literal["blocking", "lock-free not refuted", "wait-free not refuted", "unknown"]
    why: str
    runs: int = 0
    reclamation: str = ""
    """What standing still does to the freeing of what others retire to the shim's epochs; "": nothing is retired."""
    histories: tuple[dict[str, Any], ...] = ()
    """What was answered, each history once; one with a ``kind`` of failure is the last."""


def progress_of(program: Path, clients: Sequence[Mapping[str, Any]], *, tier: Tier) -> Progress:
    """What freezing shows. A client has its ``text`` for the harness and the ``names`` of the calls of its two threads:
    those that are frozen, and those that must end."""
    done = run_program(program, [str(ALONE), *(client["text"] for client in clients)], tier)
    return read_progress(done.stdout, [client["names"] for client in clients])


def read_progress(output: bytes, names: Sequence[Sequence[Sequence[str]]]) -> Progress:
    """What the harness said; without its last line nothing is known."""
    every = output.decode(errors="replace").splitlines()
    told, lines = [line for line in every if line.startswith("H ")], [x for x in every if not x.startswith("H ")]
    if len(lines) != 2 or lines[1] != "END":
        return Progress(tested="unknown", why=lines[0][:300] if lines else "the harness said nothing")
    kind, _, rest = lines[0].partition(" ")
    try:
        histories = tuple(json.loads(line[2:]) for line in told)
        row: dict[str, Any] = json.loads(rest)
        if kind == "F":
            return Progress(tested="unknown", why=row["why"], histories=(*histories, row))
        found = _blocking(row, names) if kind == "B" else _free(row, names)
    except (ValueError, KeyError, TypeError, IndexError):
        return Progress(tested="unknown", why=f"the harness said {lines[0][:200]!r}")
    return replace(found, histories=histories)


def stands(after: int, line: int) -> str:
    """Where a thread stands still, in words; what is dropped at the end of a block has no line."""
    return f"after {after} accesses, " + (f"before sut.rs:{line}" if line else "before something is dropped")


def _blocking(row: dict[str, Any], names: Sequence[Sequence[Sequence[str]]]) -> Progress:
    frozen, stopped = (names[row["client"]][i][row[k]] for i, k in ((0, "frozen"), (1, "stopped")))
    where = stands(row["after"], row["before_line"])
    return Progress(
        tested="blocking",
        why=f"{frozen} frozen {where} keeps {stopped} from ending: {ALONE} accesses alone, at sut.rs:{row['line']}",
    )


def _free(row: dict[str, Any], names: Sequence[Sequence[Sequence[str]]]) -> Progress:
    told: dict[str, Any] = {"runs": row["runs"], "reclamation": _reclamation(row["kept"], names)}
    if row["starved"] is None:
        why = f"no call made more than {row['longest']} accesses, whatever the other did in between"
        return Progress(tested="wait-free not refuted", why=why, **told)
    why = f"a call did not end within {ALONE} accesses while the other completed one after every {row['starved'][3]}"
    return Progress(tested="lock-free not refuted", why=why, **told)


def _reclamation(kept: list[int] | None, names: Sequence[Sequence[Sequence[str]]]) -> str:
    if kept is None:
        return ""
    if not kept:
        return "stallable not shown (whichever call stood still, what others retired was freed)"
    client, call, after, line, objects = kept
    where = f"{names[client][0][call]} frozen {stands(after, line)}"
    return f"stallable ({where}, keeps what others retire from being freed: {objects} objects so far)"
