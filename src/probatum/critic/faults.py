"""From a link that every world spares to a world that does not: the network does to it what it does to other links.

The new world is the old one with more faults on one of its links; nothing else in it is new, so every law of the old
world speaks about it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from probatum.critic.bench import Bench
from probatum.critic.edit import with_text
from probatum.critic.findings import Finding, Program
from probatum.critic.proposals import Proposal
from probatum.critic.refusing import refusing
from probatum.critic.worldread import LINK_FAULTS, Spared, spared

SPARED = 62
"""Severity: below programs that were seen to pass, above laws that refute nothing."""
DOES = {
    "drop": "loses",
    "duplicate": "doubles",
    "reorder": "reorders",
    "delay": "delays past a timer",
    "partition": "cuts off",
}


def spared_findings(module: ast.Module) -> list[Finding]:
    """One finding per link that no world ever touches while another link of the same world is touched."""
    first: dict[str, Spared] = {}
    for one in spared(module):
        first.setdefault(one.link, one)
    return [_finding(one) for one in first.values()]


def _finding(one: Spared) -> Finding:
    does, where = " or ".join(DOES[f] for f in one.faults), ", ".join(one.where)
    return Finding(
        kind="fault",
        subject=one.link,
        severity=SPARED,
        sentence=f"No world {does} what travels on {one.link}; {one.world.name} does so on {where} only.",
        following=f"Let the adversary have {one.link}, too, or say among the assumptions why it cannot",
    )


def fault_proposals(
    bench: Bench, why: str, unwanted: tuple[Program, ...], *, finding: str = "", needed: str = "", link: str = ""
) -> Iterator[Proposal]:
    """For each spared link a world that gives it all of the missing faults, then each alone. ``needed``: a program that
    must be refuted; ``link``: only that link."""
    module = ast.parse(bench.task.files["task.py"])
    for one in spared(module):
        if link and one.link != link:
            continue
        for faults in dict.fromkeys((one.faults, *((f,) for f in one.faults))):
            draft = _draft(bench, one, faults, why, unwanted, finding)
            made = refusing(bench, draft, needed)
            if made is not None:
                yield made


def _draft(
    bench: Bench, one: Spared, faults: tuple[str, ...], why: str, unwanted: tuple[Program, ...], finding: str
) -> Proposal:
    source = bench.task.files["task.py"].decode()
    name = _name(one, source)
    does = " and ".join(DOES[f] for f in faults)
    files = with_text(bench.task.files, _world(one, faults, name, does))
    said = f"From this version on the network also {does} what travels on `{one.link}`, whatever is said above: world"
    files["PROBLEM.md"] = files["PROBLEM.md"].rstrip(b"\n") + f"\n\n{said} {name}.\n".encode()
    what = f"The network also {does} what travels on {one.link}: world {name}, under all laws of {one.world.name}."
    return Proposal(by="fault", what=what, why=why, files=files, unwanted=unwanted, finding=finding)


def _name(one: Spared, source: str) -> str:
    stem = one.world.name + "And" + "".join(part.capitalize() for part in one.link.split("_"))
    name, number = stem, 1
    while name in source:
        number += 1
        name = f"{stem}{number}"
    return name


def _world(one: Spared, faults: tuple[str, ...], name: str, does: str) -> str:
    """The text of the new world: the old one as its base, one link again with more faults."""
    old = one.world.links[one.link]
    every = [f for f in LINK_FAULTS if f in (*old.faults, *faults)]
    mark = ast.Call(ast.Name("link"), [ast.Constant(f) for f in every], [])
    method = ast.FunctionDef(
        old.node.name, old.node.args, old.node.body, [mark], old.node.returns, None, lineno=0, col_offset=0
    )
    text = f"As {one.world.name}, and the network {does} what travels on {one.link}."
    doc = ast.Expr(ast.Constant(text))
    made = ast.ClassDef(name, [ast.Name(one.world.name)], [], [doc, method], [one.world.mark])
    return ast.unparse(ast.fix_missing_locations(made))
