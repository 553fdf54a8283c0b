"""Two versions of a law compared."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from probatum.audit.assertions import assertions_of
from probatum.audit.asserts import compare_assertions
from probatum.audit.matching import pair
from probatum.audit.model import Finding, Weight
from probatum.audit.pysource import Function, Module, Unit, constants_of, fingerprint
from probatum.audit.rules import finding
from probatum.audit.skeleton import number
from probatum.audit.strategies import aliases_of, differences, resolved

_RANK = {"always": 3, "eventually": 2, "never_raises": 1, "sometimes": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A law, or a part of a world that may assert: ``options`` are the keyword arguments of its decorator."""

    module: Module
    name: str
    node: Function
    kind: str
    requirements: tuple[str, ...]
    faults: tuple[str, ...]
    options: Mapping[str, ast.expr]

    @property
    def unit(self) -> Unit:
        """As a unit whose assertions can be read."""
        return Unit(module=self.module, name=self.name, node=self.node, body=self.body)

    @property
    def body(self) -> tuple[str, ...]:
        """Statements with parameters and local names numbered."""
        return fingerprint(_numbered(self.node))


def _numbered(node: Function) -> Function:
    """The function with its own names numbered in order, so that renaming them changes nothing."""
    own = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args)]
    own += [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    numbers = {name: f"_{i}" for i, name in enumerate(dict.fromkeys(own))}
    renamed = copy.deepcopy(node)
    for inner in ast.walk(renamed):
        if isinstance(inner, ast.Name):
            inner.id = numbers.get(inner.id, inner.id)
        elif isinstance(inner, ast.arg):
            inner.arg = numbers.get(inner.arg, inner.arg)
    return renamed


def compare_laws(old: Mapping[str, Law], new: Mapping[str, Law]) -> Iterator[Finding]:
    """All findings about the laws of two versions of a task; added laws are welcome."""
    pairs = pair(
        list(old.values()),
        list(new.values()),
        place=lambda law: law.name,
        name=lambda law: law.name,
        body=lambda law: law.body,
        least=0.75,
    )
    for law, now in pairs:
        if now is None:
            title = f"the {law.kind} law" if law.kind in _RANK else law.kind
            yield finding("law-removed", law.name, f"{title} {law.name}() is gone", old=law.module.place(law.node))
            continue
        places = {"old": law.module.place(law.node), "new": now.module.place(now.node)}
        for rule, message in (*_head(law, now), *_drawn(law, now)):
            yield finding(rule, now.name, message, old=places["old"], new=places["new"])
        yield from _body(law, now)


def _head(old: Law, new: Law) -> Iterator[tuple[str, str]]:
    """Name, decorator and sentence."""
    if old.name != new.name:
        yield "law-renamed", f"{old.name}() is called {new.name}() now"
    if old.kind != new.kind:
        weaker = _RANK.get(new.kind, -1) < _RANK.get(old.kind, -1)
        yield "law-kind-weakened" if weaker else "law-kind-changed", f"@{old.kind} {new.name}() became @{new.kind}"
    if gone := [r for r in old.requirements if r not in new.requirements]:
        yield "law-requirement-dropped", f"{new.name}() no longer cites {', '.join(gone)}"
    if gone := [f for f in old.faults if f not in new.faults]:
        yield "fault-removed", f"{new.kind} {new.name} no longer suffers {', '.join(gone)}"
    before, after = (number(law.options["within"]) if "within" in law.options else None for law in (old, new))
    if before is not None and after is not None and before != after:
        yield (
            "within-raised" if after > before else "law-strengthened",
            (f"{new.name}() has {after:g} steps instead of {before:g}"),
        )
    if _sentence(old) != _sentence(new):
        yield "law-sentence-changed", f'{new.name}(): "{_sentence(old)}" became "{_sentence(new)}"'


def _sentence(law: Law) -> str:
    return " ".join((ast.get_docstring(law.node) or "").split("\n\n")[0].split())


def _drawn(old: Law, new: Law) -> Iterator[tuple[str, str]]:
    """What the parameters are drawn from."""
    before, after = _parameters(old.node), _parameters(new.node)
    if len(before) != len(after):
        yield "law-changed", f"{new.name}() takes {len(after)} parameters instead of {len(before)}"
        return
    known, known_now = aliases_of(old.module.tree), aliases_of(new.module.tree)
    for (_, a, x), (name, b, y) in zip(before, after, strict=True):
        for one, two in ((a, b), (x, y)):
            if one is None or two is None:
                if one is not two:
                    yield "strategy-changed", f"{name} of {new.name}() is drawn in another way"
            elif ast.unparse(one) != ast.unparse(two):  # the same words are compared where they are defined
                for rule, says in differences(resolved(one, known), resolved(two, known_now)):
                    yield rule, f"{name} of {new.name}(): {says}"


def _parameters(node: Function) -> list[tuple[str, ast.expr | None, ast.expr | None]]:
    plain = [*node.args.posonlyargs, *node.args.args]
    defaults = [None] * (len(plain) - len(node.args.defaults)) + list(node.args.defaults)
    return [(arg.arg, arg.annotation, default) for arg, default in zip(plain, defaults, strict=True)]


def _body(old: Law, new: Law) -> Iterator[Finding]:
    if old.body == new.body:
        return
    found = [*_premises(old, new), *_assertions(old, new)]
    yield from found
    if any(item.weight is not Weight.NOTE for item in found):
        return
    places = old.module.place(old.node), new.module.place(new.node)
    rule = "law-strengthened" if _only_more(old.body, new.body) else "law-changed"
    says = "asks more" if rule == "law-strengthened" else "has another body"
    yield finding(rule, new.name, f"{new.name}() {says}", old=places[0], new=places[1])


def _only_more(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """Whether the new body is the old one with more assertions, or with premises left out."""
    left = [line for line in old if not line.startswith("assume(")]
    for line in new:
        if left and line == left[0]:
            left.pop(0)
        elif not line.startswith("assert "):
            return False
    return not left


def _premises(old: Law, new: Law) -> Iterator[Finding]:
    before, after = ([line for line in law.body if "assume(" in line] for law in (old, new))
    shown = [n for n in ast.walk(new.node) if isinstance(n, ast.Call) and new.module.dotted(n).endswith("assume")]
    for line in after:
        if line in before:
            before.remove(line)
        else:
            text = next((ast.unparse(n) for n in shown if _shape(new, n) == line), line)
            message = f"{new.name}() got the premise {text[:90]}"
            yield finding(
                "premise-added", new.name, message, old=old.module.place(old.node), new=new.module.place(new.node)
            )


def _shape(law: Law, call: ast.Call) -> str:
    """A premise in the form of `Law.body`."""
    numbered = {id(a): b for a, b in zip(ast.walk(law.node), ast.walk(_numbered(law.node)), strict=True)}
    return ast.unparse(numbered[id(call)])


def _assertions(old: Law, new: Law) -> Iterator[Finding]:
    names = {
        a: b
        for (a, _, _), (b, _, _) in zip(_parameters(old.node), _parameters(new.node), strict=False)
        if len(_parameters(old.node)) == len(_parameters(new.node)) and a != b
    }
    before, after = assertions_of(old.unit, {}), assertions_of(new.unit, {})
    yield from compare_assertions(
        f"{new.name}()", before, after, constants_of(new.node), names, new.module.place(new.node)
    )
