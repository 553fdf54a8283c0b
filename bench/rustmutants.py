"""How many small faults of right programs in Rust the shipped tasks notice: ``python -m bench rustmutants [TASK]``.

Every mutant of the good canaries (see `rustmutation`) climbs the ladder like a candidate. A mutant that does not
compile counts as none. With ``--write`` the figures are kept in `rustmutants.json` and the table in `docs/mutants.md`
is made of them; ``--most N`` takes N mutants of each program, spread evenly; ``--rest`` takes those that were not tried
yet, and ``--again`` those that are kept as not refuted, for a task that was made stronger.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.rustmutation import Mutant, mutants
from probatum.candidate import Candidate
from probatum.cascade import assess
from probatum.checking import choose_tier
from probatum.judge.lane import Lane
from probatum.lab.files import find_task, read_task
from probatum.lab.seeds import chosen_seeds
from probatum.levels.context import Context
from probatum.verdict import Assessment, Outcome

HERE = Path(__file__).parent
KEPT = HERE / "rustmutants.json"
EQUIVALENT = HERE / "rustmutants.toml"
"""Survivors that do what the program does, and faults that no client of a task shows, each with the reason; written by
a person, never by this."""
PAGE = HERE.parent / "docs" / "mutants.md"
TASKS = (
    "treiber_stack",
    "ring_buffer",
    "linked_list",
    "epoch_gc",
    "io_buffer",
    "pagecache",
    "btree_plus",
    "radix_tree",
)
Key = tuple[str, str, int, str]
"""Task, program, line and change."""
UNVIABLE, SURVIVED, UNKNOWN = "does not build", "survived", "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of a mutant: ``ended`` is the level that refuted it, or one of the words above."""

    task: str
    program: str
    line: int
    what: str
    ended: str
    law: str = ""
    before: str = ""
    after: str = ""


def main() -> None:
    """Judge, print, and keep what was asked to be kept."""
    words = sys.argv[2:]
    most = int(words[words.index("--most") + 1]) if "--most" in words else 0
    names = [word for word in words if not word.startswith("--") and not word.isdigit()] or list(TASKS)
    wanted = choice(words, load())
    rows = [row for row in load() if row.task in names and not wanted(_key(row))]
    for name in names:
        for row in judged(name, most, wanted):
            rows.append(row)
            print(f"{row.ended:14} {row.law:16} {row.program}:{row.line} {row.what}", flush=True)
    if "--write" in words:
        kept = [row for row in load() if row.task not in names]
        kept = sorted(kept + rows, key=lambda row: (row.task, row.program, row.line, row.what))
        KEPT.write_text(json.dumps([asdict(row) for row in kept], indent=0) + "\n")
        PAGE.write_text(page(load(), totals()))
    print(page(rows))


def choice(words: Sequence[str], rows: Sequence[Row]) -> Callable[[Key], bool]:
    """Which mutants are judged, where some were before; what is known of others is left as it is."""
    kept = {_key(row): row.ended for row in rows}
    if "--again" in words:
        return lambda key: kept.get(key) in (SURVIVED, UNKNOWN)
    if "--rest" in words:
        return lambda key: key not in kept
    return lambda _: True


def judged(name: str, most: int, wanted: Callable[[Key], bool]) -> Iterator[Row]:
    """The mutants of every good program in Rust of a task that are wanted, judged; at most so many of each, or all."""
    task = read_task(name)
    folder = find_task(name) / "canaries" / "good"
    with Lane(task, tier=choose_tier("auto")) as lane:
        for place in sorted(folder.glob("*/sut.rs")):
            source = place.read_text()
            made = [m for m in mutants(source) if wanted((name, place.parent.name, m.line, m.what))]
            for mutant in spread(made, most) if most else made:
                candidate = Candidate(files={"sut.rs": mutant.source.encode()})
                found = assess(task, candidate, Context(lane=lane, seeds=chosen_seeds(1)))
                yield row_of(name, place.parent.name, source, mutant, found)


def spread(made: Sequence[Mutant], most: int) -> list[Mutant]:
    """At most so many, evenly from the first to the last."""
    return [made[at * len(made) // most] for at in range(most)] if most < len(made) else list(made)


def row_of(task: str, program: str, source: str, mutant: Mutant, found: Assessment) -> Row:
    """What an assessment says about a mutant."""
    before, after = _difference(source, mutant.source)
    common = {"task": task, "program": program, "what": mutant.what, "before": before, "after": after}
    for verdict in found.verdicts:
        if verdict.outcome is Outcome.REFUTED:
            law = verdict.findings[0].law
            ended = UNVIABLE if law == "compiles" else verdict.level
            return Row(line=mutant.line, ended=ended, law="" if ended == UNVIABLE else law, **common)
    if found.outcome is Outcome.HOLDS:
        return Row(line=mutant.line, ended=SURVIVED, **common)
    return Row(line=mutant.line, ended=UNKNOWN, law=found.reason[:100], **common)


def _difference(before: str, after: str) -> tuple[str, str]:
    """The lines that differ."""
    old, new = before.splitlines(), after.splitlines()
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    end = 0
    while end < min(len(old), len(new)) - same and old[-1 - end] == new[-1 - end]:
        end += 1
    return "\n".join(old[same : len(old) - end]), "\n".join(new[same : len(new) - end])


def load() -> list[Row]:
    """What was kept."""
    return [Row(**row) for row in json.loads(KEPT.read_text())] if KEPT.is_file() else []


def reasons() -> dict[Key, str]:
    """Why a survivor is no hole, by task, program, line and change."""
    return _told("equivalent")


def unseen() -> dict[Key, str]:
    """Why a survivor that is a fault is not noticed, by task, program, line and change; it counts as accepted."""
    return _told("unseen")


def _told(kind: str) -> dict[Key, str]:
    entries = tomllib.loads(EQUIVALENT.read_text()).get(kind, []) if EQUIVALENT.is_file() else []
    return {(e["task"], e["program"], e["line"], what): e["why"] for e in entries for what in e["what"]}


def totals() -> dict[str, int]:
    """How many mutants the good programs of each task have, tried or not."""
    folders = {name: find_task(name) / "canaries" / "good" for name in TASKS}
    return {
        name: sum(len(mutants(place.read_text())) for place in folder.glob("*/sut.rs"))
        for name, folder in folders.items()
    }


def page(rows: Sequence[Row], totals: Mapping[str, int] | None = None) -> str:
    """The page that tells the figures; ``totals`` says of how many mutants of a task the rows are."""
    known = reasons()
    text = """# How much the shipped tasks notice in Rust

Made by `python -m bench rustmutants --write`; do not edit. Each mutant is one small change of a good canary: a body
replaced by a value of its type, an operator exchanged or deleted, a match arm or a statement left out, an ordering made
Relaxed. It climbs the ladder to level schedules with seed 1. *Stuck*: some interleaving does not come to an end, so
that the verdict is INCONCLUSIVE and the program is not accepted, like a timeout of a test. *Noticed* are those refuted
or stuck, of the mutants that build and do something else than the program. Miri was there: races on plain fields of a
node show where it meets them.

| task | mutants | do not build | do the same | refuted at behaviour | memory | schedules | stuck | accepted | noticed |
|---|---|---|---|---|---|---|---|---|---|
"""
    for task in dict.fromkeys(row.task for row in rows):
        tried = [row for row in rows if row.task == task]
        text += _table_row(task, tried, known, (totals or {}).get(task, len(tried)))
    return text + _survivors(rows, known)


def _table_row(task: str, rows: Sequence[Row], known: dict[Key, str], total: int) -> str:
    other = [row for row in rows if row.ended != UNVIABLE and _key(row) not in known]
    ended = Counter(row.ended for row in other)
    accepted = ended[SURVIVED]
    noticed = len(other) - accepted
    share = f"{noticed} of {len(other)} ({100 * noticed / len(other):.0f} %)" if other else "none"
    unbuilt = sum(row.ended == UNVIABLE for row in rows)
    tried = str(len(rows)) if total == len(rows) else f"{len(rows)} of {total}"
    counts = (tried, unbuilt, len(rows) - unbuilt - len(other))
    levels = (ended["behaviour"], ended["memory"], ended["schedules"], ended[UNKNOWN], accepted)
    return f"| `{task}` | {' | '.join(map(str, (*counts, *levels)))} | {share} |\n"


def _survivors(rows: Sequence[Row], known: dict[Key, str]) -> str:
    text = """
## What is not refuted

Of those accepted, loads that were Acquire and followed to a plain field of a node are races that Loom does not see, and
that Miri did not meet in its two clients (SOUNDNESS.md, *Concurrent Rust*).
"""
    faults = unseen()
    for row in rows:
        if row.ended in (SURVIVED, UNKNOWN):
            plain = "Accepted" if row.ended == SURVIVED else "Stuck"
            why = known.get(_key(row), f"{plain}: {faults[_key(row)]}" if _key(row) in faults else plain)
            why = why.removesuffix(".")
            text += f"\n`{row.task}`, `{row.program}`, line {row.line}: {row.what}. {why}.\n\n```diff\n"
            text += "".join(f"-{line}\n" for line in row.before.splitlines())
            text += "".join(f"+{line}\n" for line in row.after.splitlines()) + "```\n"
    return text


def _key(row: Row) -> Key:
    return row.task, row.program, row.line, row.what
