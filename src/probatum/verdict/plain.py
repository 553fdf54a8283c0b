"""Verdicts as plain data for the journal, and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from probatum.verdict.values import Counterexample, Finding, Outcome, Scope, Strength, Verdict


def verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON data; `verdict_from_json` is its inverse."""
    body = asdict(verdict)
    body["outcome"] = verdict.outcome.value
    body["strength"] = verdict.strength.name
    body["scope"]["counts"] = [list(pair) for pair in verdict.scope.counts]
    for finding in body["findings"]:
        finding["outcome"] = str(finding["outcome"])
    made: dict[str, Any] = _lists(body)
    return made


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _lists(v) for k, v in value.items()}
    return [_lists(v) for v in value] if isinstance(value, list | tuple) else value


def verdict_from_json(body: dict[str, Any]) -> Verdict:
    """The verdict of stored data; raises KeyError, TypeError or ValueError for data of another shape."""
    scope = body["scope"]
    plain = ("level", "reason", "cpu_s", "wall_s", "credit")
    return Verdict(
        **{name: body[name] for name in plain},
        outcome=Outcome(body["outcome"]),
        strength=Strength[body["strength"]],
        scope=Scope(
            counts=tuple((str(n), int(v)) for n, v in scope["counts"]),
            alphabet=tuple(scope["alphabet"]),
            seed=scope["seed"],
            best_of=scope["best_of"],
            text=scope["text"],
        ),
        findings=tuple(_finding(f) for f in body["findings"]),
        tools=tuple(body["tools"]),
        assumptions=tuple(body["assumptions"]),
        transcripts=tuple(body["transcripts"]),
        measures=tuple((str(n), float(v)) for n, v in body.get("measures", ())),
        progress=body.get("progress"),
    )


def _finding(body: dict[str, Any]) -> Finding:
    shown = body["counterexample"]
    return Finding(
        law=body["law"],
        sentence=body["sentence"],
        outcome=Outcome(body["outcome"]),
        requirements=tuple(body["requirements"]),
        counterexample=None if shown is None else Counterexample(**{**shown, "input": tuple(shown["input"])}),
        blame=body["blame"],
    )
