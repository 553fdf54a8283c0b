"""How a search is getting on, in one line."""

from __future__ import annotations

from itertools import islice

from probatum.cascade import LADDER
from probatum.cli.progress import note
from probatum.lab.clock import wall_s
from probatum.search.generations import generations
from probatum.search.state import State
from probatum.verdict import Outcome


class Pace:
    """Measures from its making on, so that a resumed run shows its own speed."""

    def __init__(self, state: State) -> None:
        self._began_s = wall_s()
        self._closed = state.closed
        self._asked = state.asked
        self._told = sum(1 for _ in generations(state))

    def line(self, state: State) -> str:
        """Tried, best level, speed, cost, and the time until a budget is spent at this speed."""
        passed = max(1e-9, wall_s() - self._began_s)
        rate = (state.closed - self._closed) / passed
        parts = [f"{state.closed} of at most {state.options.max_candidates} tried", f"best {standing(state)}"]
        cost = "" if state.cost_usd == 0 else ", unknown cost" if state.cost_usd is None else f", ${state.cost_usd:.4f}"
        parts.append(f"{rate:.1f}/s, {state.cpu_s:.1f} CPU s{cost}")
        if rate > 0:
            parts.append(f"at most {self._eta(state, passed, rate)} left")
        return ", ".join(parts)

    def tell_generations(self, state: State) -> None:
        """One line for every generation that is over and was not told yet."""
        size = state.options.generation_size
        if not size or state.pending or state.asked < size * (self._told + 1):
            return
        for generation in islice(generations(state), self._told, None):
            self._told += 1
            note(generation.line, quiet=True)

    def _eta(self, state: State, passed: float, rate: float) -> str:
        options = state.options
        left = [(options.max_candidates - state.evaluations) / rate]
        if options.generations is not None and state.asked:
            asked = options.generations * options.generation_size
            left.append((asked - state.asked) * passed / max(1, state.asked - self._asked))
        if options.wall_s is not None:
            left.append(options.wall_s - passed)
        if options.cpu_s is not None and state.cpu_s > 0:
            left.append((options.cpu_s - state.cpu_s) * passed / state.cpu_s)
        seconds = max(0, round(min(left)))
        return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"


def standing(state: State) -> str:
    """How far the best candidate came, in words."""
    best = state.latest
    if best is None:
        return "nothing yet"
    if best.outcome == Outcome.HOLDS:
        return "accepted" if best.accepted else "holds, to be confirmed"
    held = int(best.fitness[0])
    if held < len(LADDER):
        return f"stopped at {LADDER[held].name}"
    return f"stopped above {LADDER[-1].name}" if best.outcome == Outcome.REFUTED else "holds, gate open"
