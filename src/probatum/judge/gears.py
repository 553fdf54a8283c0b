"""One gear of a trial as the controller asks for it: which inputs, on which hosts, on which CPU."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from probatum.judge.enumerate import complete
from probatum.judge.evidence import GearReport, Tally
from probatum.judge.histories import Planned
from probatum.judge.ports import Opening, Workers
from probatum.judge.trial import Trial
from probatum.lab.onecpu import staying_here

BRIEF = ("corpus", "stored")
"""Gears of few calls: judge and worker spend them waiting for each other, so that a second CPU only has to be woken."""


def run_gear(trial: Trial, workers: Workers, request: dict[str, Any]) -> GearReport:
    """Run the candidate on the inputs that the request names."""
    opening = Opening(host=request["host"], random_seed=request["random_seed"])
    if request["gear"] not in BRIEF:
        return _run(trial, workers, request, opening)
    with staying_here() as cpu:
        return _run(trial, workers, request, replace(opening, cpu=cpu))


def _run(trial: Trial, workers: Workers, request: dict[str, Any], opening: Opening) -> GearReport:
    tally = Tally(open_goals=set(request["open_goals"]))
    plans, scope = _plans(trial, request)
    report = trial.gear(workers, plans, opening, tally, both=request["both"], hosts=request.get("hosts", ()))
    report.scope = scope
    return report


def _plans(trial: Trial, request: dict[str, Any]) -> tuple[list[list[Planned]], dict[str, int]]:
    gear = request["gear"]
    if gear == "corpus":
        return trial.corpus(), {}
    if gear == "stored":
        return trial.stored(request["stored"]), {}
    if gear == "exhaustive":
        depth = request["depth"]
        whole = depth > 0 and all(map(complete, trial.suite.interface.classes))
        return trial.exhaustive(depth, request["calls"]), {"exhaustive_depth": depth} if whole else {}
    only = request.get("laws", ())
    sizes = {"calls": request["calls"], "histories": request["histories"], "longest": request.get("longest")}
    return trial.fresh(request["seed"], only=only, **sizes), {}
