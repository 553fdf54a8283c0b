"""ThreadSanitizer: accesses of two threads to the same memory without an order between them, on the runs that happened.

Written to its manual (the first line of a report, the exit status of a process that had one) and to reports of it. The
program runs clients of a shared object on threads of the system; it says which client it has done and, last of all,
that it has come to its end: without that line nothing is held, whatever the exit status.
"""

from __future__ import annotations

import re

from probatum.engines.reading import Failed, Reading, candidate_place, clients_done, unfinished, unknown
from probatum.sandbox.spawn import Completed
from probatum.verdict import Outcome, Strength

NAME = "ThreadSanitizer"
LAWS = {"data race": "no_race", "heap-use-after-free": "memory_safe"}
"""Kinds of warnings that are about the program's memory, by their first words, with the law that each breaks."""
_WARNING = re.compile(r"^WARNING: ThreadSanitizer: ([^(\n]+)", re.MULTILINE)
_STOPPED = re.compile(r"^(?:==\d+==)?(?:ERROR|FATAL): ThreadSanitizer: ([^\n]+)", re.MULTILINE)
_ACCESS = re.compile(
    r"^ +((?:Previous )?(?:atomic )?(?:write|read) of size \d+)[^\n]*\n +#0 ([^\n]*)", re.MULTILINE | re.IGNORECASE
)


def read(done: Completed, *, clients: int, rounds: int) -> Reading:
    """What a run of so many clients, each so many times, showed."""
    said = done.stderr.decode(errors="replace")
    ran, complete = clients_done(done.stdout.decode(errors="replace"), clients)
    counts = (("raced_runs", ran * rounds),)
    if (warning := _WARNING.search(said)) is not None:  # says it all, whatever came of the process after it
        return _read_warning(warning[1].strip(), said[warning.start() :], counts)
    if (early := unfinished(NAME, done)) is not None:
        return early
    if (stopped := _STOPPED.search(said)) is not None:
        return unknown(f"{NAME}: {stopped[1][:200]}", *counts)
    if not complete or not clients or not rounds:
        return unknown(f"{NAME}: {ran} of {clients} clients came to their end", *counts)
    if done.exit_code != 0:
        return unknown(f"{NAME}: it ended with status {done.exit_code} after {ran} clients", *counts)
    return Reading(outcome=Outcome.HOLDS, strength=Strength.SAMPLED, counts=counts)


def accesses(said: str) -> tuple[str, ...]:
    """The accesses that a report is about, each with its place in the candidate where it says one."""
    found = [(what, candidate_place(place)) for what, place in _ACCESS.findall(said)]
    return tuple(what.lower() + (f" at {place}" if place else "") for what, place in found[:2])


def _read_warning(kind: str, said: str, counts: tuple[tuple[str, int], ...]) -> Reading:
    law = next((law for words, law in LAWS.items() if kind.startswith(words)), "")
    if not law:
        return unknown(f"{NAME}: {kind}", *counts)
    lines = accesses(said)
    if law == "no_race" and len(lines) != 2:
        return unknown(f"{NAME}: a report that was cut short ({kind})", *counts)
    failed = Failed(law=law, what="; ".join((kind, *lines)), where=candidate_place(said), lines=lines)
    return Reading(outcome=Outcome.REFUTED, failed=(failed,), reason=failed.what, counts=counts)
