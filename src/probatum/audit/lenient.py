"""Assertions with room in them compared: tolerances, expected errors, calls of mocks."""

from __future__ import annotations

import ast

from probatum.audit.skeleton import number, sides

_APPROX = frozenset({"approx", "isclose", "allclose", "assertAlmostEqual", "assert_allclose", "assertNotAlmostEqual"})
_TOLERANCES = frozenset({"abs", "rel", "rel_tol", "abs_tol", "atol", "rtol", "delta"})


def called_of(node: ast.expr) -> tuple[str, list[ast.expr], dict[str, ast.expr]] | None:
    """The short name, arguments and keywords of a call."""
    match node:
        case ast.Call(func=func, args=args, keywords=keywords):
            return ast.unparse(func).rpartition(".")[2], args, {k.arg or "**": k.value for k in keywords}
    return None


def narrower_error(strong: ast.expr, weak: ast.expr) -> bool:
    """A narrower error, or one with ``match``, implies a broader one."""
    one, two = called_of(strong), called_of(weak)
    if one is None or two is None or one[0] not in ("raises", "warns", "assertRaises", "assertRaisesRegex"):
        return False
    if not two[0].startswith(one[0].removesuffix("Regex")) or not one[1] or not two[1]:
        return False
    before, after = _errors(one[1][0]), _errors(two[1][0])
    if before == after:
        return "match" in one[2] and "match" not in two[2]
    return before < after or bool(after & {"Exception", "BaseException"} - before)


def _errors(node: ast.expr) -> set[str]:
    return {ast.unparse(e) for e in node.elts} if isinstance(node, ast.Tuple) else {ast.unparse(node)}


def closer(strong: ast.expr, weak: ast.expr) -> bool:
    """Exact implies approximate; a small tolerance implies a larger one."""
    a, b = _approx(strong), _approx(weak)
    if b is None:
        return False
    if a is None:
        one, two = sides(strong), sides(weak)
        if one is not None and two is None:
            names = {ast.unparse(x) for x in b[1][:2]}
            return isinstance(one[1], ast.Eq) and names == {ast.unparse(one[0]), ast.unparse(one[2])}
        return bool(one and two and isinstance(one[1], ast.Eq) and ast.unparse(one[0]) == ast.unparse(two[0]))
    before, after = _amounts(a), _amounts(b)
    if before == after or ast.unparse(a[1][0]) != ast.unparse(b[1][0]):
        return False
    grown = [after[k] > before[k] for k in {*before, *after} if k in before and k in after and after[k] != before[k]]
    dropped_or_new = {*before} ^ {*after}
    return any(grown) or (bool(dropped_or_new) and any(k in after for k in dropped_or_new))


def _approx(node: ast.expr) -> tuple[str, list[ast.expr], dict[str, ast.expr]] | None:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            called = called_of(inner)
            if called is not None and called[0] in _APPROX and called[1]:
                return called
    return None


def _amounts(called: tuple[str, list[ast.expr], dict[str, ast.expr]]) -> dict[str, float]:
    amounts = {k: n for k, v in called[2].items() if k in _TOLERANCES and (n := number(v)) is not None}
    places = number(called[2]["places"]) if "places" in called[2] else None
    if called[0] == "assertAlmostEqual" and not amounts:
        amounts["places"] = 10.0 ** -(places if places is not None else 7)
    elif called[0] == "approx" and not amounts:
        amounts["rel"] = 1e-6
    elif called[0] == "isclose" and not amounts:
        amounts["rel_tol"] = 1e-9
    return amounts


_MOCK = ("assert_called_once_with", "assert_called_with", "assert_any_call", "assert_called_once", "assert_called")


def stricter_mock(strong: ast.expr, weak: ast.expr) -> bool:
    """``assert_called_once_with(...)`` implies ``assertcalled_of()``."""
    one, two = called_of(strong), called_of(weak)
    if one is None or two is None or one[0] not in _MOCK or two[0] not in _MOCK:
        return False
    return _MOCK.index(one[0]) < _MOCK.index(two[0])
