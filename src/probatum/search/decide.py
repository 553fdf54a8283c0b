"""The next step of a run: a pure function of its state, so that a resumed run takes the same one."""

from __future__ import annotations

from dataclasses import dataclass

from probatum.search import budget
from probatum.search.state import State, Turn
from probatum.verdict import Outcome

MOST_USELESS = 20
"""Turns in a row without anything to evaluate, after which the author is not asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask the author."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit:
    """Hand in the candidate of a turn."""

    turn: Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """Hand in an accepted candidate once more, for a trial whose size knows how many were tried."""

    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Wait for the result of an index and write it."""

    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The run is over."""

    why: str
    index: int | None = None
    """The confirmation that accepted a candidate."""


Step = Ask | Submit | Confirm | Fold | End


def decide(state: State, spent: str = "") -> Step:
    """The next step; ``spent``: a budget that is used up, measured outside the journal."""
    if state.unsubmitted is not None:
        return Submit(turn=state.unsubmitted)
    halt = spent or _halt(state)
    asking = not halt and _room(state) and not state.passed
    if state.options.objective and (asking or state.pending):
        # A confirmation belongs to the end; one that is under way is waited for like any other trial.
        return Ask() if asking else Fold(index=state.pending[0])
    if state.best is not None and state.trials[state.best].outcome == Outcome.HOLDS:
        confirmed = state.confirmation(state.best)
        if confirmed is not None and confirmed.accepted:
            return End(why="accepted", index=confirmed.index)
        waiting = [i for i in state.pending if state.trials[i].confirms == state.best]
        if confirmed is None:
            return Fold(index=waiting[0]) if waiting else Confirm(index=state.best)
    if asking:
        return Ask()
    if state.pending:
        return Fold(index=state.pending[0])
    return End(why=halt or "the author has nothing more to propose")


def _room(state: State) -> bool:
    """Whether the author is asked before a result is waited for. A generation is asked for as a whole, and folded as
    a whole before the next one: what it is asked from does not hang on which trial was the quickest."""
    size = state.options.generation_size
    if not size:
        return len(state.pending) < state.options.window
    return not state.pending or state.asked % size != 0


def _halt(state: State) -> str:
    """Why the author is not asked again."""
    options = state.options
    size = options.generation_size
    if size and options.generations is not None and state.asked >= size * options.generations:
        return f"{options.generations} generations are over (--generations)"
    if size and state.idle >= max(MOST_USELESS, 2 * size):
        return f"{state.idle} questions in a row brought nothing new"
    if why := budget.spent(state):
        return why
    if options.max_turns is not None and len(state.turns) >= options.max_turns:
        return f"the author was asked {options.max_turns} times"
    if state.useless >= MOST_USELESS:
        return f"{state.useless} proposals in a row could not be evaluated"
    return ""
