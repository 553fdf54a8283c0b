"""The three tables over many searches: what each came to, who wrote the best of each, what it took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

NOT_TESTED = "not tested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One task and the best candidate of its search."""

    task: str
    category: str
    run: str
    outcome: str
    """accepted, not accepted, stopped, or why there was no search."""
    score: int | None = None
    """The published score, as a view; None where nothing was judged."""
    fitness: tuple[float, ...] = ()
    progress: str = NOT_TESTED
    author: str = ""
    """Who wrote the best candidate; "seed" where nothing improved on the start."""
    generation: int | None = None
    """In which generation the best candidate was asked for; without generations, by which question."""
    evaluations: int = 0
    wall_s: float = 0.0
    cpu_s: float = 0.0
    """CPU seconds of the trials."""

    @property
    def cascade_s(self) -> float | None:
        """CPU seconds of the cascade per candidate."""
        return self.cpu_s / self.evaluations if self.evaluations else None

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {**asdict(self), "fitness": list(self.fitness), "cascade_s": self.cascade_s}


def tables(rows: Sequence[Standing]) -> str:
    """The three tables as Markdown."""
    return "\n\n".join((_standings(rows), _wins(rows), _efforts(rows)))


def wins(rows: Sequence[Standing]) -> dict[str, int]:
    """Tasks whose best candidate an author wrote; a seed that nobody improved on is nobody's win."""
    found = Counter(row.author for row in rows if row.author and row.author != "seed")
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _standings(rows: Sequence[Standing]) -> str:
    lines = [
        "| task | score | fitness | progress | best author | generation | outcome |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        score = "–" if row.score is None else str(row.score)
        generation = "–" if row.generation is None else str(row.generation)
        fitness = ", ".join(f"{part:.4g}" for part in row.fitness) or "–"
        known = (row.task, score, fitness, row.progress, row.author or "–", generation, row.outcome)
        lines.append("| " + " | ".join(known) + " |")
    return "\n".join(lines)


def _wins(rows: Sequence[Standing]) -> str:
    lines = ["| author | wins |", "|---|---|", *(f"| {who} | {count} |" for who, count in wins(rows).items())]
    return "\n".join(lines)


def _efforts(rows: Sequence[Standing]) -> str:
    ran = [row for row in rows if row.evaluations]
    evaluations, cpu = sum(row.evaluations for row in ran), sum(row.cpu_s for row in ran)
    each = f"{cpu / evaluations:.2f}" if evaluations else "–"
    lines = ["| task | runs | evaluations | wall s | cascade CPU s per evaluation |", "|---|---|---|---|---|"]
    lines += [f"| {r.task} | 1 | {r.evaluations} | {r.wall_s:.1f} | {r.cpu_s / r.evaluations:.2f} |" for r in ran]
    total = f"| all | {len(ran)} | {evaluations} | {sum(row.wall_s for row in ran):.1f} | {each} |"
    return "\n".join([*lines, total])
