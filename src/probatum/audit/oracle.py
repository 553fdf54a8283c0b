"""Two versions of what `@sut` declares compared: interface, oracle bodies, options."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from probatum.audit.model import Finding
from probatum.audit.pysource import Function, Module, fingerprint, normal
from probatum.audit.rules import finding
from probatum.audit.skeleton import number
from probatum.audit.strategies import aliases_of, differences, resolved

Declared = ast.ClassDef | Function


def compare_suts(
    old_module: Module, new_module: Module, old: Mapping[str, Declared], new: Mapping[str, Declared]
) -> Iterator[Finding]:
    """All findings about the declarations of two versions of a task."""
    for name, node in old.items():
        now = new.get(name)
        if now is None:
            message = f"{name} is no longer declared with @sut"
            yield finding("oracle-removed", name, message, old=old_module.place(node))
            continue
        for rule, message, a, b in _declaration(old_module, new_module, node, now):
            yield finding(rule, name, message, old=old_module.place(a), new=new_module.place(b))
    for name, node in new.items():
        if name not in old:
            yield finding("interface-changed", name, f"{name} came in", new=new_module.place(node))


Row = tuple[str, str, ast.AST, ast.AST]


def _declaration(old_module: Module, new_module: Module, old: Declared, new: Declared) -> Iterator[Row]:
    for rule, message in _options(old_module, new_module, old, new):
        yield rule, message, old, new
    if _bases(old) != _bases(new):
        yield "oracle-changed", f"{old.name} has other bases", old, new
    before, after = _members(old), _members(new)
    for name, node in before.items():
        now = after.get(name)
        if now is None:
            rule = "oracle-changed" if name.startswith("_") else "oracle-removed"
            yield rule, f"{old.name}.{name} is gone", node, new
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and isinstance(now, type(node)):
            for rule, message in _function(old_module, new_module, f"{old.name}.{name}", node, now):
                yield rule, message, node, now
        elif normal(node) != normal(now):
            yield "oracle-changed", f"{old.name}.{name} changed", node, now
    for name, node in after.items():
        if name not in before:
            rule = "oracle-changed" if name.startswith("_") else "interface-changed"
            yield rule, f"{old.name}.{name} came in", old, node


def _bases(node: Declared) -> list[str]:
    return [ast.unparse(b) for b in (*node.bases, *node.keywords)] if isinstance(node, ast.ClassDef) else []


def _members(node: Declared) -> dict[str, ast.stmt]:
    """The class's members by name; a function is its own only member."""
    if not isinstance(node, ast.ClassDef):
        return {node.name: node}
    found: dict[str, ast.stmt] = {}
    for member in node.body:
        match member:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found[name] = member
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                continue
            case _:
                found["_" + normal(member)] = member
    return found


def _options(old_module: Module, new_module: Module, old: Declared, new: Declared) -> Iterator[tuple[str, str]]:
    before, after = _keywords(old_module, old), _keywords(new_module, new)
    name = new.name
    if _text(before, "answers", "'oracle'") != _text(after, "answers", "'oracle'"):
        opened = _text(after, "answers", "'oracle'") == "'any'"
        yield "answers-opened" if opened else "oracle-changed", f"{name}: answers={_text(after, 'answers', 'oracle')}"
    if _text(before, "answers", "'oracle'") == _text(after, "answers", "'oracle'") != "'any'":
        yield from _any_answer(name, before, after)
    if _text(before, "deterministic", "True") == "True" != _text(after, "deterministic", "True"):
        yield "determinism-waived", f"{name}: deterministic={_text(after, 'deterministic', '')}"
    was, now = (number(o["instances"]) if "instances" in o else 3.0 for o in (before, after))
    if was is not None and now is not None and now < was:
        yield "instances-lowered", f"{name}: instances went from {was:g} to {now:g}"
    if _text(before, "weights", "None") != _text(after, "weights", "None"):
        yield "weights-changed", f"{name}: weights={_text(after, 'weights', 'None')}"
    lost = [r for r in _listed(before, "requirements") if r not in _listed(after, "requirements")]
    if lost:
        yield "law-requirement-dropped", f"{name} no longer cites {', '.join(lost)}"


def _any_answer(name: str, before: Mapping[str, ast.expr], after: Mapping[str, ast.expr]) -> Iterator[tuple[str, str]]:
    """Methods whose answers only the laws decide from now on."""
    opened = [method for method in _listed(after, "any_answer") if method not in _listed(before, "any_answer")]
    if opened:
        yield "answers-opened", f"{name}: any_answer holds {', '.join(opened)}"
        return
    was, now = (_text(options, "any_answer", "()") for options in (before, after))
    plain = isinstance(after.get("any_answer"), ast.List | ast.Tuple | ast.Set | None)
    if was != now and not plain:
        yield "oracle-changed", f"{name}: any_answer={now}"


def _keywords(module: Module, node: Declared) -> dict[str, ast.expr]:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and module.dotted(decorator).rpartition(".")[2] == "sut":
            return {k.arg: k.value for k in decorator.keywords if k.arg}
    return {}


def _text(options: Mapping[str, ast.expr], key: str, default: str) -> str:
    return ast.unparse(options[key]) if key in options else default


def _listed(options: Mapping[str, ast.expr], key: str) -> list[str]:
    value = options.get(key)
    return [ast.unparse(e) for e in getattr(value, "elts", [])]


def _function(
    old_module: Module, new_module: Module, name: str, old: Function, new: Function
) -> Iterator[tuple[str, str]]:
    if fingerprint(old) != fingerprint(new):
        yield "oracle-changed", f"the body of {name}() is not the same"
    errors, errors_now = _errors(old_module, old), _errors(new_module, new)
    if added := [e for e in errors_now if e not in errors]:
        yield "error-allowed", f"{name}() may end in {', '.join(added)}"
    if [e for e in errors if e not in errors_now]:
        yield "interface-changed", f"{name}() no longer declares {', '.join(e for e in errors if e not in errors_now)}"
    if _others(old_module, old) != _others(new_module, new):
        yield "interface-changed", f"the decorators of {name}() changed"
    before, after = ([*f.args.posonlyargs, *f.args.args] for f in (old, new))
    if [a.arg for a in before] != [a.arg for a in after]:
        yield "interface-changed", f"{name}() takes {', '.join(a.arg for a in after) or 'nothing'}"
        return
    known, known_now = aliases_of(old_module.tree), aliases_of(new_module.tree)
    annotations = [(a.arg, a.annotation, b.annotation) for a, b in zip(before, after, strict=True)]
    for label, a, b in (*annotations, ("the result", old.returns, new.returns)):
        if a is None or b is None:
            if a is not b:
                yield "interface-changed", f"{label} of {name}() has another type"
        elif ast.unparse(a) != ast.unparse(b):
            for rule, says in differences(resolved(a, known), resolved(b, known_now)):
                yield "interface-changed" if label == "the result" else rule, f"{label} of {name}(): {says}"


def _errors(module: Module, node: Function) -> list[str]:
    return [
        ast.unparse(arg)
        for d in node.decorator_list
        if isinstance(d, ast.Call) and module.dotted(d).rpartition(".")[2] == "raises"
        for arg in d.args
    ]


def _others(module: Module, node: Function) -> list[str]:
    return [ast.unparse(d) for d in node.decorator_list if module.dotted(d).rpartition(".")[2] not in ("raises", "sut")]
