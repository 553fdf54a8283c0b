"""Simpler variants of a failing case: without calls, with fewer distinct or simpler values. Pure generation; `shrink`
tries them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from probatum.judge.alphabet import normal, valid
from probatum.judge.histories import LawUse
from probatum.judge.simpler import complexity, simpler
from probatum.judge.suite import Suite
from probatum.task.interface import Param
from probatum.transcript import Op

Case = tuple[tuple[Op, ...], LawUse | None]
"""What is shrunk: the calls before a law (or all calls), and the law with its drawn values. Twins are left out of the
calls.
"""
MAX_TOGETHER = 6
"""Mergers of improvements tried at once: all of them, then halves."""


def without_twins(ops: tuple[Op, ...], use: LawUse) -> Case:
    """A case whose twins are implied: they get whatever calls the first instance of their class gets."""
    gone = {number for number, _ in _twins(use)}
    return tuple(op for op in ops if op.handle not in gone or op.verb == "f"), use


def with_twins(ops: tuple[Op, ...], use: LawUse | None) -> tuple[Op, ...]:
    """The calls of a case, those on twins included."""
    for number, first in _twins(use) if use is not None else ():
        ops = (*ops, *[op._replace(handle=number) for op in ops if op.verb != "f" and op.handle == first])
    return ops


def _twins(use: LawUse) -> list[tuple[int, int]]:
    """Handles of a law that have the same history as an earlier one of their class, with that one."""
    firsts: dict[str, int] = {}
    found = []
    for number, owner in zip(use.numbers, use.law.handles, strict=True):
        if owner and owner in firsts:
            found.append((number, firsts[owner]))
        elif owner:
            firsts[owner] = number
    return found


def renumbered(case: Case) -> Case:
    """The case with its instances numbered from 0 in the order in which they are made, twins last."""
    ops, use = case
    made = [op.handle for op in ops if op.verb == "n"] + [number for number, _ in (_twins(use) if use else ())]
    new = {old: index for index, old in enumerate(dict.fromkeys(made))}
    renamed = tuple(op._replace(handle=new.get(op.handle, op.handle)) for op in ops)
    return renamed, None if use is None else replace(use, numbers=tuple(new.get(n, n) for n in use.numbers))


def size(case: Case) -> tuple[int, int]:
    """What shrinking lowers: the number of calls, then how complicated their values are."""
    ops, use = case
    values = () if use is None else use.values
    return len(ops), sum(complexity(a) for op in ops for a in op.args) + sum(map(complexity, values))


def removed(ops: tuple[Op, ...], kept: tuple[Op, ...]) -> frozenset[int]:
    """Indexes of ``ops`` that are not in ``kept`` (a subsequence of it, by identity)."""
    at, gone = 0, []
    for index, op in enumerate(ops):
        if at < len(kept) and kept[at] is op:
            at += 1
        else:
            gone.append(index)
    return frozenset(gone)


def deletions(case: Case) -> Iterator[Case]:
    """Variants without an instance or a chunk of calls, large chunks first. Instances that the law drives stay."""
    ops, use = case
    needed = frozenset(use.numbers) if use is not None else frozenset()
    for handle in sorted({op.handle for op in ops if op.verb == "n"} - needed):
        yield tuple(op for op in ops if op.handle != handle), use
    chunk = max(1, len(ops) // 2)
    while chunk >= 1:
        for start in range(len(ops) - 1, -1, -chunk):
            kept = tuple(op for i, op in enumerate(ops) if not start - chunk < i <= start or op.verb == "n")
            if len(kept) < len(ops):
                yield kept, use
        chunk //= 2


def simplifications(suite: Suite, case: Case) -> Iterator[Case]:
    """Variants with a value replaced wherever it occurs, with one simpler argument, or with a simpler value of the
    law.
    """
    ops, use = case
    yield from _renamed(suite, case)
    if use is not None:
        for values in _simpler_args(use.law.params, use.values):
            yield ops, replace(use, values=values)
    for index, op in enumerate(ops):
        for args in _simpler_args(_params(suite, ops, op), op.args):
            yield (*ops[:index], op._replace(args=args), *ops[index + 1 :]), use


MAX_JOINT_CALLS = 24
"""Longer cases are not worth trying pair by pair."""


def joint(case: Case) -> Iterator[Case]:
    """Variants in which a number goes one step towards zero *and* a call is left out: a structure of one size less
    needs one call less to show the same fault, and neither change shows it alone.
    """
    ops, use = case
    if len(ops) > MAX_JOINT_CALLS:
        return
    for index, op in enumerate(ops):
        for place, value in enumerate(op.args):
            if type(value) is not int or abs(value) < 2:
                continue
            lower = value - 1 if value > 0 else value + 1
            args = (*op.args[:place], lower, *op.args[place + 1 :])
            changed = (*ops[:index], op._replace(args=args), *ops[index + 1 :])
            for gone, other in enumerate(ops):
                if gone != index and other.verb != "n":
                    yield (*changed[:gone], *changed[gone + 1 :]), use


def only_one(case: Case, failing: Sequence[Case]) -> list[Case]:
    """Joint improvements are taken one at a time."""
    return []


def merged(case: Case, failing: Sequence[Case]) -> list[Case]:
    """The simplest improvement of each call (and of the law's values) together; then of halves of the calls."""
    ops, use = case
    best: dict[int, Case] = {}
    for variant in failing:
        places = [i for i, (a, b) in enumerate(zip(ops, variant[0], strict=True)) if a is not b]
        place = places[0] if len(places) == 1 and variant[1] is use else -1 if not places else None
        if place is not None and (place not in best or size(variant) < size(best[place])):
            best[place] = variant
    options: list[Case] = []
    chosen = sorted(best)
    while len(chosen) > 1 and len(options) < MAX_TOGETHER:
        swapped = {i: best[i][0][i] for i in chosen if i >= 0}
        options.append((tuple(swapped.get(i, op) for i, op in enumerate(ops)), best[-1][1] if -1 in chosen else use))
        chosen = chosen[: len(chosen) // 2]
    return options


def _simpler_args(params: tuple[Param, ...], args: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    for index, (param, value) in enumerate(zip(params, args, strict=True)):
        for candidate in simpler(param.kind, value):
            yield (*args[:index], candidate, *args[index + 1 :])


def _renamed(suite: Suite, case: Case) -> Iterator[Case]:
    """The same integer replaced everywhere it occurs in arguments, because calls often fail only when they agree."""
    ops, use = case
    numbers = Counter(n for _, value in _places(suite, case) for n in _integers(value))
    shared = [n for n, count in numbers.items() if count > 1 and n != 0]
    for old in sorted(shared, key=abs, reverse=True)[:6]:
        for new in (0, 1, 2, 3, -old, old // 2):
            if abs(new) < abs(old) or new == -old > 0:
                swapped = tuple(op._replace(args=_swap(op.args, old, new)) for op in ops)
                changed = None if use is None else replace(use, values=_swap(use.values, old, new))
                if _fits(suite, (ops, use), (swapped, changed)):
                    yield swapped, changed


def _integers(value: Any) -> Iterator[int]:
    """The integers in a value, at any depth."""
    if type(value) is int:
        yield value
    elif isinstance(value, list | tuple | set):
        for item in value:
            yield from _integers(item)
    elif isinstance(value, dict):
        yield from _integers([*value, *value.values()])


def _swap(value: Any, old: int, new: int) -> Any:
    """The value with one integer in place of another, at any depth."""
    if type(value) is int:
        return new if value == old else value
    if isinstance(value, tuple):
        return tuple.__new__(type(value), [_swap(v, old, new) for v in value])
    if isinstance(value, list | set):
        return type(value)(_swap(v, old, new) for v in value)
    return {_swap(k, old, new): _swap(v, old, new) for k, v in value.items()} if isinstance(value, dict) else value


def _fits(suite: Suite, old: Case, new: Case) -> bool:
    """Whether every replaced value is one that could have been drawn (of a strategy's values nothing is known)."""
    rows = list(zip(_places(suite, old), _places(suite, new), strict=True))
    changed = [(param, value) for (_, before), (param, value) in rows if value != before]
    return all(
        p.kind.strategy is None and valid(p.kind, value) and normal(p.kind, value) == value for p, value in changed
    )


def _places(suite: Suite, case: Case) -> list[tuple[Param, Any]]:
    ops, use = case
    pairs = [(p, a) for op in ops for p, a in zip(_params(suite, ops, op), op.args, strict=True)]
    return pairs if use is None else pairs + list(zip(use.law.params, use.values, strict=True))


def _params(suite: Suite, ops: tuple[Op, ...], op: Op) -> tuple[Param, ...]:
    if op.verb == "f":
        return suite.interface.function(op.method).method.params
    owner = op.owner or next(o.owner for o in ops if o.verb == "n" and o.handle == op.handle)
    return suite.interface.cls(owner).method(op.method).params
