"""Strings that an oracle looks for: text drawn without them would try nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from probatum.newtask.kinds import quoted
from probatum.newtask.source import needed
from probatum.newtask.subject import Subject
from probatum.types.kinds import ListOf, SetOf, Str

DRAWN = "b10azAB\té€"
"""Characters that are drawn often and may stand in for others, in the order in which they are given away."""
MOST = 8
"""The most literals that are put into drawn text: some of it has to stay as it was."""
LONGEST = 12


def sought(subject: Subject) -> dict[str, str]:
    """String literals by which the oracle and its helpers decide, each under the drawn character that it replaces.

    No replaced character occurs in a literal, so that replacing twice is replacing once.
    """
    kinds = [p.type.kind for s in subject.signatures for p in s.params]
    if not any(isinstance(k, Str) or (isinstance(k, ListOf | SetOf) and isinstance(k.item, Str)) for k in kinds):
        return {}
    statements, _ = needed(subject.file, {subject.node.name})
    found = dict.fromkeys(text for s in statements for text in _literals(s.node))
    usable = [text for text in found if text.strip() and text.isprintable() and len(text) <= LONGEST]
    literals = sorted(usable, key=lambda text: (len(text) > 1, text.isalnum()))[:MOST]
    keys = [key for key in DRAWN if not any(key in literal for literal in literals)]
    return dict(zip(keys, literals, strict=False))


def _literals(node: ast.AST) -> Iterator[str]:
    """String constants, those of docstrings, messages, annotations and formats left out."""
    if isinstance(node, ast.Raise | ast.JoinedStr | ast.Assert | ast.ImportFrom | ast.Import):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for name, value in ast.iter_fields(node):
        children = value if isinstance(value, list) else [value]
        for child in children:
            documents = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            if isinstance(child, ast.AST) and name not in ("annotation", "returns") and not documents:
                yield from _literals(child)


def likely_text(name: str, literals: dict[str, str]) -> str:
    """The function that puts these literals into drawn text."""
    table = f"{name.upper()}_TEXT"
    rows = ", ".join(f"{quoted(key)}: {quoted(literal)}" for key, literal in literals.items())
    return (
        f"{table} = str.maketrans({{{rows}}})\n\n\n"
        f"def {name}(text: str) -> str:\n"
        f'    "Drawn text in which strings that the oracle looks for stand in place of a few characters."\n'
        f"    return text.translate({table})"
    )
