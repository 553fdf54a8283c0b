"""Before any candidate is judged: every law is tried on the oracle, every goal must be reachable, every requirement
must have a law."""

from __future__ import annotations

from typing import Any

from probatum.errors import TaskError
from probatum.judge.compare import goals_reached
from probatum.judge.soundness import laws_hold
from probatum.judge.suite import Suite
from probatum.judge.trial import Trial

CALLS, HISTORIES = 1500, 90
"""Size of the selfcheck; its seed is fixed, so a task either passes or does not."""


def selfcheck(trial: Trial, *, requirements: tuple[str, ...]) -> dict[str, Any]:
    """Raise `TaskError` for a law that is false of the oracle; report what was never tried or reached."""
    _requirements(trial, requirements)
    plans = [*trial.corpus(), *trial.fresh("selfcheck", calls=CALLS, histories=HISTORIES)]
    tried: dict[str, int] = {law.name: 0 for law in trial.suite.laws}
    open_goals = {goal.name for goal in trial.suite.goals}
    for planned in (p for plan in plans for p in plan):
        laws_hold(planned)
        for use in planned.uses:
            tried[use.law.name] += 1
        open_goals -= goals_reached(trial.suite, planned, planned.answers, open_goals)
    return {
        "tried": tried,
        "untried": [name for name, count in tried.items() if count == 0],
        "unreached": sorted(open_goals) + _unreached_worlds(trial.suite) + _idle_clients(trial.suite),
        "calls": sum(len(p.ops) for plan in plans for p in plan),
    }


def _idle_clients(suite: Suite) -> list[str]:
    """Methods that no program of threads calls; raises `TaskError` where there can be no program."""
    if all(declared.concurrent is None for declared in suite.interface.classes):
        return []
    from probatum.judge.schedules.trial import selfcheck_clients

    return selfcheck_clients(suite)


def _unreached_worlds(suite: Suite) -> list[str]:
    if not suite.worlds:
        return []
    from probatum.judge.simulation.trial import selfcheck_worlds  # most tasks have no world, and every judge starts

    return selfcheck_worlds(suite)


def _requirements(trial: Trial, requirements: tuple[str, ...]) -> None:
    cited = trial.suite.cited()
    unknown = [(w.name, r) for w in trial.suite.worlds for r in w.cited() if r not in requirements]
    if unknown:
        raise TaskError(
            f"world {unknown[0][0]} cites requirement {unknown[0][1]}, which task.toml does not have",
            file="task.py",
            fix=f"Use one of: {', '.join(requirements)}",
        )
    for law in (*trial.suite.laws, *trial.suite.goals):
        for name in law.mark.requirements:
            if name not in requirements:
                raise TaskError(
                    f"law {law.name}() cites requirement {name}, which task.toml does not have",
                    file="task.py",
                    line=law.line,
                    fix=f"Use one of: {', '.join(requirements)}",
                )
    for name in requirements:
        if name not in cited:
            raise TaskError(
                f"requirement {name} has no law",
                file="task.toml",
                key="requirements",
                fix=f'Cite it: @always("{name}")',
            )
