"""From a program that keeps silent to a law that asks for an answer.

A law such as "an interval that is answered holds the truth" binds only programs that answer. Where such laws exist,
each is repeated with the opposite end: on its inputs there is an answer. Where that does not refuse the silent program,
an answer is asked for wherever the oracle has one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from probatum.critic.bench import Bench
from probatum.critic.clone import called
from probatum.critic.edit import next_id, sut_node, with_laws, with_requirement, wrapped
from probatum.critic.findings import Finding, Program
from probatum.critic.proposals import Proposal
from probatum.critic.refusing import open_programs, refusing

SILENT = "None instead of a value"
NAMES = ("always", "assume", "Sut")


def answering(bench: Bench, finding: Finding) -> Iterator[Proposal]:
    """Proposals that ask for an answer; nothing where the finding is about something else."""
    survivor = finding.survivors[0]
    name = survivor.difference.method
    if survivor.difference.kind != SILENT or not _any_answer(bench, name):
        return
    others = [p for p in open_programs(bench) if p.name != survivor.program.name]
    unwanted = (survivor.program, *others)
    for texts in (_from_laws(bench), _from_oracle(bench, name)):
        if texts:
            draft = _draft(bench, finding, name, texts, unwanted)
            made = refusing(bench, draft, survivor.program.name)
            if made is not None:
                yield made


def _any_answer(bench: Bench, method: str) -> bool:
    """Whether the method's answers are bound by laws only."""
    declared = method.partition(".")[0]
    return any((e["owner"] or e["name"]) == declared and e["answers"] == "any" for e in bench.shape)


def _draft(
    bench: Bench, finding: Finding, method: str, texts: Sequence[tuple[str, str]], unwanted: tuple[Program, ...]
) -> Proposal:
    id = next_id([r.id for r in bench.task.requirements])
    where = " and ".join(where for where, _ in texts)
    said = f"{method} answers something other than None {where}."
    files = with_laws(bench.task.files, [text.replace("REQUIREMENT", id) for _, text in texts], NAMES)
    files = with_requirement(files, id, said)
    files["PROBLEM.md"] = files["PROBLEM.md"].rstrip(b"\n") + f"\n\n{id}: {said}\n".encode()
    return Proposal(by="answer", what=said, why=finding.sentence, files=files, unwanted=unwanted, finding=finding.id)


def _from_laws(bench: Bench) -> list[tuple[str, str]]:
    """For each law that binds only what is not None: the inputs in words, and the law that asks for an answer there."""
    tree = ast.parse(bench.task.files["task.py"])
    taken = {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}
    made = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and any(called(d) == "always" for d in node.decorator_list):
            name = f"{node.name}_answered"
            answer = _guarded(node)
            if answer and name not in taken:
                made.append((f"on the inputs of law {node.name}", _repeated(node, name, answer)))
    return made


def _guarded(node: ast.FunctionDef) -> str:
    """The name that a law looks at only where it is not None: in its last statement, which is ``if x is not None`` or
    ``assert x is None or ...``; "" for any other law."""
    match node.body[-1]:
        case ast.If(test=ast.Compare(left=ast.Name(id=name), ops=[ast.IsNot()], comparators=[none]), orelse=[]):
            guarded = name if _is_none(none) else ""
        case ast.Assert(test=ast.BoolOp(op=ast.Or(), values=[ast.Compare() as first, *_])):
            known = isinstance(first.left, ast.Name) and isinstance(first.ops[0], ast.Is)
            guarded = first.left.id if known and _is_none(first.comparators[0]) else ""  # type: ignore[attr-defined]
        case _:
            guarded = ""
    assigned = [n for n in node.body[:-1] if isinstance(n, ast.Assign) and guarded in _targets(n)]
    return guarded if assigned and isinstance(assigned[-1].value, ast.Call) else ""


def _targets(node: ast.Assign) -> set[str]:
    return {t.id for t in node.targets if isinstance(t, ast.Name)}


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _repeated(node: ast.FunctionDef, name: str, answer: str) -> str:
    """The law again, with the opposite end."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    mark = ast.Call(ast.Name("always"), [ast.Constant("REQUIREMENT")], [])
    doc = ast.Expr(ast.Constant(f"On the inputs of {node.name} there is an answer: None is not one."))
    end = ast.parse(f"assert {answer} is not None").body[0]
    made = ast.FunctionDef(name, node.args, [doc, *body[:-1], end], [mark], node.returns, None, lineno=0, col_offset=0)
    return ast.unparse(ast.fix_missing_locations(made))


def _from_oracle(bench: Bench, method: str) -> list[tuple[str, str]]:
    """For a function: an answer wherever the oracle has one."""
    source = bench.task.files["task.py"].decode()
    name = f"{method}_answers"
    if "." in method or f"def {name}(" in source:
        return []
    node = sut_node(source, method)
    assert isinstance(node, ast.FunctionDef)
    params = [(a.arg, ast.unparse(a.annotation)) for a in node.args.args if a.annotation is not None]
    if len(params) < len(node.args.args) or any(p in ("s", method) for p, _ in params):
        return []
    args = ", ".join(p for p, _ in params)
    drawn = "".join(f", {p}: {hint}" for p, hint in params)
    lines = ['@always("REQUIREMENT")', f"def {name}(s: Sut{drawn}) -> None:"]
    lines += [
        wrapped(f"Where the oracle answers something, {method} does, too: None is right only where it says None.")
    ]
    lines += [f"    assume({method}({args}) is not None)", f"    assert s.{method}({args}) is not None"]
    return [("wherever the oracle does", "\n".join(lines))]
