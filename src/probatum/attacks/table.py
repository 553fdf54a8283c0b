"""The table of attacks: what each tries, which of the 35 rows it belongs to, and what must stop it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

DATA = ("process", "judge", "values", "resources", "files")
"""The data files, in the order in which attacks are tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One attack, as a template for any interface."""

    name: str
    row: int
    form: str
    """"evident": a reader sees it, and level boundary where it lists the construct. "evasive": nothing before the
    locked worker and the judge can be expected to see it."""
    why: str
    """What it does, in one line."""
    stopped_by: tuple[str, ...]
    """Every "level/law" that may stop it; "level/*" for any law of the level."""
    source: str = ""
    base: str = "wrong"
    """"wrong": answers None to everything; "control": wraps the control's right answers."""
    tunnel: bool = False
    """Whether it uses the helpers that reach hidden modules (`render.TUNNEL`)."""
    replace: bool = False
    """The source is the whole candidate; ``{names}`` stands for empty definitions of the interface."""
    resource: bool = False
    """Whether it is aimed at the machine: the next candidate must be judged as if it had never been."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Files beside ``sut.py``."""
    odd: str = ""
    """What stands in the place of ``sut.py``, or beside it, in words that `selftest.folders` knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One of the 35 attacks that a verifier must defeat, in the numbering of the literature survey behind it."""

    number: int
    attack: str
    mechanism: str = ""
    """What defeats it here."""
    reason: str = ""
    """Why no candidate can try it here, where that is so."""


def attacks() -> tuple[Attack, ...]:
    """Every attack, in the order in which they are tried."""
    found: list[Attack] = []
    for name in DATA:
        found += [_attack(entry) for entry in _read(f"data/{name}.toml")["attack"]]
    return tuple(found)


def rows() -> tuple[Row, ...]:
    """The 35 rows by number."""
    return tuple(Row(**entry) for entry in _read("rows.toml")["row"])


def _attack(entry: Mapping[str, Any]) -> Attack:
    return Attack(**{**entry, "stopped_by": tuple(entry["stopped_by"])})


def _read(path: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("probatum.attacks").joinpath(path).read_text("utf-8"))


def may_stop(attack: Attack, level: str, laws: tuple[str, ...]) -> bool:
    """Whether a refutation at a level by these laws is what the table promises."""
    return f"{level}/*" in attack.stopped_by or any(f"{level}/{law}" in attack.stopped_by for law in laws)


def markdown() -> str:
    """The table as a page: attack → row → canary → mechanism that must stop it."""
    lines = [_HEAD]
    for row in rows():
        lines.append(f"\n## {row.number}. {row.attack[:1].upper()}{row.attack[1:]}\n")
        if row.reason:
            lines.append(f"Not tried: {row.reason}.")
            continue
        lines.append(f"Mechanism: {row.mechanism}.\n")
        lines += ["| attack | form | what it does | stopped by |", "|---|---|---|---|"]
        lines += [
            f"| `{a.name}` | {a.form} | {a.why} | {', '.join(a.stopped_by)} |" for a in attacks() if a.row == row.number
        ]
    return "\n".join(lines) + "\n"


_HEAD = """\
# Attacks

Generated from `src/probatum/attacks/`; a test compares. `probatum selftest --attacks [TASK]` makes each of these
candidates for the interface of *your* task, tries it, and prints which mechanism stopped it. Every one of them is a
wrong implementation, so one that is accepted is a hole, as is one that ends in an error instead of a refutation, or
that reports (by raising an error called `FOUND`) that it got at something. Any of these makes the command exit with 1.

*Evident* attacks are written as a reader would see them; where level boundary lists the construct, it refuses them
before anything runs. *Evasive* ones avoid every listed construct, so that the locked worker and the judge have to stop
them. "behaviour/*" means that nothing is gained: the candidate is judged by its answers, and they are wrong.

What no trial can see: a candidate that recognises probatum's own worker and is right in it, and wrong elsewhere. It
needs right answers for fresh inputs, so it contains a right implementation. Try what you deploy in the place where you
deploy it as well (`assert_holds` in your own tests is such a second, dissimilar runner)."""
