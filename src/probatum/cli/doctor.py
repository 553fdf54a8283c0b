"""`probatum doctor`: what works here, what does not, and the one command for each gap."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from probatum.cli import endings
from probatum.cli.common import json_option
from probatum.cli.progress import progress
from probatum.errors import InfrastructureError

if TYPE_CHECKING:
    from probatum.doctor import Health


@click.command("doctor")
@click.option("--install", type=click.Choice(["rust"]), help="Fetch and build what these candidates need, once.")
@json_option
def command(install: str | None, as_json: bool) -> int:
    """Try the sandbox for real and look for every optional tool.

    Exit codes: 0 the sandbox keeps what it promises and the core works; 3 candidates can run, but only code you trust
    should (tier plain, or a protection is absent); 4 nothing can be checked.
    """
    from probatum.doctor import BROKEN, OK, examine, install_rust

    if install is not None:
        with progress("installing") as say:
            why = install_rust(say)
        if why:
            raise InfrastructureError(f"{install} cannot be used whole: {why}", fix="probatum doctor")
    health = examine()
    code = {OK: endings.ACCEPTED, BROKEN: endings.INFRASTRUCTURE}.get(health.state, endings.INCONCLUSIVE)
    ending = None if code == endings.ACCEPTED else _ending(health)
    if as_json:
        named = ending and dict(zip(("known", "evidence", "next"), ending, strict=True))
        return endings.answer(json.dumps({**asdict(health), "ok": code == endings.ACCEPTED, "ending": named}), code)
    lines = [*_lines(health), *([endings.three_lines(*ending)] if ending is not None else [])]
    return endings.answer("\n".join(lines), code)


def _lines(health: Health) -> Iterator[str]:
    yield f"probatum here: {health.state}"
    for item in health.items:
        mark = "yes" if item.present else "NO " if item.needed else "no "
        yield f"  {mark}  {item.name:<17} {item.detail or 'absent':<24} {item.enables}" + _fix(item.fix)
    holding = sum(p.holds for p in health.protections)
    yield f"sandbox tier {health.tier}: {holding} of {len(health.protections)} protections held when tried"
    yield from (f"  ABSENT  {p.name}: {p.detail}" for p in health.protections if not p.holds)
    yield "levels"
    for level in health.levels:
        yield f"  {'yes' if level.available else 'no '}  {level.level:<12} {level.by}" + _fix(level.fix)


def _fix(fix: str) -> str:
    return f"  -> {fix}" if fix else ""


def _ending(health: Health) -> tuple[str, str, str]:
    fixes = [i.fix for i in health.items if not i.present and i.fix and (i.needed or i.name == "bwrap")]
    known = "nothing can be checked here" if health.state == "broken" else "only code you trust should be checked here"
    return known, health.problem, fixes[0] if fixes else "probatum check TASK --candidate DIR --sandbox plain"
