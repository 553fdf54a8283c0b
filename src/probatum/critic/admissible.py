"""What the text of a proposed law may contain: a short list of what is known to be harmless, everything else refused.

The law runs in the sandboxed judge whatever it says; this list is there because the judge process that runs it also
decides, and a law that could reach into it could decide otherwise.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from probatum.critic.clone import called

DECORATORS = frozenset({"always", "sometimes", "never_raises", "eventually"})
MARKERS = frozenset({"Annotated", "few", "between", "sized", "list", "dict", "set", "tuple"})
BUILTINS = frozenset(
    [
        "abs",
        "all",
        "any",
        "bool",
        "bytes",
        "dict",
        "divmod",
        "enumerate",
        "float",
        "frozenset",
        "int",
        "isinstance",
        "len",
        "list",
        "map",
        "filter",
        "max",
        "min",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "sorted",
        "str",
        "sum",
        "tuple",
        "zip",
        "assume",
        "True",
        "False",
        "None",
        "Sut",
        "Call",
        "AssertionError",
    ]
)
ERRORS = frozenset(
    (
        "ValueError",
        "KeyError",
        "IndexError",
        "TypeError",
        "LookupError",
        "OverflowError",
        "RuntimeError",
    )
)
STATEMENTS = (
    ast.Assign,
    ast.AnnAssign,
    ast.AugAssign,
    ast.Assert,
    ast.Expr,
    ast.Return,
    ast.If,
    ast.For,
    ast.Pass,
    ast.Try,
    ast.Raise,
    ast.Break,
    ast.Continue,
)
EXPRESSIONS = (
    ast.BoolOp,
    ast.BinOp,
    ast.UnaryOp,
    ast.IfExp,
    ast.Dict,
    ast.Set,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.Compare,
    ast.Call,
    ast.Constant,
    ast.Attribute,
    ast.Subscript,
    ast.Starred,
    ast.Name,
    ast.List,
    ast.Tuple,
    ast.Slice,
    ast.JoinedStr,
    ast.FormattedValue,
    ast.NamedExpr,
)
FORMATTING = frozenset({"format", "format_map"})
"""Methods of text that reach attributes by name."""


def law_faults(
    node: ast.FunctionDef, known: set[str], usable: set[str], *, fields: set[str] | None = None
) -> Iterator[str]:
    """What a proposed law or method contains that it may not. ``known``: names with a meaning in the task file,
    ``usable``: those that a law may use, ``fields``: the attributes of self that a method may change."""
    where = f"task.py: {node.name}()"
    if node.name in BUILTINS | ERRORS | MARKERS:
        yield f"{where} hides a built-in"
    marks = [called(d) for d in node.decorator_list]
    if fields is None and (len(marks) != 1 or marks[0] not in DECORATORS):
        yield f"{where} must be one law: decorated with always, sometimes, never_raises or eventually"
    yield from (f"{where}: {why}" for d in node.decorator_list for why in _decorator(d))
    args = node.args
    if args.vararg or args.kwarg or args.kwonlyargs or args.defaults or args.posonlyargs:
        yield f"{where} takes more than plain parameters"
    hints = [a.annotation for a in args.args] + [node.returns]
    yield from (f"{where}: {why}" for hint in hints if hint is not None for why in annotation_faults(hint))
    own = {a.arg for a in args.args} | {
        n.id for s in node.body for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    if clash := sorted(own & (known | BUILTINS | ERRORS)):
        yield f"{where} gives {clash[0]} another meaning"
    allowed = own | usable | BUILTINS | ERRORS
    for statement in node.body:
        for part in ast.walk(statement):
            yield from (f"{where}: {why}" for why in _part(part, allowed, fields))


def _decorator(node: ast.expr) -> Iterator[str]:
    parts = [*node.args, *[k.value for k in node.keywords]] if isinstance(node, ast.Call) else []
    if not all(isinstance(part, ast.Constant) for part in parts):
        yield "its decorator takes constants only"
    if not isinstance(node.func if isinstance(node, ast.Call) else node, ast.Name):
        yield "its decorator is not a plain name"


def annotation_faults(hint: ast.expr) -> Iterator[str]:
    """Annotations are executed when the task is loaded."""
    for part in ast.walk(hint):
        if isinstance(part, ast.Call) and called(part) not in MARKERS:
            yield f"an annotation calls {ast.unparse(part.func)}"
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield "an annotation is a text"
        plain = ast.Name | ast.Subscript | ast.Constant | ast.BinOp | ast.BitOr | ast.Tuple | ast.Call | ast.Load
        if not isinstance(part, plain | ast.UnaryOp | ast.USub | ast.Pow | ast.Sub):
            yield f"an annotation contains {type(part).__name__}"


def _part(part: ast.AST, allowed: set[str], fields: set[str] | None) -> Iterator[str]:
    if isinstance(part, ast.stmt | ast.expr) and not isinstance(part, (*STATEMENTS, *EXPRESSIONS)):
        yield f"{type(part).__name__} in line {part.lineno} is not allowed in a proposed law"
    elif isinstance(part, ast.Name) and (part.id not in allowed or part.id.startswith("__")):
        yield f"the name {part.id} is not allowed in a proposed law"
    elif isinstance(part, ast.Attribute):
        own = isinstance(part.value, ast.Name) and part.value.id == "self" and part.attr in (fields or ())
        if part.attr.startswith("_") or part.attr in FORMATTING:
            yield f"the attribute {part.attr} is not allowed in a proposed law"
        elif not isinstance(part.ctx, ast.Load) and not own:
            yield f"the attribute {part.attr} is changed"
    elif isinstance(part, ast.ExceptHandler) and (part.type is None or "Assertion" in ast.unparse(part.type)):
        yield "it catches its own assertions"
