"""Whether a new version of a task weakens the old one: read from the files, before anything of it runs.

Only additions of a few shapes are let through, because a proposal may come from a model: laws, goals and helpers whose
bodies use their arguments, the declared names and a short list of built-ins. Everything that was there stays verbatim.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from probatum.critic.admissible import annotation_faults, law_faults
from probatum.critic.clone import called
from probatum.critic.rustlayer import HEAD
from probatum.critic.worldread import added_world_faults
from probatum.task.model import Task

LAWS = frozenset({"always", "sometimes", "never_raises", "eventually"})
GROWING = ("PROBLEM.md",)
"""Texts that may grow at their end."""


def weakenings(old: Task, new: Task) -> list[str]:
    """Every way in which the new version says less than the old, or adds what a proposal may not; [] when none."""
    found = [*_document(old, new), *_canaries(old, new), *_other_files(old, new)]
    try:
        before, after = (ast.parse(t.files["task.py"]) for t in (old, new))
    except (SyntaxError, ValueError, RecursionError) as problem:
        return [*found, f"task.py does not compile: {problem}"]
    return [*found, *_module(before, after)]


def added_laws(old: Task, new: Task) -> tuple[str, ...]:
    """Names of the laws and goals that a new version adds."""
    names = [
        {n.name for n in ast.parse(t.files["task.py"]).body if isinstance(n, ast.FunctionDef) and _mark(n)}
        for t in (old, new)
    ]
    return tuple(sorted(names[1] - names[0]))


def _document(old: Task, new: Task) -> Iterator[str]:
    for part in ("requirements", "assumptions", "failure_modes", "invariants"):
        for entry in getattr(old, part):
            if entry not in getattr(new, part):
                yield f"{part}: an entry is changed or gone: {getattr(entry, 'id', '') or entry.text}"
    for entry in old.gate:
        level = new.gate_level(entry.level)
        counts = dict(level.at_least) if level is not None else {}
        if level is None:
            yield f"the gate no longer asks for level {entry.level}"
        for name, least in entry.at_least:
            if counts.get(name, 0) < least:
                yield f"the gate asks for {counts.get(name, 0)} {name} at {entry.level}, {least} before"
    for part in ("limits", "packages", "control"):
        if getattr(old, part) != getattr(new, part):
            yield f"{part} are changed"
    if old.types != new.types and new.types != "strict":
        yield "types are no longer strict"


def _canaries(old: Task, new: Task) -> Iterator[str]:
    """Every canary stays with its promise; an open one may become bad, and programs may grow at their end, those in
    Rust around what becomes a module of theirs."""
    after = {canary.name: canary for canary in new.canaries}
    for canary in old.canaries:
        now = after.get(canary.name)
        if now is None:
            yield f"the canary {canary.name} is gone"
            continue
        refused_now = canary.kind == "open" and now.kind == "bad"
        if (now.kind, now.level, now.law) != (canary.kind, canary.level, canary.law) and not refused_now:
            yield f"the promise about canary {canary.name} is changed"
        for path, data in canary.files.items():
            beginning = now.files.get(path, b"")
            beginning = beginning.removeprefix(HEAD) if path.endswith(".rs") else beginning
            if not beginning.startswith(data.rstrip(b"\n")):
                yield f"the canary {canary.name} is rewritten"


def _other_files(old: Task, new: Task) -> Iterator[str]:
    own = ("task.py", "task.toml", "canaries.toml")
    for path, data in old.files.items():
        if path in own or path.startswith("canaries/"):
            continue
        now = new.files.get(path)
        grown = path in GROWING and now is not None and now.startswith(data.rstrip(b"\n"))
        if now != data and not grown:
            yield f"the file {path} is changed or gone"


def _module(old: ast.Module, new: ast.Module) -> Iterator[str]:
    """Old statements stay, in order; new ones are additions of a permitted shape."""
    kept, added, problems = _aligned(old.body, new.body)
    yield from problems
    taken = {name for node in old.body for name in _bound(node)}
    usable = {name for node in old.body if _usable(node) for name in _bound(node)}
    for before, after in kept:
        if not _is_sut(before):
            continue
        if isinstance(before, ast.ClassDef) and isinstance(after, ast.ClassDef):
            yield from _class(before, after, taken, usable)
        elif isinstance(before, ast.FunctionDef) and isinstance(after, ast.FunctionDef):
            yield from _function(before, after)
    known = taken | {name for node in added for name in _bound(node)}
    for node in added:
        yield from _addition(node, taken, known, usable, old)
        taken |= set(_bound(node))


def _aligned(
    old: Sequence[ast.stmt], new: Sequence[ast.stmt]
) -> tuple[list[tuple[ast.stmt, ast.stmt]], list[ast.stmt], list[str]]:
    """Pairs of old and new statements, what is added, and what is gone or changed."""
    pairs, added, problems = [], [], []
    at = 0
    for node in new:
        if at < len(old) and _same(old[at], node):
            pairs.append((old[at], node))
            at += 1
        else:
            added.append(node)
    problems += [f"task.py: {_title(node)} is changed or gone" for node in old[at : at + 1]]
    return pairs, added, problems


def _same(old: ast.stmt, new: ast.stmt) -> bool:
    """Whether a statement is kept: verbatim, or as a declaration with the same name (looked into afterwards)."""
    if ast.dump(old) == ast.dump(new):
        return True
    declared = isinstance(old, ast.ClassDef | ast.FunctionDef) and type(old) is type(new)
    return declared and getattr(old, "name", "") == getattr(new, "name", "-") and _is_sut(old) and _is_sut(new)


def _is_sut(node: ast.stmt) -> bool:
    return isinstance(node, ast.ClassDef | ast.FunctionDef) and any(called(d) == "sut" for d in node.decorator_list)


def _title(node: ast.stmt) -> str:
    return getattr(node, "name", "") or ast.unparse(node).splitlines()[0][:80]


def _mark(node: ast.FunctionDef) -> str:
    """The law decorator of a function, "" when it has none."""
    return next((called(d) for d in node.decorator_list if called(d) in LAWS), "")


def _function(old: ast.FunctionDef, new: ast.FunctionDef) -> Iterator[str]:
    """A declared function: only its @sut may grow."""
    if ast.dump(_without_decorators(old)) != ast.dump(_without_decorators(new)):
        yield f"task.py: the oracle {old.name} is changed"
    yield from _declaration(old, new)


def _without_decorators(node: ast.FunctionDef) -> ast.FunctionDef:
    return ast.FunctionDef(node.name, node.args, node.body, [], node.returns, None)


def _class(old: ast.ClassDef, new: ast.ClassDef, taken: set[str], usable: set[str]) -> Iterator[str]:
    """A declared class: its members stay verbatim, methods of other names may be added."""
    yield from _declaration(old, new)
    if list(map(ast.dump, old.bases)) != list(map(ast.dump, new.bases)):
        yield f"task.py: the bases of {old.name} are changed"
    kept, added, problems = _aligned(old.body, new.body)
    yield from problems
    names = {m.name for m, _ in kept if isinstance(m, ast.FunctionDef)}
    fields = _fields(old) | {n for member in added if _is_field(member) for n in _bound(member)}
    for member in added:
        if _is_field(member) and not set(_bound(member)) & (names | _fields(old)):
            continue
        if not isinstance(member, ast.FunctionDef) or member.name.startswith("_") or member.name in names:
            yield f"task.py: {_title(member)} may not be added to {old.name}"
        elif member.decorator_list:
            yield f"task.py: the new method {member.name} may not have decorators"
        else:
            yield from law_faults(member, taken, usable, fields=fields - names)


def _fields(node: ast.ClassDef) -> set[str]:
    """Attributes that the methods of a class keep on self."""
    return {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)}


def _is_field(member: ast.stmt) -> bool:
    """Whether a member is a new attribute that is empty at first: ``marks: tuple[int, ...] = ()``."""
    empty = isinstance(member, ast.AnnAssign) and isinstance(member.value, ast.Tuple) and not member.value.elts
    return empty and isinstance(member, ast.AnnAssign) and not list(annotation_faults(member.annotation))


def _declaration(old: ast.ClassDef | ast.FunctionDef, new: ast.ClassDef | ast.FunctionDef) -> Iterator[str]:
    """The @sut of a declaration may cite more requirements and may stop to take any answer; nothing else."""
    before, after = _keywords(old), _keywords(new)
    if [ast.dump(d) for d in old.decorator_list if called(d) != "sut"] != [
        ast.dump(d) for d in new.decorator_list if called(d) != "sut"
    ]:
        yield f"task.py: the decorators of {old.name} are changed"
    if not set(_texts(before.pop("requirements", None))) <= set(_texts(after.pop("requirements", None))):
        yield f"task.py: {old.name} cites fewer requirements"
    if before.get("answers") == after.get("answers") or "answers" not in after:
        before.pop("answers", None)
        after.pop("answers", None)
    if before != after:
        yield f"task.py: the @sut of {old.name} is changed"


def _keywords(node: ast.ClassDef | ast.FunctionDef) -> dict[str, str]:
    mark = next(d for d in node.decorator_list if called(d) == "sut")
    return {k.arg or "**": ast.unparse(k.value) for k in mark.keywords} if isinstance(mark, ast.Call) else {}


def _texts(value: str | None) -> list[str]:
    if value is None:
        return []
    return [n.value for n in ast.walk(ast.parse(value)) if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def _bound(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [(a.asname or a.name).partition(".")[0] for a in node.names]
    return [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]


def _usable(node: ast.stmt) -> bool:
    """Whether a proposed law may use what a statement binds: what the task defines, not what it imports."""
    if isinstance(node, ast.ImportFrom):
        return node.module in IMPORTS
    return not isinstance(node, ast.Import)


def _addition(node: ast.stmt, taken: set[str], known: set[str], usable: set[str], old: ast.Module) -> Iterator[str]:
    if clash := sorted(set(_bound(node)) & taken):
        yield f"task.py: {clash[0]} is defined twice"
    if isinstance(node, ast.ImportFrom) and not node.level:
        harmless = IMPORTS.get(node.module or "", frozenset())
        for alias in node.names:
            if alias.name not in harmless or alias.asname:
                yield f"task.py: {alias.name} of {node.module} may not be imported"
    elif isinstance(node, ast.FunctionDef):
        yield from law_faults(node, known, usable)
    elif isinstance(node, ast.ClassDef):
        yield from added_world_faults(node, old)
    else:
        yield f"task.py: a proposal may not add `{_title(node)}`"


IMPORTS: Mapping[str, frozenset[str]] = {
    "probatum": LAWS | {"Sut", "Call", "assume", "U8", "U16", "U32", "U64", "I8", "I16", "I32", "I64", "F64"},
    "typing": frozenset({"Annotated"}),
}
"""What a proposal may import."""
