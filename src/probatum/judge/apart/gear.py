"""What the judge is asked at level conformance, and what it reports."""

from __future__ import annotations

from collections import Counter
from typing import Any

from probatum.judge.apart.trial import Apart
from probatum.judge.evidence import GearReport
from probatum.judge.ports import Opening, Workers
from probatum.judge.simulation.declared import WorldSpec
from probatum.judge.suite import Suite
from probatum.lab.onecpu import staying_here


def try_apart(suite: Suite, workers: Workers, request: dict[str, Any]) -> GearReport:
    """One trial of a candidate in every world that is explored, its nodes apart; or in stored schedules, where the
    request has some. ``smaller`` false: a drawn schedule that fails is shown as it was found."""
    with staying_here() as cpu:
        opening = Opening(host=request["host"], random_seed=request["random_seed"], cpu=cpu)
        trial = Apart(suite=suite, workers=workers, opening=opening, smaller=request.get("smaller", True))
        if request["stored"]:
            trial.known(request["stored"])
            return trial.report
        trial.explore()
        if not trial.over and not _cut_short(trial):
            trial.draw(request["seed"], request["schedules"])
    return _reported(trial)


def _cut_short(trial: Apart) -> list[str]:
    return [exploration.cut_short for exploration in trial.explored if exploration.cut_short]


def _reported(trial: Apart) -> GearReport:
    report, explored = trial.report, trial.explored
    cut_short = _cut_short(trial)
    whole = not cut_short and not trial.over and len(explored) == len(trial.worlds)
    counts = {spec.name: _counts(trial, spec) for spec in trial.worlds}
    faults = {f"{s.name}: {fault}": counts[s.name][fault] for s in trial.worlds for fault in s.faults()}
    report.scope = {
        "decisions": min((e.spec.mark.apart for e in explored), default=0) if whole else 0,
        "schedules": sum(e.schedules for e in explored),
        "states": sum(len(e.seen) for e in explored),
        "drawn_schedules": trial.drawn,
    }
    never = [f"{name} never happened" for name, count in faults.items() if not count]
    report.notes = {
        "faults": [f"{name} {count}" for name, count in faults.items()],
        "never": never + [line for spec in trial.worlds for line in _unreached(trial, spec, counts[spec.name])],
        "undone": [
            f"{e.spec.name}: {p.name}" for e in explored for p in e.spec.of("action") if not e.counts[f"{p.name} done"]
        ],
        "cut_short": cut_short,
        "unmerged": [e.unmerged for e in explored if e.unmerged],
    }
    return report


def _counts(trial: Apart, spec: WorldSpec) -> Counter[str]:
    """What happened in a world, explored and drawn."""
    total = Counter(trial.counts.get(spec.name, Counter()))
    for exploration in trial.explored:
        if exploration.spec.name == spec.name:
            total.update(exploration.counts)
    return total


def _unreached(trial: Apart, spec: WorldSpec, counts: Counter[str]) -> list[str]:
    """Timers never fired, laws never tried, `sometimes` never reached: without them nothing would be said."""
    reached = trial.reached.union(*(e.reached for e in trial.explored if e.spec.name == spec.name))
    laws = (*spec.laws("always"), *spec.laws("eventually"))
    done = any(counts[f"{p.name} done"] for p in spec.of("action")) or not spec.of("action")
    return [
        *([] if done else [f"{spec.name}: nothing was ever done"]),
        *(f"{spec.name}: {p.name} never fired" for p in spec.of("timer") if not counts[f"{p.name} fired"]),
        *(f"{spec.name}: {c.name} never reached" for c in spec.laws("sometimes") if c.name not in reached),
        *(f"{spec.name}: {c.name} never tried" for c in laws if not counts[f"{c.name} tried"]),
    ]
