"""Python tests compared: what was deleted, taken out of the run, or asks less than before."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from probatum.audit import cases
from probatum.audit.assertions import Assertion, assertions_of
from probatum.audit.asserts import compare_assertions
from probatum.audit.matching import pair
from probatum.audit.model import Finding
from probatum.audit.pysource import Unit, constants_of
from probatum.audit.rules import finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """The Python test code of one tree. ``changed``: units of files that differ; ``helpers``: all, by short name."""

    changed: tuple[Unit, ...]
    helpers: Mapping[str, tuple[Unit, ...]]


def suite_of(changed: Iterable[Unit], same: Iterable[Unit]) -> Suite:
    """The suite of one tree."""
    changed = tuple(changed)
    by_name: dict[str, list[Unit]] = defaultdict(list)
    for unit in (*changed, *same):
        by_name[unit.node.name].append(unit)
    return Suite(changed=changed, helpers={name: tuple(units) for name, units in by_name.items()})


Pairs = list[tuple[Unit, Unit | None]]


def pair_units(old: Suite, new: Suite) -> Pairs:
    """Tests and helpers of the old tree with their new selves."""
    return pair(
        [unit for unit in old.changed if unit.collected or not unit.is_test],
        new.changed,
        place=lambda unit: (unit.module.path, unit.name, unit.shadowed),
        name=lambda unit: unit.node.name,
        body=lambda unit: unit.body,
    )


def compare_tests(old: Suite, new: Suite, pairs: Pairs, renames: Mapping[str, str]) -> Iterator[Finding]:
    """All findings about tests and the helpers they use. ``renames``: names that the change gave to program code."""
    partners = {id(after) for _, after in pairs if after is not None}
    fresh = [unit for unit in new.changed if id(unit) not in partners]
    for unit, after in pairs:
        if unit.collected:
            yield from _test(unit, after, fresh, old, new, renames)
        elif after is not None and not after.collected:
            yield from _same_asks(unit, after, old, new, renames)
    was_shadowed = {(unit.module.path, unit.name) for unit in old.changed if unit.shadowed}
    for unit in new.changed:
        if unit.shadowed and unit.is_test and (unit.module.path, unit.name) not in was_shadowed:
            message = f"{unit.label} is defined again further down, so this one never runs"
            yield finding("test-shadowed", unit.name, message, new=unit.place)


def _test(
    unit: Unit, after: Unit | None, fresh: Sequence[Unit], old: Suite, new: Suite, renames: Mapping[str, str]
) -> Iterator[Finding]:
    if after is None:
        yield from _gone(unit, fresh, old, new)
        return
    if not after.collected and not after.shadowed:
        message = f"{unit.label} became {after.label} in {after.module.path}, which pytest does not collect"
        yield finding("test-not-collected", unit.name, message, old=unit.place, new=after.place)
        return
    if after.collected and (after.name != unit.name or after.module.path != unit.module.path):
        message = f"{unit.label} is {after.label} in {after.module.path} now"
        yield finding("test-renamed", unit.name, message, old=unit.place, new=after.place)
    found = [*_same_asks(unit, after, old, new, renames), *cases.compare_cases(unit, after)]
    yield from found
    if not found and unit.body != after.body:
        message = f"{after.label} has other statements and the same assertions"
        yield finding("test-changed", after.name, message, old=unit.place, new=after.place)


def _same_asks(unit: Unit, after: Unit, old: Suite, new: Suite, renames: Mapping[str, str]) -> Iterator[Finding]:
    if unit.body == after.body and not _helpers_differ(unit, after, old, new):
        return
    literals = literals_of(after)
    before, now = assertions_of(unit, old.helpers), assertions_of(after, new.helpers)
    yield from compare_assertions(unit.name, before, now, literals, renames, after.place)


def _helpers_differ(unit: Unit, after: Unit, old: Suite, new: Suite) -> bool:
    """Whether a helper that the test names has another body now."""
    names = {n.id if isinstance(n, ast.Name) else n.attr for n in ast.walk(unit.node)
             if isinstance(n, ast.Name | ast.Attribute)}  # fmt: skip
    return any({u.body for u in old.helpers.get(n, ())} != {u.body for u in new.helpers.get(n, ())} for n in names)


def literals_of(unit: Unit) -> frozenset[str]:
    """The literals that a test can draw on: its own, its decorators', the module's constants, and its class's."""
    found = constants_of(unit.node)
    for node in unit.module.tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.ClassDef):
            found |= constants_of(node)
    return found


def _gone(unit: Unit, fresh: Sequence[Unit], old: Suite, new: Suite) -> Iterator[Finding]:
    """A test without a new self: held by a new test that has its inputs as cases, or deleted."""
    asked = assertions_of(unit, old.helpers)
    for other in new.changed:
        if other.collected and asked and _holds(other, unit, asked, new, other in fresh):
            message = f"{unit.label} is among the cases of {other.label} now"
            yield finding("test-renamed", unit.name, message, old=unit.place, new=other.place)
            return
    count = f", with {len(asked)} assertions" if len(asked) > 1 else ""
    yield finding("test-removed", unit.name, f"{unit.label} is gone{count}", old=unit.place)


def _holds(other: Unit, unit: Unit, asked: Sequence[Assertion], new: Suite, is_fresh: bool) -> bool:
    if not is_fresh and not cases.tables(other):
        return False
    held = assertions_of(other, new.helpers)
    return not any(compare_assertions(unit.name, asked, held, literals_of(other), {}, unit.place))
