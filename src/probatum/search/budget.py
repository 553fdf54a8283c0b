"""One budget: evaluations, CPU seconds, wall seconds and dollars. What may still be spent is reserved before it is.

Evaluations and dollars are never exceeded: their worst case is known before each step. The CPU of a trial is not known
before it ran; for every candidate in flight as much is reserved as the dearest one so far took, so the limit can be
passed by what one trial takes more than any before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from probatum.search.options import Options
from probatum.search.state import State

NAMES = {
    "max_candidates": "--max-candidates",
    "generations": "--generations",
    "cpu_s": "--cpu-s",
    "wall_s": "--wall-s",
    "budget_usd": "--budget-usd",
}
"""Options that a person may change when a run is resumed, and their flags."""


def spent(state: State) -> str:
    """Which part of the budget leaves no room for one more question; "" when all of them do."""
    options = state.options
    if state.evaluations >= options.max_candidates:
        return _words(options, "max_candidates")
    if options.cpu_s is not None and state.cpu_s + reserved_cpu_s(state) >= options.cpu_s:
        return _words(options, "cpu_s")
    if options.budget_usd is not None and state.cost_usd is None:
        return f"{_words(options, 'budget_usd')}: what a call cost is unknown"
    if state.over_budget:
        return f"{_words(options, 'budget_usd')}: {state.over_budget}"
    return ""


def reserved_cpu_s(state: State) -> float:
    """CPU seconds set aside for the candidates in flight and the next one."""
    return state.dearest_cpu_s * (len(state.pending) + 1)


def usd_left(state: State) -> float | None:
    """Dollars that a call may cost at most; None: there is no limit."""
    if state.options.budget_usd is None:
        return None
    return max(0.0, state.options.budget_usd - (state.cost_usd or 0.0) - state.reserved_usd)


def changed(options: Options, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a budget that a person gave anew and that differ, as an event says them."""
    return {name: given[name] for name in NAMES if given.get(name) not in (None, getattr(options, name))}


def _words(options: Options, name: str) -> str:
    return f"the budget is spent ({NAMES[name]} {getattr(options, name):g})"
