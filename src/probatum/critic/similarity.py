"""Structural similarity of two sources: subtrees with identifiers erased, compared as multisets.

A note, never a refutation: a wrapper can be disguised, and an honest solution may look like the oracle.
"""

from __future__ import annotations

import ast
from collections import Counter

from probatum.critic.mutants import Bare

NEAR = 0.4
"""From here on a program is said to look like the oracle."""
LEAST_NODES = 3
"""Smaller subtrees are everywhere and say nothing."""


def similarity(one: str, other: str) -> float:
    """Multiset Jaccard of the subtrees, 0 (nothing shared) to 1 (the same but for names)."""
    mine, theirs = bag(one), bag(other)
    union = sum((mine | theirs).values())
    return sum((mine & theirs).values()) / union if union else 0.0


def bag(source: str) -> Counter[str]:
    """The subtrees of a source with names and constants erased; empty when it does not parse."""
    try:
        tree = Bare().visit(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError):
        return Counter()
    found: Counter[str] = Counter()
    _words(tree, found)
    return found


def _words(node: ast.AST, found: Counter[str]) -> tuple[str, int]:
    """The shape of a subtree and its number of nodes; every shape that is large enough is counted."""
    parts = [_words(child, found) for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr_context)]
    size = 1 + sum(count for _, count in parts)
    kind = type(node.value).__name__ if isinstance(node, ast.Constant) else ""
    text = f"{type(node).__name__}{kind}({','.join(word for word, _ in parts)})"
    if size >= LEAST_NODES and isinstance(node, ast.expr | ast.stmt):
        found[text] += 1
    return text, size
