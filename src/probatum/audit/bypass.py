"""Constructs of the bypass vocabulary in two trees: which came in, which went, which only moved."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from probatum.audit.model import Finding, Place, Weight
from probatum.audit.paths import is_test_code
from probatum.audit.pysource import Module, normal
from probatum.audit.rules import RULES, finding
from probatum.audit.vocabulary import Row, rows_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One construct: in which function (``scope``), and what its line says without the construct's own words."""

    row: Row
    place: Place
    scope: str
    text: str
    shown: str
    """The construct for people."""
    detail: str = ""
    """What it is limited to, e.g. the codes of a ``noqa``; "" for everything."""


def python_occurrences(module: Module, data: bytes) -> Iterator[Occurrence]:
    """Constructs of a Python file, in names and in comments that tools obey."""
    scopes = _scopes(module)
    tests = is_test_code(module.path)
    yield from _names(module, scopes, tests)
    yield from _comments(module, scopes, data)


def _scopes(module: Module) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{prefix}.{child.name}".lstrip(".")
                first = min([child.lineno, *(d.lineno for d in child.decorator_list)])
                found.append((first, child.end_lineno or first, name))
                visit(child, name)
            else:
                visit(child, prefix)

    visit(module.tree, "")
    return found


def _scope(scopes: list[tuple[int, int, str]], line: int) -> str:
    inside = [entry for entry in scopes if entry[0] <= line <= entry[1]]
    return max(inside, default=(0, 0, ""))[2]


def _names(module: Module, scopes: list[tuple[int, int, str]], tests: bool) -> Iterator[Occurrence]:
    rows = {row.token: row for row in rows_of("python", "name") if not row.where or (row.where == "tests") == tests}
    inner: set[int] = set()
    for node in ast.walk(module.tree):
        if id(node) in inner or not isinstance(node, ast.Name | ast.Attribute | ast.Call):
            continue
        name = module.dotted(node)
        row = rows.get(name) or rows.get("self.skipTest" if name.endswith(".skipTest") else "")
        if row is None or (isinstance(node, ast.Name) and _is_own(node, name)):
            continue
        inner.update(id(n) for n in _chain(node))
        line = int(node.lineno)
        shown = normal(node) if not isinstance(node, ast.Name) else module.place(node).text
        yield Occurrence(row=row, place=module.place(node), scope=_scope(scopes, line), text=shown, shown=row.token)


def _is_own(node: ast.Name, name: str) -> bool:
    """A variable that a file gives such a name counts only where the name has a meaning by itself."""
    return "." not in name and (isinstance(node.ctx, ast.Load) or not name.startswith(("__", "collect_ignore")))


def _chain(node: ast.AST) -> Iterator[ast.AST]:
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.value if isinstance(node, ast.Attribute) else node.func
        yield node


def _comments(module: Module, scopes: list[tuple[int, int, str]], data: bytes) -> Iterator[Occurrence]:
    rows = [(re.compile(row.token, re.IGNORECASE), row) for row in rows_of("python", "comment")]
    try:
        for token in tokenize.tokenize(io.BytesIO(data).readline):
            if token.type != tokenize.COMMENT:
                continue
            for pattern, row in rows:
                found = pattern.search(token.string)
                if found is None:
                    continue
                code = token.line[: token.start[1]].strip()
                detail = _codes(token.string[found.end() :])
                yield Occurrence(
                    row=row,
                    place=module.place(token.start[0]),
                    scope=_scope(scopes, token.start[0]),
                    text="".join(code.split()),
                    shown=token.string[:60],
                    detail=detail,
                )
    except (tokenize.TokenError, SyntaxError):
        return


def _codes(rest: str) -> str:
    """The codes that limit a comment: ``[arg-type]``, ``: E501, B001``."""
    found = re.match(r"\s*(?:\[([\w\s,.-]*)\]|[:=]\s*([A-Z]+\d+(?:\s*,?\s*[A-Z]+\d+)*|[a-z-]+(?:,\s*[a-z-]+)*))", rest)
    return ",".join(sorted(re.split(r"[\s,]+", (found[1] or found[2] or "").strip()))) if found else ""


Fresh = Callable[[Occurrence], bool]
"""Whether an occurrence stands in test code that is new as a whole, so that it takes nothing away."""


def compare_occurrences(old: Sequence[Occurrence], new: Sequence[Occurrence], fresh: Fresh) -> Iterator[Finding]:
    """What came in and what went. Whatever only moved, or was renamed around, is neither."""
    free: dict[str, list[Occurrence]] = defaultdict(list)
    for item in old:
        free[item.row.token].append(item)
    left = list(new)
    for key in _KEYS:
        left = [item for item in left if not _take(item, free[item.row.token], key)]
    for item in left:
        came = _came(item)
        if fresh(item):
            came = replace(came, rule="bypass-in-new-test", weight=Weight.NOTE, why=RULES["bypass-in-new-test"].why)
        yield came
    for items in free.values():
        for item in items:
            message = f"`{item.shown}` is gone" + (f" from {item.scope}" if item.scope else "")
            yield finding("bypass-removed", item.scope, message, old=item.place)


_KEYS = (
    lambda o: (o.place.file, o.scope, o.text, o.detail),
    lambda o: (o.text, o.detail, o.scope),
    lambda o: (o.text, o.detail),
    lambda o: (o.text, o.scope),
    lambda o: (o.place.file, o.scope, o.detail),
    lambda o: (o.place.file, o.scope),
    lambda o: (o.scope.rpartition(".")[2], o.detail) if o.scope else o,
)


def _take(item: Occurrence, free: list[Occurrence], key: object) -> bool:
    """Find the item's earlier self; one that is limited to less than before is one too."""
    assert callable(key)
    wanted = key(item)
    for other in free:
        if key(other) == wanted and (other.detail == item.detail or _narrower(other.detail, item.detail)):
            free.remove(other)
            return True
    return False


def _narrower(old: str, new: str) -> bool:
    return (not old and bool(new)) or (bool(new) and set(new.split(",")) <= set(old.split(",")))


def _came(item: Occurrence) -> Finding:
    where = f" in {item.scope}" if item.scope else ""
    message = f"`{item.shown}` came in{where}: {item.row.disables}"
    return finding(item.row.rule, item.scope or item.place.file, message, new=item.place)
