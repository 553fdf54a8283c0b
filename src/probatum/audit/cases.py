"""How much a Python test tries: parametrised cases, Hypothesis settings, ranges, what it patches."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from probatum.audit.model import Finding
from probatum.audit.pysource import Unit
from probatum.audit.rules import finding
from probatum.audit.skeleton import number
from probatum.audit.strategies import aliases_of, differences, resolved

_DEFAULT_EXAMPLES = 100


def compare_cases(old: Unit, new: Unit) -> Iterator[Finding]:
    """Findings about the inputs of a test that is in both trees."""
    yield from _parametrized(old, new)
    yield from _settings(old, new)
    yield from _examples(old, new)
    yield from _given(old, new)
    yield from _ranges(old, new)
    yield from _loops(old, new)
    yield from _patches(old, new)


def tables(unit: Unit) -> dict[str, ast.expr]:
    """Argument names to list of cases, of every ``parametrize`` of a test."""
    found: dict[str, ast.expr] = {}
    for decorator in unit.node.decorator_list:
        match decorator:
            case ast.Call(args=[names, values, *_]) if unit.module.dotted(decorator) == "pytest.mark.parametrize":
                found[ast.unparse(names)] = _resolved(unit, values)
    return found


def _resolved(unit: Unit, values: ast.expr) -> ast.expr:
    """A module-level name stands for its list."""
    if isinstance(values, ast.Name):
        for node in unit.module.tree.body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == values.id:
                    return value
    return values


def _items(values: ast.expr) -> list[str] | None:
    """The cases as texts, skipped ones left out; None where they are computed."""
    if not isinstance(values, ast.List | ast.Tuple | ast.Set):
        return None
    return [ast.unparse(_bare(e)) for e in values.elts if not _skipped(e)]


def _bare(case: ast.expr) -> ast.expr:
    """``param(a, b, id="x")`` is the case ``(a, b)``."""
    match case:
        case ast.Call(func=func, args=args) if ast.unparse(func).endswith("param"):
            return args[0] if len(args) == 1 else ast.Tuple(elts=args, ctx=ast.Load())
    return case


def _skipped(case: ast.expr) -> bool:
    if not isinstance(case, ast.Call):
        return False
    marks = [ast.unparse(k.value) for k in case.keywords if k.arg == "marks"]
    return any("skip" in mark or "xfail" in mark for mark in marks)


def _parametrized(old: Unit, new: Unit) -> Iterator[Finding]:
    before, after = tables(old), tables(new)
    left = dict(after)
    for names, values in before.items():
        now = left.pop(names, None)
        if now is None:
            now = next((left.pop(other) for other in list(left) if _width(other) == _width(names)), None)
        cases = _items(values)
        if now is None:
            if cases is not None and not _as_loop(cases, new):
                message = f"{new.label} no longer runs with the {len(cases)} cases of {names}"
                yield finding("cases-removed", new.name, message, old=old.module.place(values), new=new.place)
            continue
        kept = _items(now)
        if cases is None or kept is None:
            if ast.unparse(values) != ast.unparse(now):
                yield from _computed(old, new, values, now)
            continue
        gone = [case for case in cases if case not in kept]
        more = [case for case in kept if case not in cases]
        if gone and len(gone) > 0 and not (len(more) >= len(gone) and _wider(gone, more)):
            shown = ", ".join(gone[:3]) + (", ..." if len(gone) > 3 else "")
            message = f"{len(gone)} of {len(cases)} cases of {new.label} are gone: {shown}"
            yield finding("cases-removed", new.name, message, old=old.module.place(values), new=new.module.place(now))


def _width(names: str) -> int:
    return names.count(",")


def _wider(gone: list[str], more: list[str]) -> bool:
    """Whether every lost case is the beginning of a new one: a column was added."""
    return all(any(new.startswith(case.rstrip(")")) for new in more) for case in gone)


def _as_loop(cases: list[str], new: Unit) -> bool:
    text = ast.unparse(new.node)
    return all(case in text for case in cases)


def _computed(old: Unit, new: Unit, values: ast.expr, now: ast.expr) -> Iterator[Finding]:
    before, after = _range(values), _range(now)
    if before is not None and after is not None and after < before:
        message = f"the cases of {new.label} went from {ast.unparse(values)} to {ast.unparse(now)}"
        yield finding("repetitions-lowered", new.name, message, old=old.module.place(values), new=new.module.place(now))


def _range(node: ast.AST) -> float | None:
    """The number of repetitions of ``range(...)`` with literal bounds."""
    match node:
        case ast.Call(func=ast.Name(id="range"), args=args) if args:
            bounds = [number(arg) for arg in args]
            if any(bound is None for bound in bounds):
                return None
            lo, hi = (0.0, bounds[0]) if len(bounds) == 1 else (bounds[0], bounds[1])
            step = bounds[2] if len(bounds) > 2 else 1.0
            assert lo is not None and hi is not None and step is not None
            return max(0.0, (hi - lo) / step) if step else None
    return None


def _ranges(old: Unit, new: Unit) -> Iterator[Finding]:
    before = [(n, size) for n in ast.walk(old.node) if (size := _range(n)) is not None and not _decorates(old, n)]
    after = [(n, size) for n in ast.walk(new.node) if (size := _range(n)) is not None and not _decorates(new, n)]
    if len(before) != len(after):
        return
    for (node, size), (now, less) in zip(before, after, strict=True):
        if less < size:
            message = f"{ast.unparse(node)} became {ast.unparse(now)} in {new.label}"
            yield finding(
                "repetitions-lowered", new.name, message, old=old.module.place(node), new=new.module.place(now)
            )


def _decorates(unit: Unit, node: ast.AST) -> bool:
    return any(node is inner for d in unit.node.decorator_list for inner in ast.walk(d))


def _loops(old: Unit, new: Unit) -> Iterator[Finding]:
    """Literal lists that a test loops over."""
    before, after = ([n.iter for n in ast.walk(u.node) if isinstance(n, ast.For)] for u in (old, new))
    if len(before) != len(after):
        return
    for values, now in zip(before, after, strict=True):
        cases, kept = _items(_resolved(old, values)), _items(_resolved(new, now))
        if cases is None or kept is None:
            continue
        gone = [case for case in cases if case not in kept]
        if gone and len(kept) < len(cases):
            message = f"{len(gone)} of {len(cases)} inputs of the loop in {new.label} are gone: {', '.join(gone[:3])}"
            yield finding("cases-removed", new.name, message, old=old.module.place(values), new=new.module.place(now))


def _decorators(unit: Unit, name: str) -> list[ast.Call]:
    found = [d for d in unit.node.decorator_list if isinstance(d, ast.Call)]
    return [d for d in found if unit.module.dotted(d).rpartition(".")[2] == name]


def settings_of(calls: list[ast.Call]) -> dict[str, ast.expr]:
    """Keyword arguments of ``settings(...)`` calls."""
    return {k.arg: k.value for call in calls for k in call.keywords if k.arg}


def _settings(old: Unit, new: Unit) -> Iterator[Finding]:
    if not _decorators(new, "given"):
        return
    before, after = settings_of(_decorators(old, "settings")), settings_of(_decorators(new, "settings"))
    for rule, message in compare_settings(new.label, before, after):
        yield finding(rule, new.name, message, old=old.place, new=new.place)


def compare_settings(label: str, before: dict[str, ast.expr], after: dict[str, ast.expr]) -> Iterator[tuple[str, str]]:
    """Rules and messages about two sets of Hypothesis settings; a deadline is neutral."""
    was = number(before["max_examples"]) if "max_examples" in before else _DEFAULT_EXAMPLES
    now = number(after["max_examples"]) if "max_examples" in after else _DEFAULT_EXAMPLES
    if was is not None and now is not None and now < was:
        yield "repetitions-lowered", f"max_examples of {label} went from {was:g} to {now:g}"
    if added := _listed(after, "suppress_health_check") - _listed(before, "suppress_health_check"):
        yield "health-check-suppressed", f"{label} suppresses {', '.join(sorted(added))}"
    if "phases" in after and ("phases" not in before or _listed(before, "phases") - _listed(after, "phases")):
        yield "hypothesis-phases", f"{label} runs only {ast.unparse(after['phases'])}"
    derandomized = [ast.unparse(s["derandomize"]) if "derandomize" in s else "False" for s in (before, after)]
    if derandomized == ["False", "True"]:
        yield "hypothesis-phases", f"{label} draws the same inputs in every run"


def _listed(settings: dict[str, ast.expr], key: str) -> set[str]:
    value = settings.get(key)
    return {ast.unparse(e) for e in getattr(value, "elts", [value])} if value is not None else set()


def _given(old: Unit, new: Unit) -> Iterator[Finding]:
    """What Hypothesis draws."""
    before, after = (_decorators(unit, "given") for unit in (old, new))
    if before and not after:
        message = f"{new.label} runs on fixed inputs now, without @given"
        yield finding("strategy-narrowed", new.name, message, old=old.place, new=new.place)
    known, known_now = aliases_of(old.module.tree), aliases_of(new.module.tree)
    for a, b in zip(before, after, strict=False):
        left, right = _arguments(a), _arguments(b)
        for key in left.keys() & right.keys():
            for rule, says in differences(resolved(left[key], known), resolved(right[key], known_now)):
                places = old.module.place(left[key]), new.module.place(right[key])
                yield finding(rule, new.name, f"{new.label}: {says}", old=places[0], new=places[1])


def _arguments(call: ast.Call) -> dict[str, ast.expr]:
    named = {k.arg or "**": k.value for k in call.keywords}
    return {**{str(i): arg for i, arg in enumerate(call.args)}, **named}


def _examples(old: Unit, new: Unit) -> Iterator[Finding]:
    before = [ast.unparse(c) for c in _decorators(old, "example")]
    after = [ast.unparse(c) for c in _decorators(new, "example")]
    gone = [case for case in before if case not in after]
    if gone and len(after) < len(before):
        message = f"{new.label} lost {', '.join(gone[:3])}"
        yield finding("cases-removed", new.name, message, old=old.place, new=new.place)


def patches(unit: Unit) -> list[ast.Call]:
    """Calls that put something else in the place of program code."""
    return [n for n in ast.walk(unit.node) if isinstance(n, ast.Call) and _is_patch(ast.unparse(n.func))]


def _is_patch(called: str) -> bool:
    ends = ("monkeypatch.setattr", "monkeypatch.delattr", "mock.patch", "patch.object", "mocker.patch")
    return called.endswith(ends) or called == "patch"


def _patches(old: Unit, new: Unit) -> Iterator[Finding]:
    if patches(old) or not (added := patches(new)):
        return
    message = f"{new.label} patches: {ast.unparse(added[0])[:90]}"
    yield finding("patch-added", new.name, message, old=old.place, new=new.module.place(added[0]))
