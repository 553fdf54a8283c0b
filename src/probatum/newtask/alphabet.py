"""Characters that an oracle looks for: text drawn without them would try nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from probatum.newtask.kinds import holds, quoted
from probatum.newtask.source import needed
from probatum.newtask.subject import Subject
from probatum.types.kinds import ListOf, SetOf, Str

DRAWN = "b10azAB"
"""Characters that are drawn often and may stand in for others, in the order in which they are given away."""
EXPENDABLE = len(DRAWN)


def sought(subject: Subject) -> str:
    """Characters of the string literals by which the oracle and its helpers decide, at most as many as can be had."""
    kinds = [p.type.kind for s in subject.signatures for p in s.params]
    texts = [k for k in kinds if isinstance(k, Str) or (isinstance(k, ListOf | SetOf) and holds(k.item, Str))]
    if not texts:
        return ""
    statements, _ = needed(subject.file, {subject.node.name})
    found = [c for s in statements for text in _literals(s.node) for c in text]
    ordered = sorted(dict.fromkeys(found), key=lambda c: c.isalnum())
    return "".join(c for c in ordered if c.isprintable() and c not in DRAWN and c != " ")[:EXPENDABLE]


def _literals(node: ast.AST) -> Iterator[str]:
    """String constants, those of docstrings, messages, annotations and formats left out."""
    if isinstance(node, ast.Raise | ast.JoinedStr | ast.Assert | ast.ImportFrom | ast.Import):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) <= 40:
        yield node.value
    for name, value in ast.iter_fields(node):
        children = value if isinstance(value, list) else [value]
        for child in children:
            documents = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            if isinstance(child, ast.AST) and name not in ("annotation", "returns") and not documents:
                yield from _literals(child)


def likely_text(name: str, characters: str) -> str:
    """The function that puts these characters into drawn text."""
    given = DRAWN[: len(characters)]
    table = f"{name.upper()}_CHARACTERS"
    return (
        f"{table} = str.maketrans({quoted(given)}, {quoted(characters)})\n\n\n"
        f"def {name}(text: str) -> str:\n"
        f'    "Drawn text with characters that the oracle looks for in place of {_spelled(given)}."\n'
        f"    return text.translate({table})"
    )


def _spelled(characters: str) -> str:
    return ", ".join(characters)
