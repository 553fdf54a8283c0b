"""cargo-mutants: how many small faults a suite of tests in Rust notices. It grades suites, never candidates.

Written to `mutants.out/outcomes.json` of cargo-mutants 24 to 27 and its documented exit codes (0 all caught, 2 some
missed, 3 a timeout, 4 the tests fail without any mutation, 70 an error of its own). The file is rewritten while the
tool runs; only one whose ``end_time`` is set is whole.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from probatum.engines.reading import Engine
from probatum.toolchains.versions import version_said

NAME = "cargo-mutants"
INSTALL = "cargo install --locked cargo-mutants"
FINISHED = (0, 2, 3)
"""Exit codes after which every mutant was tried."""
_SUMMARIES = {"CaughtMutant": "caught", "MissedMutant": "missed", "Timeout": "timeout", "Unviable": "unviable"}


def find() -> Engine:
    """cargo-mutants here."""
    version = version_said(["cargo", "mutants", "--version"], r"^cargo-mutants ([\d.]+)")
    return Engine(name=NAME, version=version, enables="grading a suite of tests in Rust", install=INSTALL)


def command(output: str) -> list[str]:
    """The call in a crate's folder; ``output``: where ``mutants.out`` is put."""
    return ["cargo", "mutants", "--no-shuffle", "--output", output]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How a suite did. ``problem``: why nothing is known; "" for a run that is whole."""

    problem: str = ""
    caught: int = 0
    missed: tuple[str, ...] = ()
    timeout: int = 0
    unviable: int = 0

    @property
    def share(self) -> float | None:
        """Part of the viable mutants that the tests noticed, a timeout included; None where nothing is known."""
        noticed = self.caught + self.timeout
        viable = noticed + len(self.missed)
        return noticed / viable if viable and not self.problem else None


def read(outcomes: bytes, exit_code: int | None) -> Score:
    """The score that ``outcomes.json`` and the exit code tell together."""
    if exit_code not in FINISHED:
        return Score(problem=f"it ended with status {exit_code}, so not every mutant was tried")
    try:
        whole: Any = json.loads(outcomes)
        if not isinstance(whole, dict) or not whole.get("end_time"):
            return Score(problem="the run was not over when this was written")
        return _score(whole, exit_code)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        return Score(problem=f"outcomes.json cannot be read ({type(problem).__name__})")


def _score(whole: dict[str, Any], exit_code: int) -> Score:
    rows = {kind: list[str]() for kind in _SUMMARIES.values()}
    baselines = 0
    for outcome in whole["outcomes"]:
        if outcome["scenario"] == "Baseline":
            baselines += outcome["summary"] == "Success"
        else:
            rows[_SUMMARIES[outcome["summary"]]].append(str(outcome["scenario"]["Mutant"]["name"]))
    if baselines != 1:
        return Score(problem="the tests were not seen to pass without a mutation")
    told = {kind: whole[kind] for kind in rows}
    if told != {kind: len(names) for kind, names in rows.items()} or whole["total_mutants"] != sum(told.values()):
        return Score(problem="its counts and its mutants do not agree")
    if exit_code != (3 if told["timeout"] else 2 if told["missed"] else 0):
        return Score(problem=f"status {exit_code} does not fit its counts")
    return Score(
        caught=told["caught"], missed=tuple(rows["missed"]), timeout=told["timeout"], unviable=told["unviable"]
    )
