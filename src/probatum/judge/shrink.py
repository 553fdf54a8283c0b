"""Shrinking whole transcripts: fewer calls, then simpler values, until nothing simpler fails the same law.

Delta debugging (Zeller and Hildebrandt, TSE 2002) over calls and value trees, with one difference: all variants of a round are sent to one
worker as segments of one batch, so that a round costs one fork; the winner is then confirmed in a fresh process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from probatum.errors import TaskError
from probatum.judge.drive import OracleDriver
from probatum.judge.histories import LawUse, Planned, plan_of, record_law
from probatum.judge.simpler import complexity, simpler
from probatum.judge.suite import Suite
from probatum.task.declare import Unsatisfied
from probatum.task.interface import Param
from probatum.transcript import Op
from probatum.types.conform import mismatch

ROUNDS = 14
"""Rounds of variants before shrinking stops and says that it is not minimal."""
VARIANTS = 48
"""Variants sent in one round."""

Case = tuple[tuple[Op, ...], LawUse | None]
"""What is shrunk: the calls before a law (or all calls), and the law with its drawn values."""
Check = Callable[[Sequence[Planned]], list[bool]]
"""Which of some planned segments still fail the law in question."""


def realise(suite: Suite, case: Case) -> Planned | None:
    """Record a case on the oracle; None when some call is outside the specification."""
    ops, use = case
    driver = OracleDriver(suite.interface)
    try:
        for op in ops:
            if op.verb == "c" and op.handle not in driver.instances:
                return None
            driver.make(op)
        uses = () if use is None else (record_law(use.law, driver, use.numbers, use.values),)
    except (Unsatisfied, TaskError, KeyError):
        return None
    return plan_of(driver, uses, frozenset(r.names for r in suite.interface.records()))


def shrink(suite: Suite, planned: Planned, use: LawUse | None, at: int, check: Check) -> tuple[Planned, bool]:
    """The smallest segment found on which the law still fails, and whether nothing simpler was left to try."""
    case: Case = (planned.ops[: use.start], use) if use is not None else (planned.ops[: at + 1], None)
    best = realise(suite, case)
    if best is None or not check([best])[0]:
        return planned, False
    for _ in range(ROUNDS):
        found = _round(suite, case, check)
        if found is None:
            return best, True
        case, best = found
    return best, False


def _round(suite: Suite, case: Case, check: Check) -> tuple[Case, Planned] | None:
    """One round: deletions first, then simpler values; the best failing variant, or None when none fails."""
    for variants in (_deletions(case), _simplifications(suite, case)):
        failing = _failing(suite, variants, check)
        if failing:
            return _combined(suite, case, failing, check)
    return None


def _failing(suite: Suite, variants: Iterator[Case], check: Check) -> list[tuple[Case, Planned]]:
    made: list[tuple[Case, Planned]] = []
    for variant in variants:
        planned = realise(suite, variant)
        if planned is not None:
            made.append((variant, planned))
        if len(made) >= VARIANTS:
            break
    if not made:
        return []
    verdicts = check([planned for _, planned in made])
    return [pair for pair, fails in zip(made, verdicts, strict=False) if fails]


def _combined(suite: Suite, case: Case, failing: list[tuple[Case, Planned]], check: Check) -> tuple[Case, Planned]:
    """Try all successful deletions at once, then halves of them; else the smallest single variant."""
    ops, use = case
    gone = [_removed(ops, variant[0]) for variant, _ in failing if variant[1] is use and len(variant[0]) < len(ops)]
    options: list[Case] = []
    while len(gone) > 1:
        removed = frozenset().union(*gone)
        options.append((tuple(op for i, op in enumerate(ops) if i not in removed), use))
        gone = gone[: len(gone) // 2]
    combined = _failing(suite, iter(options), check)
    return min([*combined, *failing], key=lambda pair: _size(pair[0]))


def _removed(ops: tuple[Op, ...], kept: tuple[Op, ...]) -> frozenset[int]:
    """Indexes of ``ops`` that are not in ``kept`` (a subsequence of it, by identity)."""
    remaining = list(kept)
    gone = []
    for index, op in enumerate(ops):
        if remaining and remaining[0] is op:
            remaining.pop(0)
        else:
            gone.append(index)
    return frozenset(gone)


def _size(case: Case) -> tuple[int, int]:
    ops, use = case
    values = () if use is None else use.values
    return len(ops), sum(complexity(a) for op in ops for a in op.args) + sum(map(complexity, values))


def _deletions(case: Case) -> Iterator[Case]:
    """Variants without a chunk of calls, large chunks first; deleting a construction deletes the calls on it."""
    ops, use = case
    needed = frozenset(use.numbers) if use is not None else frozenset()
    handles = {op.handle for op in ops if op.verb == "n"} - needed
    for handle in sorted(handles):
        if len({op.handle for op in ops}) > 1:
            yield tuple(op for op in ops if op.handle != handle), use
    chunk = max(1, len(ops) // 2)
    while chunk >= 1:
        for start in range(0, len(ops), chunk):
            kept = tuple(op for i, op in enumerate(ops) if not start <= i < start + chunk or op.verb == "n")
            if len(kept) < len(ops):
                yield kept, use
        chunk //= 2


def _simplifications(suite: Suite, case: Case) -> Iterator[Case]:
    """Variants with one simpler argument, with a value replaced everywhere, or with a simpler value of the law."""
    ops, use = case
    yield from _renamed(suite, case)
    for index, op in enumerate(ops):
        for args in _simpler_args(_params(suite, ops, op), op.args):
            yield (*ops[:index], op._replace(args=args), *ops[index + 1 :]), use
    if use is not None:
        for values in _simpler_args(use.law.params, use.values):
            yield ops, _with_values(use, values)


def _with_values(use: LawUse, values: tuple[Any, ...]) -> LawUse:
    return replace(use, values=values)


def _simpler_args(params: tuple[Param, ...], args: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    for index, (param, value) in enumerate(zip(params, args, strict=True)):
        for candidate in simpler(param.kind, value):
            yield (*args[:index], candidate, *args[index + 1 :])


def _renamed(suite: Suite, case: Case) -> Iterator[Case]:
    """The same integer replaced everywhere it occurs as an argument, because calls often fail only when they agree."""
    ops, use = case
    scalars = [a for op in ops for a in op.args] + list(use.values if use is not None else ())
    shared = [v for v in dict.fromkeys(a for a in scalars if type(a) is int) if abs(v) > 1 and scalars.count(v) > 1]
    for old in sorted(shared, key=abs, reverse=True)[:6]:
        for new in (0, 1, 2, 3, old // 2):
            if abs(new) < abs(old):
                swapped = tuple(op._replace(args=_swap(op.args, old, new)) for op in ops)
                changed = None if use is None else _with_values(use, _swap(use.values, old, new))
                if _fits(suite, swapped, changed):
                    yield swapped, changed


def _swap(values: tuple[Any, ...], old: int, new: int) -> tuple[Any, ...]:
    return tuple(new if type(v) is int and v == old else v for v in values)


def _fits(suite: Suite, ops: tuple[Op, ...], use: LawUse | None) -> bool:
    pairs = [(p, a) for op in ops for p, a in zip(_params(suite, ops, op), op.args, strict=True)]
    if use is not None:
        pairs += list(zip(use.law.params, use.values, strict=True))
    return all(mismatch(p.kind, a) is None for p, a in pairs)


def _params(suite: Suite, ops: tuple[Op, ...], op: Op) -> tuple[Param, ...]:
    if op.verb == "f":
        return suite.interface.function(op.method).method.params
    owner = op.owner or next(o.owner for o in ops if o.verb == "n" and o.handle == op.handle)
    return suite.interface.cls(owner).method(op.method).params
