"""The user's code as it goes into a task: slices of a file, for task.py and for sut.py."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from probatum.errors import UsageError
from probatum.newtask.imports import unresolved
from probatum.newtask.kinds import EnumOf, render
from probatum.newtask.requires import Precondition
from probatum.newtask.signature import Signature, Typed
from probatum.newtask.source import SourceFile, annotation_parts, needed
from probatum.newtask.subject import Subject
from probatum.newtask.wording import MACHINE_TYPES, fresh_name, identifiers, rename, slice_text
from probatum.task.document import plain
from probatum.types.kinds import DictOf, Kind, ListOf, OptionOf, SetOf, TupleOf

INDENT = "    "


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """How a function is to be written: its header anew, its body as it is."""

    name: str
    params: tuple[str, ...]
    returns: str | None
    decorators: tuple[str, ...] = ()
    prelude: tuple[str, ...] = ()
    """Lines that come first in the body, after the docstring."""


def function_text(file: SourceFile, node: ast.FunctionDef, new: Definition, indent: str = "") -> str:
    """A function with a new header; the body keeps its lines and comments."""
    arrow = f" -> {new.returns}" if new.returns is not None else ""
    head = [f"{indent}{d}" for d in new.decorators] + [f"{indent}def {new.name}({', '.join(new.params)}){arrow}:"]
    doc, rest = _body(file, node, indent)
    prelude = [f"{indent}{INDENT}{line}" for line in new.prelude]
    return "\n".join([*head, *doc, *prelude, *rest])


def _body(file: SourceFile, node: ast.FunctionDef, indent: str) -> tuple[list[str], list[str]]:
    """Lines of the docstring, and of the rest of a body."""
    lines = file.lines
    described = ast.get_docstring(node, clean=False) is not None
    first, last = node.body[0].lineno, node.end_lineno or node.lineno
    same_line = (
        lines[first - 1][: len(lines[first - 1]) - len(lines[first - 1].lstrip())] != " " * node.body[0].col_offset
    )
    if same_line or "\t" in lines[first - 1][: node.body[0].col_offset] or node.body[0].col_offset != len(indent) + 4:
        parts = [ast.unparse(statement).split("\n") for statement in node.body]
        made = [[f"{indent}{INDENT}{line}" for line in part] for part in parts]
        return (made[0] if described else []), [line for part in made[1 if described else 0 :] for line in part]
    cut = node.body[0].end_lineno or first if described else first - 1
    start = first
    while start > node.lineno + 1 and lines[start - 2].strip().startswith("#"):
        start -= 1
    return lines[start - 1 : cut] if described else [], lines[(cut if described else start - 1) : last]


def bare_params(signature: Signature) -> tuple[str, ...]:
    """Parameters as a candidate in plain Python would write them."""
    return tuple(param_text(p.name, render(p.type.kind, machine=False), p.default) for p in signature.params)


def param_text(name: str, type_text: str, default: str | None) -> str:
    """One parameter of a header."""
    return f"{name}: {type_text}" + (f" = {default}" if default is not None else "")


def type_names(text: str) -> frozenset[str]:
    """Names that an annotation needs."""
    tree = ast.parse(text, mode="eval").body
    return frozenset(part.id for part in annotation_parts([tree]) if isinstance(part, ast.Name))


def carry(
    file: SourceFile,
    roots: frozenset[str],
    *,
    left_out: str = "",
    replaced: dict[str, str] | None = None,
    candidate: bool,
) -> str:
    """A slice of a file as module text; raises `UsageError` for names that nothing defines."""
    statements, names = needed(file, roots)
    kept = [s for s in statements if getattr(s.node, "name", None) != left_out or not left_out]
    text = slice_text(file, kept, names, replaced=replaced or {}, candidate=candidate)
    missing = [name for name in unresolved(text, names, file) if name not in MACHINE_TYPES]
    if missing:
        message = f"{plain(str(file.path))} uses {missing[0]}, which it does not define"
        raise UsageError(message, fix="Define or import it there")
    return text


def candidate_text(subject: Subject) -> str:
    """The candidate's implementation with what it needs, as sut.py."""
    file, name = subject.candidate_file, subject.name
    text = _from_interface(subject, carry(file, frozenset({name}), candidate=True))
    signature = subject.signatures[0]
    if subject.is_class or not _speaks_enum(signature):
        return text
    inner = fresh_name(f"{name}_with_members", identifiers(text))
    return rename(text, name, inner) + "\n\n" + _adapter(signature, name, inner, classes=identifiers(text))


def _from_interface(subject: Subject, text: str) -> str:
    """Records imported from the oracle's file come from the task's interface instead."""
    records = [n.name for n in subject.file.definitions() if isinstance(n, ast.ClassDef)]
    found = re.search(rf"^from \.?{re.escape(subject.file.path.stem)} import ([\w, ]+)$", text, re.MULTILINE)
    if found is None or subject.file is subject.candidate_file:
        return text
    wanted = [name.strip() for name in found[1].split(",")]
    used = {
        k for s in subject.signatures for t in (*(p.type for p in s.params), s.result) if t for k in type_names(t.text)
    }
    if not all(name in records and name in used for name in wanted):
        return text
    return text.replace(found[0], f"from interface import {found[1]}")


def oracle_as_candidate(subject: Subject, name: str) -> str:
    """The oracle as a module that defines ``name``: the reference, and the ground that bad canaries stand on."""
    own, signature = subject.node.name, subject.signatures[0]
    roots = {own} | (set() if subject.is_class else _hint_names(subject))
    text = carry(subject.file, frozenset(roots), candidate=True)
    if subject.is_class or not _speaks_enum(signature):
        _refuse_taken(subject, text, name)
        return rename(text, own, name)
    inner = fresh_name(f"{name}_with_members", identifiers(text))
    return rename(text, own, inner) + "\n\n" + _adapter(signature, name, inner, classes=identifiers(text))


def _hint_names(subject: Subject) -> set[str]:
    """Classes of the oracle's file that its types need, when --args names them and its text does not."""
    bound = subject.file.bound()
    texts = [t.text for s in subject.signatures for t in (*(p.type for p in s.params), s.result) if t is not None]
    return {name for text in texts for name in type_names(text) if name in bound}


def _refuse_taken(subject: Subject, text: str, name: str) -> None:
    if name != subject.node.name and name in identifiers(text):
        if subject.file is subject.candidate_file and subject.candidate_file.definition(name) is not None:
            message = f"the oracle {subject.node.name} uses {name}, which it is to judge"
            raise UsageError(message, fix="An oracle must stand on its own: write it without the candidate")
        message = f"{plain(str(subject.file.path))} already uses the name {name}, which the candidate has"
        raise UsageError(message, fix="Rename one of them")


def check_name(subject: Subject) -> None:
    """Raise `UsageError` when the declared name means something else among the oracle's helpers."""
    _refuse_taken(subject, carry(subject.file, frozenset({subject.node.name}), candidate=True), subject.name)


def _speaks_enum(signature: Signature) -> bool:
    types = [*(p.type for p in signature.params), signature.result]
    return any(into_members(t.kind, "x") != "x" for t in types if t is not None)


def _adapter(signature: Signature, name: str, inner: str, *, classes: frozenset[str]) -> str:
    """A function that takes strings and calls one that takes enum members."""
    return "\n".join(adapter_lines(signature, name, inner, bare_params(signature))) + "\n"


def adapter_lines(
    signature: Signature, name: str, inner: str, params: tuple[str, ...], prelude: tuple[str, ...] = ()
) -> list[str]:
    """``def name(...)`` that calls ``inner``, with enum members translated from and to their strings."""
    assert signature.result is not None
    call = f"{inner}({', '.join(into_members(p.type.kind, p.name) for p in signature.params)})"
    lines = [
        f"def {name}({', '.join(params)}) -> {result_text(signature.result)}:",
        *(INDENT + line for line in prelude),
    ]
    kind = signature.result.kind
    if from_members(kind, "answer") == "answer":
        return [*lines, f"{INDENT}return {call}" if render(kind) != "None" else f"{INDENT}{call}"]
    answer = fresh_name("answer", signature.names)
    return [*lines, f"{INDENT}{answer} = {call}", f"{INDENT}return {from_members(kind, answer)}"]


def result_text(result: Typed) -> str:
    """The result type; the strings of enum members are plain strings, whose value equality decides."""
    return result.text if from_members(result.kind, "x") == "x" else _strings(result.kind)


def _strings(kind: Kind) -> str:
    text = render(kind)
    for part in _enums(kind):
        text = text.replace(render(part), "str")
    return text


def _enums(kind: Kind) -> list[EnumOf]:
    match kind:
        case EnumOf():
            return [kind]
        case ListOf() | SetOf() | OptionOf():
            return _enums(kind.item)
        case DictOf():
            return [*_enums(kind.key), *_enums(kind.value)]
        case TupleOf():
            return [e for item in kind.items for e in _enums(item)]
    return []


def into_members(kind: Kind, expression: str) -> str:
    """An expression for strings as enum members."""
    return _translated(kind, expression, lambda e, x: f"{e.class_name}({x})" if e.by_value else f"{e.class_name}[{x}]")


def from_members(kind: Kind, expression: str) -> str:
    """An expression for enum members as strings."""
    return _translated(kind, expression, lambda e, x: f"{x}.value" if e.by_value else f"{x}.name")


def _translated(kind: Kind, x: str, leaf: object, depth: int = 0) -> str:
    assert callable(leaf)
    if not _enums(kind):
        return x
    inner, key = f"item{depth or ''}", f"key{depth or ''}"
    match kind:
        case EnumOf():
            return str(leaf(kind, x))
        case ListOf():
            return f"[{_translated(kind.item, inner, leaf, depth + 1)} for {inner} in {x}]"
        case SetOf():
            return f"{{{_translated(kind.item, inner, leaf, depth + 1)} for {inner} in {x}}}"
        case OptionOf():
            return f"None if {x} is None else {_translated(kind.item, x, leaf, depth)}"
        case DictOf():
            first, second = _translated(kind.key, key, leaf, depth + 1), _translated(kind.value, inner, leaf, depth + 1)
            return f"{{{first}: {second} for {key}, {inner} in {x}.items()}}"
        case TupleOf():
            return f"({', '.join(_translated(k, f'{x}[{i}]', leaf, depth) for i, k in enumerate(kind.items))},)"
    return x


def assume_line(precondition: Precondition | None) -> tuple[str, ...]:
    """The precondition as the first line of a body."""
    return () if precondition is None else (f"assume({precondition.text})",)
