"""Signatures of the user's functions and classes: names, types, and what cannot be declared."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from probatum.errors import UsageError
from probatum.newtask.kinds import LIKE_DICTS, LIKE_LISTS, Reader, Unsupported, parse_type, render
from probatum.newtask.source import SourceFile, annotation_parts
from probatum.task.document import plain
from probatum.types.kinds import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A type: what it means, and how task.py writes it."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """A parameter with its default as text."""

    name: str
    type: Typed
    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A function, method or constructor. ``result`` is None for what makes an instance."""

    name: str
    node: ast.FunctionDef
    params: tuple[Param, ...]
    result: Typed | None
    owner: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters."""
        return tuple(p.name for p in self.params)

    @property
    def is_maker(self) -> bool:
        """Whether an instance results."""
        return self.result is None


def arguments(node: ast.FunctionDef, *, method: bool = False) -> list[ast.arg]:
    """The plain parameters, without ``self`` or ``cls``."""
    every = [*node.args.posonlyargs, *node.args.args]
    return every[1:] if method else every


def annotated(node: ast.FunctionDef, *, method: bool = False) -> bool:
    """Whether all parameters and the result have annotations (a constructor needs none for its result)."""
    hinted = all(a.annotation is not None for a in arguments(node, method=method))
    return hinted and (node.returns is not None or node.name == "__init__")


def refuse_odd(node: ast.FunctionDef | ast.AsyncFunctionDef, where: str) -> None:
    """Raise `UsageError` for what has no counterpart in an interface."""
    if isinstance(node, ast.AsyncFunctionDef):
        raise UsageError(f"{where} is async", fix="Calls are made one after the other: give a plain `def`")
    if any(isinstance(part, ast.Yield | ast.YieldFrom) for part in own_parts(node)):
        raise UsageError(f"{where} is a generator", fix="Return a list: answers are compared as values")
    star = node.args.vararg or node.args.kwarg
    if star is not None:
        sign = "*" if node.args.vararg else "**"
        raise UsageError(
            f"{where} takes {sign}{star.arg}", fix="Give every parameter a name: an interface has a fixed number"
        )
    if node.args.kwonlyargs:
        name = node.args.kwonlyargs[0].arg
        raise UsageError(f"{where} takes {name} by keyword only", fix="Make it a plain parameter")


def own_parts(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function's own body, those of functions inside it left out."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield child
            yield from own_parts(child)


def typed(file: SourceFile, annotation: ast.expr, where: str, *, result: bool = False, foreign: bool = False) -> Typed:
    """The type of an annotation; ``foreign``: its words mean nothing in task.py, so they are written anew."""
    try:
        kind = Reader(file=file, results=result).read(annotation)
    except Unsupported as problem:
        raise UsageError(
            f"{where}: {problem}", fix="Change the annotation, or give types with --args and --returns"
        ) from None
    except (IndexError, RecursionError):
        raise UsageError(f"{where}: `{plain(ast.unparse(annotation), 60)}` is no type", fix="Correct it") from None
    words = {part.id for part in annotation_parts([annotation]) if isinstance(part, ast.Name)}
    words |= {part.attr for part in annotation_parts([annotation]) if isinstance(part, ast.Attribute)}
    verbatim = not foreign and not words & (LIKE_LISTS | LIKE_DICTS | {"AbstractSet", "frozenset", "FrozenSet"})
    own = annotation.value if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str) else None
    return Typed(kind=kind, text=(own or ast.unparse(annotation)) if verbatim else render(kind))


def given_types(file: SourceFile, node: ast.FunctionDef, args: str, returns: str | None) -> tuple[list[Typed], Typed]:
    """The types of --args and --returns for a function; raises `UsageError`."""
    try:
        row = parse_type(f"({args},)" if args.strip() else "()")
        result = parse_type(returns) if returns is not None else node.returns
    except Unsupported as problem:
        raise UsageError(str(problem), fix='Write types like --args "list[I64], I64" --returns "U64 | None"') from None
    items = row.elts if isinstance(row, ast.Tuple) else [row]
    wanted = [a.arg for a in arguments(node)]
    if len(items) != len(wanted):
        message = (
            f"--args gives {len(items)} types, and {node.name}() takes {len(wanted)} ({', '.join(wanted) or 'none'})"
        )
        raise UsageError(message, fix="Give one type for each parameter, separated by commas")
    if result is None:
        raise UsageError(f"the result of {node.name}() has no type", fix='Add --returns "TYPE" (or annotate it)')
    types = [typed(file, item, f"--args, {name}", foreign=True) for item, name in zip(items, wanted, strict=True)]
    return types, typed(
        file, result, "--returns" if returns is not None else f"result of {node.name}()", result=True, foreign=True
    )


def function_signature(
    file: SourceFile,
    node: ast.FunctionDef,
    *,
    args: str | None,
    returns: str | None,
    other: tuple[SourceFile, ast.FunctionDef] | None = None,
) -> Signature:
    """The signature of an oracle function: from --args, else its annotations, else those of ``other``."""
    refuse_odd(node, f"{node.name}()")
    source, hints, foreign = file, node, False
    if args is None and not annotated(node) and other is not None and annotated(other[1]):
        source, hints, foreign = other[0], other[1], source is not other[0]
    if args is not None:
        types, result = given_types(file, node, args, returns)
        return _signature(node, types, result)
    _refuse_bare(node, hints, returns)
    names = [a.arg for a in arguments(node)]
    annotations = [a.annotation for a in arguments(hints)]
    if len(annotations) != len(names):
        message = (
            f"{node.name}() has no annotations, and {hints.name}() takes {len(annotations)} arguments, not {len(names)}"
        )
        raise UsageError(message, fix='Add --args "TYPE, TYPE" --returns "TYPE"')
    rows = zip(names, annotations, strict=True)
    types = [
        typed(source, hint, f"{name} of {hints.name}()", foreign=foreign) for name, hint in rows if hint is not None
    ]
    if returns is not None:
        try:
            return _signature(node, types, typed(file, parse_type(returns), "--returns", result=True, foreign=True))
        except Unsupported as problem:
            raise UsageError(f"--returns: {problem}", fix='Write a type, e.g. --returns "U64 | None"') from None
    assert hints.returns is not None
    return _signature(
        node, types, typed(source, hints.returns, f"result of {hints.name}()", result=True, foreign=foreign)
    )


def _refuse_bare(node: ast.FunctionDef, hints: ast.FunctionDef, returns: str | None) -> None:
    bare = [a.arg for a in arguments(hints) if a.annotation is None]
    if bare or (hints.returns is None and returns is None):
        what = f"parameter {bare[0]}" if bare else "the result"
        example = ", ".join("TYPE" for _ in arguments(node))
        message = f"{what} of {node.name}() has no type"
        raise UsageError(
            message,
            fix=f'Annotate it, or add --args "{example}" --returns "TYPE" (types: list[I64], str, U64 | None, ...)',
        )


def _signature(
    node: ast.FunctionDef, types: list[Typed], result: Typed | None, owner: str = "", *, method: bool = False
) -> Signature:
    every = arguments(node, method=method)
    defaults = [None] * (len(every) - len(node.args.defaults)) + [ast.unparse(d) for d in node.args.defaults]
    rows = zip(every, types, defaults[-len(every) :] if every else [], strict=True)
    params = tuple(Param(name=a.arg, type=t, default=d) for a, t, d in rows)
    return Signature(name=node.name, node=node, params=params, result=result, owner=owner)


def class_signatures(file: SourceFile, node: ast.ClassDef) -> tuple[Signature, ...]:
    """Constructors and public methods of an oracle class; raises `UsageError`."""
    if any("dataclass" in ast.unparse(d) for d in node.decorator_list):
        raise UsageError(
            f"{node.name} is a dataclass", fix="Write its __init__ out: its parameters are part of the interface"
        )
    found = [_method(file, node, member) for member in public_methods(node)]
    if not [s for s in found if not s.is_maker]:
        raise UsageError(f"{node.name} has no public method", fix="Its public methods are what is compared: add them")
    return tuple(found)


def public_methods(node: ast.ClassDef) -> list[ast.FunctionDef]:
    """``__init__``, class methods and methods without an underscore; async ones are refused."""
    found = []
    for member in node.body:
        if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef) and is_public(member):
            refuse_odd(member, f"{node.name}.{member.name}()")
            if isinstance(member, ast.FunctionDef):
                found.append(member)
    return found


def is_public(member: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a member of a class belongs to the interface."""
    decorators = {ast.unparse(d) for d in member.decorator_list}
    plain_method = not (decorators & {"staticmethod", "property"}) and not any("." in d for d in decorators)
    return member.name == "__init__" or (plain_method and not member.name.startswith("_"))


def _method(file: SourceFile, cls: ast.ClassDef, node: ast.FunctionDef) -> Signature:
    where = f"{cls.name}.{node.name}()"
    maker = node.name == "__init__" or "classmethod" in {ast.unparse(d) for d in node.decorator_list}
    types = []
    for arg in arguments(node, method=True):
        if arg.annotation is None:
            raise UsageError(f"parameter {arg.arg} of {where} has no type", fix=f"Annotate it, e.g. `{arg.arg}: int`")
        types.append(typed(file, arg.annotation, f"{arg.arg} of {where}"))
    if node.returns is None and not maker:
        raise UsageError(f"the result of {where} has no type", fix="Annotate it, e.g. `-> int | None`")
    result = None if maker or node.returns is None else typed(file, node.returns, f"result of {where}", result=True)
    return _signature(node, types, result, cls.name, method=True)
