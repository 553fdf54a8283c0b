"""task.py of a new task: types, oracle, laws and goals."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from probatum.errors import UsageError
from probatum.newtask.alphabet import likely_text, sought
from probatum.newtask.carried import (
    INDENT,
    Definition,
    adapter_lines,
    assume_line,
    carry,
    check_name,
    function_text,
    param_text,
    type_names,
)
from probatum.newtask.kinds import holds_enum, render
from probatum.newtask.laws import laws_text
from probatum.newtask.requires import Steering
from probatum.newtask.signature import Param, Signature, Typed
from probatum.newtask.subject import Subject
from probatum.newtask.wording import MACHINE_TYPES, fresh_name, identifiers, rename
from probatum.task.document import plain
from probatum.types.kinds import ListOf, SetOf, Str

OURS = {
    **dict.fromkeys(MACHINE_TYPES, "probatum"),
    **dict.fromkeys(
        (
            "always",
            "assume",
            "between",
            "few",
            "mapped",
            "never_raises",
            "raises",
            "sized",
            "sometimes",
            "sut",
            "where",
        ),
        "probatum",
    ),
    **dict.fromkeys(("Call", "Sut"), "probatum"),
    **dict.fromkeys(("Annotated", "Literal"), "typing"),
    "suppress": "contextlib",
}
"""Names that our own lines of a task file use, and where they come from."""


@dataclass(slots=True, kw_only=True)
class Aliases:
    """Types of parameters that carry markers, each under a name of its own."""

    taken: set[str]
    found: dict[str, str] = field(default_factory=dict)
    """Alias by type text."""

    def name(self, param: str, text: str) -> str:
        """The alias of a type; made at first use."""
        if text not in self.found:
            wish = "".join(part.capitalize() for part in param.split("_")) or "Value"
            self.found[text] = fresh_name(wish, self.taken)
            self.taken.add(self.found[text])
        return self.found[text]

    def lines(self) -> str:
        """The aliases as assignments."""
        return "\n".join(f"{name} = {text}" for text, name in self.found.items())


def task_text(subject: Subject) -> str:
    """The whole of task.py; raises `UsageError` where names of the user's code stand in the way."""
    check_name(subject)
    inside = not subject.is_class and needs_wrapper(subject)
    roots = {subject.node.name} | _type_roots(subject)
    helpers = carry(subject.file, frozenset(roots), left_out="" if inside else subject.node.name, candidate=False)
    own = subject.node.name
    if inside and own == subject.name:
        own = fresh_name(f"{own}_oracle", identifiers(helpers))
        helpers = rename(helpers, subject.node.name, own)
    elif not inside:
        helpers = rename(helpers, own, subject.name)
    head, helpers = _split_imports(helpers)
    taken = set(identifiers(f"{head}\n{helpers}")) | subject.file.bound() | {subject.name} | set(OURS)
    literals = sought(subject)
    aliases = Aliases(taken=taken)
    likely = fresh_name("likely", taken) if literals else ""
    typed = {s.name: tuple(_type_of(p, subject, aliases, likely) for p in s.params) for s in subject.signatures}
    declared = (
        _class_text(subject, typed)
        if subject.is_class
        else _function(subject, typed[subject.signatures[0].name], own, inside)
    )
    steered = likely_text(likely, literals) if likely and likely in "".join(aliases.found) else ""
    body = [helpers, steered, aliases.lines(), declared, laws_text(subject, typed, taken | set(aliases.found.values()))]
    text = "\n\n\n".join(part.strip("\n") for part in body if part.strip()) + "\n"
    return (
        f'"""{_title(subject)}"""\n\n'
        + _imports(subject, head, text)
        + ("\n\n\n" if _opens_block(text) else "\n\n")
        + text
    )


def _opens_block(text: str) -> bool:
    return text.startswith(("def ", "class ", "@"))


def _title(subject: Subject) -> str:
    file = plain(subject.file.path.name).replace('"', "'").replace("\\", "/")
    return f"{subject.name}: interface, oracle and laws. The oracle is {subject.node.name} of {file}."


def needs_wrapper(subject: Subject) -> bool:
    """Whether the oracle has to stay a function of its own, called by the declared one.

    So that its own recursive calls do not pass the precondition, its decorators keep their meaning, and enum members
    are translated.
    """
    node, signature = subject.node, subject.signatures[0]
    recursive = any(isinstance(n, ast.Name) and n.id == node.name for n in ast.walk(node))
    kinds = [*(p.type.kind for p in signature.params), *([signature.result.kind] if signature.result else [])]
    return bool(node.decorator_list) or (recursive and subject.precondition is not None) or any(map(holds_enum, kinds))


def _type_roots(subject: Subject) -> set[str]:
    """Names of the oracle's file that types, errors and the precondition need."""
    texts = [t.text for s in subject.signatures for t in (*(p.type for p in s.params), s.result) if t is not None]
    names = {name for text in texts for name in type_names(text)} | set(subject.raises)
    if subject.precondition is not None:
        names |= subject.precondition.helpers
    return names & subject.file.bound()


def _type_of(param: Param, subject: Subject, aliases: Aliases, likely: str) -> str:
    """How task.py writes the type of a parameter: with markers under an alias."""
    steering = subject.precondition.steering.get(param.name) if subject.precondition is not None else None
    text = _marked(param.type, steering, likely)
    return aliases.name(param.name, text) if text != param.type.text and "Annotated" in text else text


def _marked(typed: Typed, steering: Steering | None, likely: str) -> str:
    kind, text = typed.kind, typed.text if not holds_enum(typed.kind) else render(typed.kind)
    item_markers = list(steering.items.markers()) if steering is not None and steering.items is not None else []
    if isinstance(kind, ListOf | SetOf):
        if likely and isinstance(kind.item, Str):
            item_markers.insert(0, f"mapped({likely})")
        if item_markers:
            outer = "list" if isinstance(kind, ListOf) else "set"
            text = f"{outer}[Annotated[{render(kind.item)}, {', '.join(item_markers)}]]"
    markers = steering.markers() if steering is not None else []
    if likely and isinstance(kind, Str):
        markers.insert(0, f"mapped({likely})")
    return f"Annotated[{text}, {', '.join(markers)}]" if markers else text


def _split_imports(text: str) -> tuple[str, str]:
    """Top-level imports at the head of a slice, and the rest."""
    tree = ast.parse(text)
    count = 0
    for node in tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            break
        count = node.end_lineno or node.lineno
    lines = text.split("\n")
    return "\n".join(lines[:count]), "\n".join(lines[count:])


def _imports(subject: Subject, head: str, text: str) -> str:
    """The user's imports and ours; raises `UsageError` when a name of ours already means something of theirs."""
    used = {n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)}
    used |= {n.id for n in annotation_names(text)}
    theirs = {line.split(" import ")[0]: line for line in head.split("\n") if line}
    brought = identifiers(head)
    bound = identifiers_bound(text)
    groups: dict[str, list[str]] = {}
    for name, module in OURS.items():
        if name in used and name not in brought:
            groups.setdefault(module, []).append(name)
        if name in used and name in bound:
            message = f"{plain(str(subject.file.path))} gives its own meaning to {name}, a word of task files"
            raise UsageError(message, fix=f"Rename {name} there")
    lines = list(theirs.values())
    future = [line for line in lines if line.startswith("from __future__")]
    rest = [line for line in lines if line not in future]
    standard = sorted(
        [*rest, *(_import_line(m, groups[m]) for m in ("contextlib", "typing") if m in groups)], key=_import_key
    )
    blocks = ["\n".join(block) for block in (future, standard, [_import_line("probatum", groups["probatum"])]) if block]
    return "\n\n".join(blocks)


def annotation_names(text: str) -> list[ast.Name]:
    """Names inside annotations written as strings."""
    from probatum.newtask.source import annotation_parts

    hints = [n.annotation for n in ast.walk(ast.parse(text)) if isinstance(n, ast.arg | ast.AnnAssign)]
    hints += [n.returns for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef)]
    return [part for part in annotation_parts(hints) if isinstance(part, ast.Name)]


def identifiers_bound(text: str) -> set[str]:
    """Names that a module text binds at its top level."""
    found: set[str] = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found.update(t.id for t in node.targets if isinstance(t, ast.Name))
    return found


def _import_line(module: str, names: list[str]) -> str:
    return f"from {module} import {', '.join(sorted(names, key=lambda n: (not n.isupper(), n[0].islower(), n)))}"


def _import_key(line: str) -> tuple[bool, str]:
    return line.startswith("from "), line


def _decorators(subject: Subject) -> tuple[str, ...]:
    return (f"@raises({', '.join(subject.raises)})",) if subject.raises else ()


def _function(subject: Subject, types: tuple[str, ...], own: str, inside: bool) -> str:
    """The declared function: the oracle itself, or a call of it."""
    signature = subject.signatures[0]
    assert isinstance(subject.node, ast.FunctionDef) and signature.result is not None
    params = tuple(param_text(p.name, t, p.default) for p, t in zip(signature.params, types, strict=True))
    decorators = (f'@sut(requirements=["{subject.requirement}"])', *_decorators(subject))
    prelude = assume_line(subject.precondition)
    if inside:
        return "\n".join([*decorators, *adapter_lines(signature, subject.name, own, params, prelude)])
    new = Definition(
        name=subject.name, params=params, returns=signature.result.text, decorators=decorators, prelude=prelude
    )
    return rename(function_text(subject.file, subject.node, new), subject.node.name, subject.name)


def _class_text(subject: Subject, typed: dict[str, tuple[str, ...]]) -> str:
    """The oracle class with the headers of its public methods written anew."""
    node, lines = subject.node, subject.file.lines
    assert isinstance(node, ast.ClassDef)
    signatures = {s.name: s for s in subject.signatures}
    at = node.lineno
    made = [f'@sut(requirements=["{subject.requirement}"])', *(f"@{ast.unparse(d)}" for d in node.decorator_list)]
    for member in node.body:
        first = min([member.lineno, *(d.lineno for d in getattr(member, "decorator_list", ()))])
        made += lines[at - 1 : first - 1]
        signature = signatures.get(getattr(member, "name", ""))
        if signature is not None and isinstance(member, ast.FunctionDef):
            made.append(_method_text(subject, signature, typed[signature.name]))
        else:
            made += lines[first - 1 : member.end_lineno]
        at = (member.end_lineno or member.lineno) + 1
    text = "\n".join(made)
    try:
        return rename(text, node.name, subject.name)
    except SyntaxError:
        message = f"class {node.name} is written too tightly to be carried over"
        raise UsageError(message, fix="Put each method on lines of its own, indented by four spaces") from None


def _method_text(subject: Subject, signature: Signature, types: tuple[str, ...]) -> str:
    every = [*signature.node.args.posonlyargs, *signature.node.args.args]
    params = [every[0].arg] + [param_text(p.name, t, p.default) for p, t in zip(signature.params, types, strict=True)]
    returns = signature.result.text if signature.result is not None else _returns_of(signature)
    own = tuple(f"@{ast.unparse(d)}" for d in signature.node.decorator_list)
    new = Definition(
        name=signature.name,
        params=tuple(params),
        returns=returns,
        decorators=(*own, *_decorators(subject)),
        prelude=assume_line(subject.precondition) if subject.assumes(signature) else (),
    )
    return function_text(subject.file, signature.node, new, INDENT)


def _returns_of(signature: Signature) -> str | None:
    if signature.name == "__init__":
        return "None"
    return ast.unparse(signature.node.returns) if signature.node.returns is not None else None
