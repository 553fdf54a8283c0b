"""Numbers by CMA-ES against fixed factors, on random bowls that lie askew: what is left of the first loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from probatum.authors.offline.numbers import fitting
from probatum.authors.offline.tune import Row, proposals
from probatum.lab.rng import Rng

BOWLS = 30
SIZES = (2, 4, 6)
MARKS = (10, 20, 40, 80, 160)
STARTS = (0.25, 0.5, 0.7, 0.9, 2.0, 4.0)
FACTORS = (0.8, 1.25, 0.5, 2.0, 0.0)
"""As the operators try them, the likeliest first."""
Loss = Callable[[Sequence[float]], float]


def bowl(size: int, seed: int) -> tuple[list[float], Loss]:
    """Where a program begins, and a quadratic loss: least at 0.3 to 2.2 times each number, on axes of its own."""
    rng = Rng(seed)
    start = [rng.choice(STARTS) for _ in range(size)]
    best = [value * rng.uniform(0.3, 2.2) for value in start]
    axes = [[rng.gauss(0, 1) for _ in range(size)] for _ in range(size)]

    def loss(values: Sequence[float]) -> float:
        apart = [(v - b) / (0.3 * s) for v, b, s in zip(values, best, start, strict=True)]
        along = [sum(a * d for a, d in zip(axis, apart, strict=True)) for axis in axes]
        return sum(a * a for a in along) / size + 0.3 * sum(d * d for d in apart)

    return start, loss


def tuned(start: Sequence[float], loss: Loss, most: int, run: str) -> list[float]:
    """The best loss after each trial of CMA-ES."""
    history = [Row(values=tuple(start), gain=-loss(start), drawn=False)]
    for number in range(most):
        drawn = next(proposals(start, [False] * len(start), history, f"{run} {number}"))
        values = tuple(fitting(value, whole=False) for value in drawn)
        history.append(Row(values=values, gain=-loss(values), drawn=True))
    losses = [-(row.gain or 0.0) for row in history]
    return [min(losses[: number + 2]) for number in range(most)]


def by_factors(start: Sequence[float], loss: Loss, most: int) -> list[float]:
    """The same for fixed factors, one number at a time, from the best so far; nothing is tried twice."""
    best, tried, found = tuple(start), {tuple(start)}, list[float]()
    while len(found) < most:
        near = (
            (*best[:i], fitting(best[i] * factor, whole=False), *best[i + 1 :])
            for factor in FACTORS
            for i in range(len(best))
        )
        fresh = next((values for values in near if values not in tried), None)
        if fresh is None:
            return found + [loss(best)] * (most - len(found))
        tried.add(fresh)
        best = min(best, fresh, key=loss)
        found.append(loss(best))
    return found


def main() -> None:
    """Print the table of docs/search.md."""
    print("| numbers | rule | " + " | ".join(f"{mark} trials" for mark in MARKS) + " |")
    print("|---|---|" + "---|" * len(MARKS))
    for size in SIZES:
        bowls = [bowl(size, seed) for seed in range(BOWLS)]
        rules = {
            "factors": [by_factors(start, loss, MARKS[-1]) for start, loss in bowls],
            "`tune`": [tuned(start, loss, MARKS[-1], str(n)) for n, (start, loss) in enumerate(bowls)],
        }
        for name, runs in rules.items():
            left = [median(run[m - 1] / loss(s) for run, (s, loss) in zip(runs, bowls, strict=True)) for m in MARKS]
            print(f"| {size} | {name} | " + " | ".join(f"{part:.4f}" for part in left) + " |")


if __name__ == "__main__":
    main()
