"""What is being declared: oracle and candidate read, matched and checked against each other."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping
from dataclasses import dataclass

from probatum.errors import UsageError
from probatum.newtask.kinds import holds_enum, last_name
from probatum.newtask.options import InitOptions
from probatum.newtask.requires import Precondition, read_requires
from probatum.newtask.signature import (
    Signature,
    arguments,
    class_signatures,
    function_signature,
    own_parts,
    public_methods,
)
from probatum.newtask.source import SourceFile, find, read_source, split_target
from probatum.task.document import plain
from probatum.types.kinds import Int, Kind, Unit

ON_PURPOSE_NOT = {"NotImplemented" + "Error", "AssertionError", "Exception", "BaseException"}
"""Errors that an oracle raises as a sign of a fault or too broadly to be an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Oracle and candidate of a new task. ``signatures``: the function, or constructors and methods of the class."""

    name: str
    """The declared name: the candidate's."""
    file: SourceFile
    node: ast.FunctionDef | ast.ClassDef
    signatures: tuple[Signature, ...]
    precondition: Precondition | None
    raises: tuple[str, ...]
    candidate_file: SourceFile
    candidate_node: ast.FunctionDef | ast.ClassDef
    notes: tuple[str, ...]

    @property
    def is_class(self) -> bool:
        """Whether a class is declared."""
        return isinstance(self.node, ast.ClassDef)

    @property
    def requirement(self) -> str:
        """Id of the one requirement."""
        return self.name.strip("_").replace("_", "-").upper() + "-1"

    @property
    def answering(self) -> tuple[Signature, ...]:
        """The functions and methods that answer something."""
        return tuple(s for s in self.signatures if s.result is not None and not isinstance(s.result.kind, Unit))

    def assumes(self, signature: Signature) -> bool:
        """Whether the precondition speaks of this function or method."""
        return self.precondition is not None and self.precondition.params <= set(signature.names)


def read_subject(options: InitOptions) -> Subject:
    """Read both files and check that they can become a task; raises `UsageError`."""
    (oracle_path, oracle_name), (candidate_path, name) = split_target(options.oracle), split_target(options.candidate)
    file = read_source(oracle_path)
    candidate_file = file if candidate_path == oracle_path else read_source(candidate_path)
    node, candidate = find(file, oracle_name), find(candidate_file, name)
    if file is candidate_file and oracle_name == name:
        raise UsageError(
            "oracle and candidate are the same", fix="Name two different functions: the obvious one and the one to try"
        )
    if isinstance(node, ast.ClassDef) != isinstance(candidate, ast.ClassDef):
        raise UsageError(
            f"one of {oracle_name} and {name} is a class, the other a function", fix="Name two of the same sort"
        )
    signatures = _signatures(options, file, node, (candidate_file, candidate))
    notes = _match(node, candidate, signatures)
    _refuse_unusable(name, signatures)
    raises, found = _raises(options, file, node)
    if not any(s.result and not isinstance(s.result.kind, Unit) for s in signatures) and not raises:
        raise UsageError(
            f"{oracle_name} answers nothing, so nothing can be compared", fix="Compare something that returns a value"
        )
    precondition = _precondition(options.requires, file, signatures)
    return Subject(
        name=name,
        file=file,
        node=node,
        signatures=signatures,
        precondition=precondition,
        raises=raises,
        candidate_file=candidate_file,
        candidate_node=candidate,
        notes=(*notes, *found, *_unbounded(signatures, precondition)),
    )


def _unbounded(signatures: tuple[Signature, ...], precondition: Precondition | None) -> tuple[str, ...]:
    """What to know before an oracle that counts up to a number is called with one of twenty digits."""
    steering = precondition.steering if precondition is not None else {}
    bounded = {name for name, s in steering.items() if s.bounds[1] is not None}
    params = [p for s in signatures for p in s.params if isinstance(p.type.kind, Int) and p.type.kind.hi is None]
    names = list(dict.fromkeys(p.name for p in params if p.name not in bounded))
    if not names:
        return ()
    example = f'--requires "{names[0]} < 1000"'
    shown = ", ".join(names)
    return (
        f"Numbers of more than 64 bits will be passed as {shown}; bound them by {example} where that takes too long.",
    )


def _signatures(
    options: InitOptions,
    file: SourceFile,
    node: ast.FunctionDef | ast.ClassDef,
    other: tuple[SourceFile, ast.FunctionDef | ast.ClassDef],
) -> tuple[Signature, ...]:
    if isinstance(node, ast.ClassDef):
        if options.args is not None or options.returns is not None:
            raise UsageError(
                "--args and --returns are for functions", fix=f"Annotate the methods of {node.name} instead"
            )
        return class_signatures(file, node)
    hints = (other[0], other[1]) if isinstance(other[1], ast.FunctionDef) else None
    return (function_signature(file, node, args=options.args, returns=options.returns, other=hints),)


def _refuse_unusable(name: str, signatures: tuple[Signature, ...]) -> None:
    for signature in signatures:
        kinds = [*(p.type.kind for p in signature.params), *([signature.result.kind] if signature.result else [])]
        if signature.owner and any(holds_enum(kind) for kind in kinds):
            message = f"{signature.owner}.{signature.name}() takes or answers an enum"
            raise UsageError(message, fix="In a class, write the type as `Literal[...]` of strings")
        for param in signature.params:
            if param.name == name:
                raise UsageError(f"a parameter of {name} has its name", fix="Rename the parameter")


def _match(
    oracle: ast.FunctionDef | ast.ClassDef, candidate: ast.FunctionDef | ast.ClassDef, signatures: tuple[Signature, ...]
) -> tuple[str, ...]:
    """Refuse a candidate that cannot take the oracle's calls; sentences on what will not be judged."""
    if isinstance(candidate, ast.FunctionDef) and isinstance(oracle, ast.FunctionDef):
        _match_arguments(f"{oracle.name}()", f"{candidate.name}()", signatures[0], candidate, method=False)
        return ()
    assert isinstance(candidate, ast.ClassDef) and isinstance(oracle, ast.ClassDef)
    theirs = {m.name: m for m in public_methods(candidate)}
    inherits = any(ast.unparse(base) not in ("object", "Generic") for base in candidate.bases)
    for signature in signatures:
        method = theirs.get(signature.name)
        if method is not None:
            where = f"{candidate.name}.{signature.name}()"
            _match_arguments(f"{oracle.name}.{signature.name}()", where, signature, method, method=True)
        elif not inherits and (signature.name != "__init__" or signature.params):
            message = f"{candidate.name} has no {signature.name}(), which {oracle.name} has"
            raise UsageError(message, fix="Add it, or start its name with an underscore in the oracle")
    judged = {s.name for s in signatures} | {"__init__"}
    extra = [name for name in theirs if name not in judged]
    members = [m for m in oracle.body if isinstance(m, ast.FunctionDef) and m.name not in judged]
    aside = [m.name for m in members if m.name.startswith("__") or not m.name.startswith("_")]
    notes = [f"{candidate.name}.{name}() is not judged: {oracle.name} has no such method." for name in extra]
    return (
        *notes,
        *(f"{oracle.name}.{name} is no plain public method, so it is not part of the interface." for name in aside),
    )


def _match_arguments(ours: str, where: str, signature: Signature, node: ast.FunctionDef, *, method: bool) -> None:
    star = node.args.vararg or node.args.kwarg
    if star is not None:
        sign = "*" if node.args.vararg else "**"
        raise UsageError(
            f"{where} takes {sign}{star.arg}", fix="Give every parameter a name: an interface has a fixed number"
        )
    most, wanted = len(arguments(node, method=method)), len(signature.params)
    bare = [k.arg for k, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if d is None]
    if bare or not most - len(node.args.defaults) <= wanted <= most:
        message = f"{ours} takes {wanted} arguments ({', '.join(signature.names) or 'none'}), {where} takes {most}"
        raise UsageError(
            message, fix="Give both the same parameters" + (f", none by keyword only ({bare[0]})" if bare else "")
        )


def _raises(
    options: InitOptions, file: SourceFile, node: ast.FunctionDef | ast.ClassDef
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Declared errors, and what to tell about them."""
    if options.raises is None:
        found = raised(file, node)
        told = f"Declared as part of the answer, because {node.name} raises it: {', '.join(found)}."
        return found, ((told,) if found else ())
    names = tuple(dict.fromkeys(name.strip() for name in options.raises.split(",") if name.strip()))
    for name in names:
        if not is_error(file, name):
            fix = "Name built-in exceptions, or exception classes defined in the oracle's file, separated by commas"
            raise UsageError(f"--raises names {plain(name)}, which is no exception", fix=fix)
    return names, ()


def raised(file: SourceFile, node: ast.FunctionDef | ast.ClassDef) -> tuple[str, ...]:
    """Errors that a function or class raises by name in its own text."""
    found: list[str] = []
    functions = [n for n in ast.walk(node) if isinstance(n, ast.FunctionDef)]
    for part in (p for function in functions for p in own_parts(function) if isinstance(p, ast.Raise)):
        made = part.exc.func if isinstance(part.exc, ast.Call) else part.exc
        name = last_name(made) if made is not None else ""
        if name not in ON_PURPOSE_NOT and is_error(file, name):
            found.append(name)
    return tuple(dict.fromkeys(found))


def is_error(file: SourceFile, name: str) -> bool:
    """Whether a name is a built-in exception or a class of the file derived from one."""
    seen: set[str] = set()
    while name not in seen:
        seen.add(name)
        defined = file.definition(name)
        if isinstance(defined, ast.ClassDef):
            name = last_name(defined.bases[0]) if defined.bases else ""
            continue
        known = getattr(builtins, name, None)
        return isinstance(known, type) and issubclass(known, Exception)
    return False


def _precondition(text: str | None, file: SourceFile, signatures: tuple[Signature, ...]) -> Precondition | None:
    if text is None or not text.strip():
        return None
    kinds: Mapping[str, Kind] = {p.name: p.type.kind for s in signatures for p in s.params}
    read = read_requires(text, kinds, file.bound())
    if not any(read.params <= set(s.names) for s in signatures):
        message = f"no method has all of {', '.join(sorted(read.params))}"
        raise UsageError(f"--requires: {message}", fix="A precondition speaks of the parameters of one method")
    return read
