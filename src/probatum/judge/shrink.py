"""Shrinking whole transcripts: fewer calls, then simpler values, until nothing simpler fails the same law.

Delta debugging (Zeller and Hildebrandt, TSE 2002) over calls and value trees, with two differences: many variants are
sent to one worker as
segments of one batch, so that a round costs one fork (the result is confirmed in a fresh process); and the
improvements found in one
round are tried together before the next. No variant is tried twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from probatum.errors import TaskError
from probatum.judge.drive import OracleDriver
from probatum.judge.histories import LawUse, Planned, plan_of, record_law
from probatum.judge.suite import Suite
from probatum.judge.variants import (
    Case,
    deletions,
    joint,
    merged,
    only_one,
    removed,
    renumbered,
    simplifications,
    size,
    with_twins,
    without_twins,
)
from probatum.task.declare import Unsatisfied

Check = Callable[[Sequence[Planned]], list[bool]]
"""Which of some planned segments still fail the law in question; fewer verdicts when the process was lost on the way.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much shrinking may cost before it stops and says that it is not minimal."""

    batches: int = 90
    """Batches of variants; each costs one process (one per variant where a law is stepped)."""
    variants: int = 48
    """Variants in one batch."""
    batch_calls: int = 5_000
    """Calls in one batch: a long history is cut down a few variants at a time, each success makes the next cheaper."""
    calls: int = 60_000
    """Calls recorded on the oracle in all: long histories get fewer batches."""


Found = tuple[Case, Planned]
ALL = Effort()


def realise(suite: Suite, case: Case) -> Planned | None:
    """Record a case on the oracle; None when a call is outside the specification or the law is false of the oracle
    there.
    """
    ops, use = case
    driver = OracleDriver(suite.interface)
    try:
        for op in with_twins(ops, use):
            if op.verb == "c" and op.handle not in driver.instances:
                return None
            driver.make(op)
        uses = () if use is None else (record_law(use.law, driver, use.numbers, use.values),)
    except (Unsatisfied, TaskError, KeyError):
        return None
    if any(u.failure is not None for u in uses) or not driver.ops:
        return None
    return plan_of(driver, uses, frozenset(r.names for r in suite.interface.records()))


def shrink(
    suite: Suite, planned: Planned, use: LawUse | None, at: int, check: Check, effort: Effort = ALL
) -> tuple[Planned, bool]:
    """The smallest segment found on which the law still fails, and whether nothing simpler was left to try."""
    case = without_twins(planned.ops[: use.start], use) if use is not None else (planned.ops[: at + 1], None)
    best = realise(suite, case)
    if best is None or not any(check([best])):
        return planned, False
    search = Search(suite=suite, check=check, effort=effort, tried={best.text + best.uses_text})
    while True:
        found = search.round(case)
        if found is None:
            named = search.accepts(renumbered(case))
            return (best if named is None else named), not search.spent
        case, best = found


@dataclass(slots=True, kw_only=True)
class Search:
    """What has been tried and spent."""

    suite: Suite
    check: Check
    effort: Effort
    tried: set[str]
    batches: int = 0
    calls: int = 0

    @property
    def spent(self) -> bool:
        """Whether the effort is used up."""
        return self.batches >= self.effort.batches or self.calls >= self.effort.calls

    def round(self, case: Case) -> Found | None:
        """A smaller failing case: deletions first, then simpler values; None when none is left or the effort is
        spent.
        """
        stages = (
            (deletions(case), _without_all),
            (simplifications(self.suite, case), merged),
            (joint(case), only_one),
        )
        for variants, combine in stages:
            while not self.spent:
                failing, exhausted = self._batch(variants)
                if failing:
                    together, _ = self._batch(iter(combine(case, [variant for variant, _ in failing])))
                    return min([*together, *failing], key=lambda found: size(found[0]))
                if exhausted:
                    break
        return None

    def accepts(self, case: Case) -> Planned | None:
        """One case that is not smaller, if it fails too."""
        planned = realise(self.suite, case)
        return planned if planned is not None and any(self.check([planned])) else None

    def _batch(self, variants: Iterator[Case]) -> tuple[list[Found], bool]:
        """The failing ones among the next untried variants, and whether there are no more."""
        made: list[Found] = []
        limit = self.calls + self.effort.batch_calls
        for variant in variants:
            planned = realise(self.suite, variant)
            self.calls += max(1, len(variant[0]))
            key = "" if planned is None else planned.text + planned.uses_text
            if planned is not None and key not in self.tried:
                self.tried.add(key)
                made.append((variant, planned))
            if len(made) >= self.effort.variants or self.spent or (len(made) > 1 and self.calls > limit):
                break
        else:
            return self._failing(made), True
        return self._failing(made), False

    def _failing(self, made: list[Found]) -> list[Found]:
        if not made:
            return []
        self.batches += 1
        verdicts = self.check([planned for _, planned in made])
        self.tried -= {planned.text + planned.uses_text for _, planned in made[max(1, len(verdicts)) :]}
        return [found for found, fails in zip(made, verdicts, strict=False) if fails]


def _without_all(case: Case, failing: Sequence[Case]) -> list[Case]:
    """Without everything that could be left out alone; then without halves of it."""
    ops, use = case
    gone = [removed(ops, kept) for kept, _ in failing if len(kept) < len(ops)]
    options: list[Case] = []
    while len(gone) > 1:
        together = frozenset[int]().union(*gone)
        options.append((tuple(op for i, op in enumerate(ops) if i not in together), use))
        gone = gone[: len(gone) // 2]
    return options
