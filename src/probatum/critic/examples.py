"""From a survivor to a law: first the concrete example, then the same calls with any arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from probatum.critic.bench import Bench
from probatum.critic.edit import sut_node, with_bad, with_laws, with_mark, wrapped
from probatum.critic.findings import Difference, Finding, Survivor
from probatum.critic.proposals import Proposal
from probatum.transcript import DECLARED, RETURNED

LONGEST = 12
"""Longer inputs are no examples that a person reads."""
RETURNS = "    "


def from_survivor(bench: Bench, finding: Finding) -> Iterator[Proposal]:
    """The general law first, because it says more; then the example; then that the oracle binds."""
    survivor = finding.survivors[0]
    shown = survivor.difference
    if len(shown.python) <= LONGEST and shown.expected.get("how") in (RETURNED, DECLARED):
        for text, what, by in (_general(bench, shown), _example(bench, shown)):
            if text:
                yield _proposal(bench, finding, survivor, text, what, by)
    yield from _bound(bench, finding, survivor)


def _proposal(bench: Bench, finding: Finding, survivor: Survivor, text: str, what: str, by: str) -> Proposal:
    name = ast.parse(text).body[0].name  # type: ignore[attr-defined]
    files = with_laws(bench.task.files, [text], ["always", "Sut"])
    files = _refused(bench, files, survivor, name)
    unwanted, why = (survivor.program,), finding.sentence
    return Proposal(by=by, what=what, why=why, files=files, unwanted=unwanted, finding=finding.id)


def _refused(bench: Bench, files: Mapping[str, bytes], survivor: Survivor, law: str) -> dict[str, bytes]:
    """The unwanted program joins the bad canaries of the new version, so that it stays refused."""
    program = survivor.program
    name = program.name if program.origin == "open" else f"unwanted_by_{law}"
    why = f"{program.what or program.name}; the version before accepted it."
    return with_bad(files, name, program.source.encode(), level="behaviour", law=law, why=why)


def _bound(bench: Bench, finding: Finding, survivor: Survivor) -> Iterator[Proposal]:
    """Where any answer was right, the oracle's answer is asked for."""
    name = survivor.difference.method.partition(".")[0]
    entry = next((e for e in bench.shape if (e["owner"] or e["name"]) == name), None)
    if entry is None or entry["answers"] != "any":
        return
    source = with_mark(bench.task.files["task.py"].decode(), name, bind=True)
    files = _refused(bench, {**bench.task.files, "task.py": source.encode()}, survivor, "equality")
    what = f"The answers of {name} must equal the oracle's; until now any answer was right that its laws allow."
    yield Proposal(
        by="oracle", what=what, why=finding.sentence, files=files, unwanted=(survivor.program,), finding=finding.id
    )


def _law_name(difference: Difference, kind: str, taken: str) -> str:
    own = difference.method.rpartition(".")[2]
    parts = [own, *(["after", *difference.after[:3]] if difference.after else [])]
    name, number = "_".join([*parts, kind]), 1
    while f"def {name}(" in taken:
        number += 1
        name = "_".join([*parts, kind, str(number)])
    return name


def _requirement(bench: Bench, difference: Difference) -> str:
    """The requirement that most laws about the method cite; "" when none is."""
    own = difference.method.rpartition(".")[2]
    source = bench.task.files["task.py"].decode()
    counts: dict[str, int] = {}
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    bodies = {n.name: ast.unparse(n) for n in ast.parse(source).body if isinstance(n, kinds)}
    for law in bench.lane.suite["laws"]:
        if f".{own}(" in bodies.get(law["name"], ""):
            for id in law["requirements"]:
                counts[id] = counts.get(id, 0) + 1
    declared = [id for e in bench.shape if e["name"] == own for id in e["requirements"]]
    best = max(counts, key=lambda id: counts[id], default="")
    return best or (declared[0] if declared else "")


def _head(bench: Bench, difference: Difference, name: str, params: str, sentence: str) -> list[str]:
    id = _requirement(bench, difference)
    mark = f'@always("{id}")' if id else "@always"
    return [mark, f"def {name}(s: Sut{params}) -> None:", wrapped(sentence)]


def _example(bench: Bench, shown: Difference) -> tuple[str, str, str]:
    """The smallest input with the intended answer, as a law."""
    name = _law_name(shown, "example", bench.task.files["task.py"].decode())
    *before, last = shown.python
    answer = shown.expected["error"] if shown.expected["how"] == DECLARED else shown.expected["value"]
    verb = "raises" if shown.expected["how"] == DECLARED else "answers"
    after = f"After {', '.join(c.partition(' = ')[2] or c for c in _plain(shown))}: " if before else ""
    sentence = f"{after}{shown.call} {verb} {answer}."
    lines = _head(bench, shown, name, "", sentence)
    lines += [f"    {_call(op, {})}" for op in before]
    lines += _asserted(_call(last, {}), shown.expected)
    return "\n".join(lines), f"One more example: {sentence}", "example"


def _plain(shown: Difference) -> list[str]:
    return [line.partition("  -> ")[0] for line in shown.input]


def _asserted(call: str, expected: Mapping[str, Any]) -> list[str]:
    if expected["how"] == DECLARED:
        return [
            "    try:",
            f"        {call}",
            f"    except {expected['error']}:",
            "        return",
            f'    raise AssertionError("no {expected["error"]}")',
        ]
    value = expected["value"]
    word = "is" if value in ("None", "True", "False") else "=="
    return [f"    assert {call} {word} {value}"]


def _call(op: Mapping[str, Any], names: Mapping[int, str], prefix: str = "s") -> str:
    """A call as a statement; ``names``: per argument the parameter that stands for it."""
    args = ", ".join(names.get(i, text) for i, text in enumerate(op["args"]))
    if op["verb"] == "n":
        return f"{prefix}{op['handle']} = s.{op['owner']}({args})"
    if op["verb"] == "f":
        return f"s.{op['method']}({args})"
    return f"{prefix}{op['handle']}.{op['method']}({args})"


@dataclass(slots=True)
class Params:
    """Parameters that stand for arguments: equal ones of one type share a parameter, because many faults need that."""

    hints: dict[str, str] = field(default_factory=dict)
    known: dict[tuple[str, str], str] = field(default_factory=dict)

    def name(self, param: str, hint: str, text: str) -> str:
        """The parameter for an argument."""
        key = (hint, text)
        if key not in self.known:
            taken, number = param, 1
            while taken in self.hints or taken in ("s", "real", "model"):
                number += 1
                taken = f"{param}_{number}"
            self.known[key], self.hints[taken] = taken, hint
        return self.known[key]


def _general(bench: Bench, shown: Difference) -> tuple[str, str, str]:
    """The same calls with any arguments, held against the oracle; "" where that cannot be written."""
    source = bench.task.files["task.py"].decode()
    if shown.expected["how"] != RETURNED or shown.other != shown.oracle:
        return "", "", ""
    params, lines = Params(), list[str]()
    owner = shown.method.partition(".")[0]
    for op in shown.python:
        hints = _hints(source, owner if op["verb"] != "f" else op["method"], op)
        names = {i: params.name(p, hint, op["args"][i]) for i, (p, hint) in enumerate(hints)}
        last = op is shown.python[-1]
        lines += _both(op, names, last=last)
    name = _law_name(shown, "general", source)
    drawn = "".join(f", {param}: {hint}" for param, hint in params.hints.items())
    own = shown.method.rpartition(".")[2]
    after = f"After {', '.join(shown.after)} on a new instance, " if shown.after else ""
    sentence = f"{after}{own} answers what the oracle answers, whatever the arguments."
    return "\n".join([*_head(bench, shown, name, drawn, sentence), *lines]), sentence, "general"


def _both(op: Mapping[str, Any], names: Mapping[int, str], *, last: bool) -> list[str]:
    """A call on the program and on the oracle beside it."""
    args = ", ".join(names.get(i, text) for i, text in enumerate(op["args"]))
    number = op["handle"]
    if op["verb"] == "n":
        return [f"    real{number} = s.{op['owner']}({args})", f"    model{number} = {op['owner']}({args})"]
    if op["verb"] == "f":
        pair = f"s.{op['method']}({args})", f"{op['method']}({args})"
    else:
        pair = f"real{number}.{op['method']}({args})", f"model{number}.{op['method']}({args})"
    return [f"    assert {pair[0]} == {pair[1]}"] if last else [f"    {text}" for text in pair]


def _hints(source: str, declared: str, op: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Parameter names and annotations of the called method, as they stand in the task file."""
    node: Any = sut_node(source, declared)
    if isinstance(node, ast.ClassDef):
        wanted = "__init__" if op["verb"] == "n" else op["method"]
        kinds = ast.FunctionDef | ast.AsyncFunctionDef
        node = next((n for n in node.body if isinstance(n, kinds) and n.name == wanted), None)
    if node is None:
        return []
    args = [a for a in node.args.args if a.arg != "self"]
    return [(a.arg, ast.unparse(a.annotation)) for a in args if a.annotation is not None]
