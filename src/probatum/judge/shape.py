"""The interface as an author of cheap implementations sees it: per method the arguments and some legal answers."""

from __future__ import annotations

import ast
from typing import Any

from probatum.judge.alphabet import float_edges, int_edges
from probatum.judge.enumerate import small_values
from probatum.judge.suite import Suite
from probatum.task.interface import Method
from probatum.types.kinds import Float, Int, Kind, OptionOf, Record, Unit, walk

MOST_VALUES = 6


def shape(suite: Suite) -> list[dict[str, Any]]:
    """One entry per method that answers something, constructors left out."""
    found = []
    for declared in suite.interface.declared:
        methods = [declared.method] if hasattr(declared, "method") and not hasattr(declared, "methods") else None
        for method in methods if methods is not None else declared.methods:  # type: ignore[union-attr]
            owner = "" if methods is not None else declared.name
            found.append(_entry(owner, method, declared.mark.requirements, declared.mark.answers))
    return found


def _entry(owner: str, method: Method, requirements: tuple[str, ...], answers: str) -> dict[str, Any]:
    result = method.result
    assert result is not None
    return {
        "owner": owner,
        "name": method.name,
        "params": [p.name for p in method.params],
        "unit": isinstance(result, Unit),
        "values": _values(result),
        "echo": [i for i, p in enumerate(method.params) if _same(p.kind, result)],
        "kinds": [_word(p.kind) for p in method.params],
        "type": _word(result),
        **_ends(result),
        "optional": isinstance(result, OptionOf),
        "raises": list(method.raises),
        "requirements": list(requirements),
        "answers": answers,
    }


def _inner(kind: Kind) -> Kind:
    return kind.item if isinstance(kind, OptionOf) else kind


def _word(kind: Kind) -> str:
    """The Python type of a value, in a word; a record by its name, so that equal words can be compared."""
    inner = _inner(kind)
    if isinstance(inner, Record):
        return inner.cls.__name__
    return type(inner).__name__.removesuffix("Of").lower()


def _ends(kind: Kind) -> dict[str, int | None]:
    inner = _inner(kind)
    return {"lo": inner.lo, "hi": inner.hi} if isinstance(inner, Int) else {"lo": None, "hi": None}


def _same(param: Kind, result: Kind) -> bool:
    return type(param) is type(_inner(result))


def _values(kind: Kind) -> list[str]:
    """Legal answers as Python text: the simplest ones and the ends of the range."""
    inner = _inner(kind)
    made: list[Any] = [None] if isinstance(kind, OptionOf) else []
    made += small_values(inner, 4)
    if isinstance(inner, Int):
        made += [e for e in int_edges(inner) if abs(e) > 2][:2]
    if isinstance(inner, Float):
        made += float_edges(inner)[:2]
    if isinstance(inner, Record):
        made += [_widest(inner)]
    names = {k.cls.__name__ for k in walk(kind) if isinstance(k, Record)}
    texts = dict.fromkeys(repr(value) for value in made)
    return [text for text in texts if _is_text(text, names)][:MOST_VALUES]


def _widest(kind: Record) -> Any:
    """A record that says as much as it can: the lowest first field, the highest last one."""
    fields = [k for _, k in kind.fields]
    ends = [int_edges(k) if isinstance(k, Int) else tuple(small_values(k, 1)) for k in fields]
    return kind.cls(*[min(e) if i == 0 else max(e) for i, e in enumerate(ends)])


def _is_text(text: str, names: set[str]) -> bool:
    """Whether a value's text is an expression of literals and records, that a program can contain."""
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    return all(node.id in names for node in ast.walk(tree) if isinstance(node, ast.Name))
