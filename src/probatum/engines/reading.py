"""What came of running an external checker, and the endings that say the same for all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from probatum.sandbox.spawn import Completed
from probatum.verdict import Outcome, Strength


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """One thing that a checker found wrong."""

    law: str
    """The built-in law that it breaks."""
    what: str
    where: str = ""
    """``sut.rs:12``; "" where the tool names no place in the candidate."""
    lines: tuple[str, ...] = ()
    """The input that shows it, as the tool prints it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Outcome, strength and scope of one run. HOLDS only where the output proves that all of it ran and ended."""

    outcome: Outcome
    strength: Strength = Strength.EXAMPLE
    counts: tuple[tuple[str, int], ...] = ()
    reason: str = ""
    failed: tuple[Failed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A checker as the machine has it."""

    name: str
    version: str
    """What it says about itself; "" where it is absent."""
    enables: str
    install: str
    """What makes it available."""


def unknown(reason: str, *counts: tuple[str, int]) -> Reading:
    """Nothing is known of the candidate."""
    return Reading(outcome=Outcome.INCONCLUSIVE, reason=reason, counts=counts)


def unfinished(tool: str, done: Completed) -> Reading | None:
    """Why a run says nothing, whatever it printed; None for one that ended by itself and was read to its end."""
    if done.ended != "exit":
        words = {"signal": f"it was ended by signal {done.signal}", "wall": "it did not end in time"}
        text = words.get(done.ended, f"it used up its limit of {done.ended}")
        outcome = Outcome.ERROR if done.ended == "signal" else Outcome.INCONCLUSIVE
        return Reading(outcome=outcome, reason=f"{tool}: {text}")
    if done.truncated:
        return unknown(f"{tool}: it said more than is kept, so its end is not known")
    return None


def candidate_place(text: str) -> str:
    """The first place in the candidate's file that a text names, as ``sut.rs:12``; "" for none."""
    found = re.search(r"(?:^|[\s/(\"`])sut\.rs:(\d+)", text)
    return f"sut.rs:{found[1]}" if found else ""


def clients_done(out: str, clients: int) -> tuple[int, bool]:
    """How many clients a harness says that it has done, and whether it said so of all, and nothing else, to its end."""
    lines = out.split("\n")
    done = sum(line == f"RAN {at}" for at, line in enumerate(lines))
    return done, lines == [*(f"RAN {at}" for at in range(clients)), "END", ""]


def words_in(source: str, banned: frozenset[str]) -> list[str]:
    """Which of the banned words a candidate's text contains, comments and strings included: they could turn a checker
    off, and where a proof is at stake it is not asked how."""
    return sorted(banned & set(re.findall(r"\w+", source)))


NOTHING = Completed(
    exit_code=None,
    signal=None,
    stdout=b"",
    stderr=b"",
    cpu_s=0.0,
    wall_s=0.0,
    max_rss_mb=0.0,
    ended="exit",
    truncated=False,
)
"""The run of what was not worth starting."""
