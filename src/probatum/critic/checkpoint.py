"""An obligation that no copy of the old oracle meets: go back to the latest checkpoint.

It only adds: two methods on the oracle, a law and a goal about them, one requirement. Programs of the old version are
carried over mechanically, by a layer that logs calls and runs them again, so that differently built solutions stay
good; what was refused stays refused.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from probatum.critic.bench import Bench
from probatum.critic.edit import next_id, sut_node, with_bad, with_laws, with_mark, with_methods, with_requirement
from probatum.critic.findings import Program
from probatum.critic.proposals import Proposal
from probatum.critic.rustlayer import with_layer

CALLS = ("checkpoint", "rollback")
MUTATORS = frozenset(
    [
        "append",
        "extend",
        "insert",
        "pop",
        "popitem",
        "remove",
        "clear",
        "update",
        "setdefault",
        "add",
        "discard",
        "sort",
    ]
)
COPIES = {"dict": "dict", "list": "list", "set": "set", "int": "", "bool": "", "str": "", "bytes": "", "tuple": ""}
"""How the value of a plain annotation is copied."""


def checkpoint(bench: Bench, why: str, unwanted: Sequence[Program], finding: str = "") -> Iterator[Proposal]:
    """The obligation for the first declared class; nothing where it cannot be written."""
    source = bench.task.files["task.py"].decode()
    owner = next((e["owner"] for e in bench.shape if e["owner"]), "")
    if not owner or any(e["owner"] == owner and e["name"] in CALLS for e in bench.shape):
        return
    node = sut_node(source, owner)
    if not isinstance(node, ast.ClassDef):
        return
    state = _state(node)
    changing = _changing(node)
    seen = [e["name"] for e in bench.shape if e["owner"] == owner and not e["params"] and e["name"] not in changing]
    if not state or not changing:
        return
    id = next_id([r.id for r in bench.task.requirements])
    text = "checkpoint() remembers the present state; rollback() goes back to the latest one remembered and answers "
    text += "whether there was one. Checkpoints are used up by going back to them."
    source = with_mark(with_methods(source, owner, _oracle_methods(state)), owner, cite=id)
    files = {**bench.task.files, "task.py": source.encode()}
    files = with_laws(files, [_law(node, owner, id, changing, seen), _goal()], ["always", "sometimes", "Call"])
    files = with_requirement(files, id, text)
    problem = files["PROBLEM.md"].decode().rstrip("\n") + f"\n\n{owner} also has `checkpoint() -> None` and "
    files["PROBLEM.md"] = f"{problem}`rollback() -> bool`: {text}\n".encode()
    carried = _carried(bench, files, node, owner, changing, {p.name for p in unwanted})
    if carried is None:
        return
    files = carried
    for program in unwanted:
        said = f"It has no checkpoint() and rollback(). {program.what}"
        name = program.name if program.origin == "open" else "copy_of_the_oracle"
        files = with_bad(files, name, program.source.encode(), level="build", law="interface", why=said)
    what = f"{owner} can go back to a checkpoint: a copy of the old oracle cannot, however it is disguised."
    yield Proposal(by="checkpoint", what=what, why=why, files=files, unwanted=tuple(unwanted), finding=finding)


def _functions(node: ast.ClassDef) -> dict[str, ast.FunctionDef]:
    return {n.name: n for n in node.body if isinstance(n, ast.FunctionDef)}


def _own_attribute(node: ast.AST) -> str:
    """The attribute of self at the bottom of a target: ``self.m[k]`` -> m; "" for anything else."""
    while isinstance(node, ast.Subscript):
        node = node.value
    own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    return node.attr if own and isinstance(node, ast.Attribute) else ""


def _changes(function: ast.FunctionDef) -> set[str]:
    """Attributes of self that a function changes itself."""
    found = set[str]()
    for node in ast.walk(function):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign | ast.Delete):
            targets = node.targets
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
            targets = [node.func.value]
        for target in targets:
            parts = target.elts if isinstance(target, ast.Tuple) else [target]
            found |= {name for part in parts if (name := _own_attribute(part))}
    return found


def _changing(node: ast.ClassDef) -> list[str]:
    """Public methods that change the state, directly or through another."""
    functions = _functions(node)
    changing = {name for name, f in functions.items() if name != "__init__" and _changes(f)}
    for _ in functions:
        for name, function in functions.items():
            calls = {_own_attribute(n.func) for n in ast.walk(function) if isinstance(n, ast.Call)}
            if name != "__init__" and calls & changing:
                changing.add(name)
    return [name for name in functions if name in changing and not name.startswith("_")]


def _state(node: ast.ClassDef) -> dict[str, tuple[str, str]]:
    """Attribute -> (annotation, how to copy it) of what methods change; {} where it is not plain enough to copy."""
    functions = _functions(node)
    changed = {a for name, f in functions.items() if name != "__init__" for a in _changes(f)}
    hints = {
        n.target.attr: n.annotation
        for f in functions.values()
        for n in ast.walk(f)
        if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Attribute)
    }
    state = {}
    for attribute in sorted(changed):
        hint = hints.get(attribute)
        base = hint.value if isinstance(hint, ast.Subscript) else hint
        inner = ast.unparse(hint.slice) if isinstance(hint, ast.Subscript) else ""
        nested = any(word in inner for word in ("dict", "list", "set"))
        if hint is None or not isinstance(base, ast.Name) or base.id not in COPIES or nested:
            return {}
        state[attribute] = (ast.unparse(hint), COPIES[base.id])
    return state


def _oracle_methods(state: dict[str, tuple[str, str]]) -> list[str]:
    """What the oracle gets: the remembered states, and the two methods."""
    copies = [f"{how}(self.{name})" if how else f"self.{name}" for name, (_, how) in state.items()]
    back = [
        f"    self.{name} = {how}(last[{i}])" if how else f"    self.{name} = last[{i}]"
        for i, (name, (_, how)) in enumerate(state.items())
    ]
    kind = f"tuple[{', '.join(hint for hint, _ in state.values())}]"
    return [
        f"marks: tuple[{kind}, ...] = ()",
        f"def checkpoint(self) -> None:\n    self.marks = (*self.marks, ({', '.join(copies)},))",
        "\n".join(
            [
                "def rollback(self) -> bool:",
                "    if not self.marks:",
                "        return False",
                "    last = self.marks[-1]",
                "    self.marks = self.marks[:-1]",
                *back,
                "    return True",
            ]
        ),
    ]


def _parameters(function: ast.FunctionDef) -> list[tuple[str, str]]:
    return [(a.arg, ast.unparse(a.annotation)) for a in function.args.args[1:] if a.annotation is not None]


def _law(node: ast.ClassDef, owner: str, id: str, changing: Sequence[str], seen: Sequence[str]) -> str:
    """What is seen before a checkpoint is seen again after going back."""
    params = _parameters(_functions(node)[changing[0]])
    drawn = "".join(f", {name}: {hint}" for name, hint in params)
    observed = ", ".join(f"s.{name}()" for name in seen)
    lines = [f'@always("{id}")', f"def rollback_undoes_{changing[0]}(s: {owner}{drawn}) -> None:"]
    lines += [f'    "Going back to a checkpoint undoes {changing[0]}."']
    lines += [f"    before = [{observed}]"] if seen else []
    lines += ["    s.checkpoint()", f"    s.{changing[0]}({', '.join(name for name, _ in params)})"]
    lines += ["    assert s.rollback()"]
    lines += [f"    assert [{observed}] == before"] if seen else []
    return "\n".join(lines)


def _goal() -> str:
    return "\n".join(
        [
            "@sometimes",
            "def goes_back(call: Call) -> bool:",
            '    "Going back finds a checkpoint."',
            '    return call.method == "rollback" and call.result is True',
        ]
    )


def _carried(
    bench: Bench, files: dict[str, bytes], node: ast.ClassDef, owner: str, changing: Sequence[str], unwanted: set[str]
) -> dict[str, bytes] | None:
    """The files with the layer below every program that must keep its promise; None where a good one in Rust is written
    in a way that the layer cannot be put below."""
    made = dict(files)
    for canary in bench.task.canaries:
        if canary.name in unwanted or canary.level not in ("", "behaviour"):
            continue
        folder = f"canaries/{canary.kind}/{canary.name}"
        if (python := f"{folder}/sut.py") in files:
            made[python] = files[python].rstrip(b"\n") + b"\n" + _layer(node, owner, changing).encode()
        elif (rust := f"{folder}/sut.rs") in files:
            over = with_layer(files[rust].decode(), owner, changing)
            if over is None and canary.kind == "good":
                return None
            made[rust] = files[rust] if over is None else over.encode()
    return made


def _layer(node: ast.ClassDef, owner: str, changing: Sequence[str]) -> str:
    """A class of the same name over the old one: it logs what changes the state, and goes back by running the log."""
    functions = {n: f for n, f in _functions(node).items() if not n.startswith("_")}
    made = [a for a, _ in _parameters(_functions(node)["__init__"])] if "__init__" in _functions(node) else []
    first = ", ".join(["self", *made])
    lines = ["", "", "import copy as copying", "", f"{owner}Before = {owner}", "", "", f"class {owner}:"]
    lines += ['    """Logs the calls that change it, and runs them again to go back."""', ""]
    lines += [f"    def __init__({first}):", f"        self.made = ({''.join(f'{a}, ' for a in made)})"]
    lines += [f"        self.inner = {owner}Before(*self.made)", "        self.log = []", "        self.marks = []"]
    for name, function in functions.items():
        params = [a for a, _ in _parameters(function)]
        args = ", ".join(params)
        lines += ["", f"    def {name}({', '.join(['self', *params])}):"]
        if name in changing and params:
            lines += [f"        kept = copying.deepcopy(({args},))"]
            lines += [f"        self.log.append(lambda inner: inner.{name}(*copying.deepcopy(kept)))"]
        elif name in changing:
            lines += [f"        self.log.append(lambda inner: inner.{name}())"]
        lines += [f"        return self.inner.{name}({args})"]
    lines += ["", "    def checkpoint(self):", "        self.marks.append(len(self.log))", ""]
    lines += ["    def rollback(self):", "        if not self.marks:", "            return False"]
    lines += ["        del self.log[self.marks.pop() :]", f"        self.inner = {owner}Before(*self.made)"]
    lines += ["        for call in self.log:", "            call(self.inner)", "        return True"]
    return "\n".join(lines) + "\n"
