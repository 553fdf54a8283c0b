"""Verus: contracts for all inputs, proved. The contract is the task's, in `verus.rs`; the proof is the candidate's.

Written to the JSON of `--output-json` (Verus' driver: ``verification-results`` with ``success``, ``verified``,
``errors``, ``encountered-error``, ``encountered-vir-error`` and ``is-verifying-entire-crate``) and to the diagnostics
on standard error, releases of 2025 and 2026.

``--no-cheating`` makes Verus itself refuse `assume`, `admit` and `external_body`; words that could turn it off are
refused here besides. A proof that fails is no counterexample, and a limit of resources is none either.
"""

from __future__ import annotations

import json
import re
from typing import Any

from probatum.engines.reading import NOTHING, Engine, Reading, candidate_place, unfinished, unknown, words_in
from probatum.engines.running import run
from probatum.sandbox.policy import Tier
from probatum.sandbox.spawn import Completed
from probatum.toolchains.versions import version_said
from probatum.verdict import Outcome, Strength

NAME = "Verus"
INSTALL = "put a release of Verus into the PATH, as its INSTALL.md tells, with the Rust toolchain that it asks for"
CONTRACT = "verus.rs"
"""Of the task, frozen: `#[path = "sut.rs"] mod sut;` and functions in `verus!` that call it under a contract."""
BYPASS = frozenset(
    {"assume", "admit", "assume_specification", "external", "external_body", "verifier", "axiom", "uninterp"}
)
RLIMIT = 30
"""Without a limit the solver may never answer."""
_EXACT: dict[str, Any] = {
    "success": True,
    "errors": 0,
    "encountered-vir-error": False,
    "is-verifying-entire-crate": True,
}


def find() -> Engine:
    """Verus here."""
    version = version_said(["verus", "--version"], r"^\s*Version: (\S+)")
    return Engine(name=NAME, version=version, enables="level deductive: all inputs", install=INSTALL)


def command(*, threads: int = 1) -> list[str]:
    """The call, in a folder with `verus.rs` and `sut.rs`."""
    limits = ["--rlimit", str(RLIMIT), "--num-threads", str(threads)]
    return ["verus", "--crate-type=lib", "--output-json", "--no-cheating", *limits, CONTRACT]


def proofs_of(text: str) -> int:
    """How many functions a task's `verus.rs` declares under a contract: fewer proved obligations are no proof of it."""
    return len(re.findall(r"\bensures\b", text))


def read(done: Completed, *, source: str, proofs: int) -> Reading:
    """What a run proved about a candidate of this text."""
    if spoken := words_in(source, BYPASS):
        return unknown(f"the candidate says {', '.join(spoken)}, with which a proof can be left out")
    if not proofs:
        return unknown(f"{CONTRACT} has no contract, so nothing would be proved")
    if (early := unfinished(NAME, done)) is not None:
        return early
    said = done.stderr.decode(errors="replace")
    found = _results(done.stdout)
    if found is None:
        return unknown(f"{NAME}: its results are missing or not whole" + _diagnostic(said))
    counts = (("proved", _number(found.get("verified"))), ("open", _number(found.get("errors"))))
    if "not allowed with --no-cheating" in said:
        return unknown(f"{NAME}: something was assumed instead of proved" + _diagnostic(said), *counts)
    if "rlimit" in said or "timed out" in said:
        return unknown(f"{NAME}: the solver reached its limit" + _diagnostic(said), *counts)
    if any(type(found.get(key)) is not type(value) or found[key] != value for key, value in _EXACT.items()):
        return unknown(f"{NAME}: not proved" + _diagnostic(said), *counts)
    if found.get("encountered-error", False) is not False or re.search(r"^error", said, re.MULTILINE):
        return unknown(f"{NAME}: it met an error" + _diagnostic(said), *counts)
    if _number(found.get("verified")) < proofs:
        return unknown(f"{NAME}: it proved {_number(found.get('verified'))} functions of at least {proofs}", *counts)
    if done.exit_code != 0:
        return unknown(f"{NAME}: it ended with status {done.exit_code}", *counts)
    return Reading(outcome=Outcome.HOLDS, strength=Strength.UNIVERSAL, counts=counts)


def _results(out: bytes) -> dict[str, Any] | None:
    """The one JSON object that the output must be, with its last line ended."""
    if not out.endswith(b"\n"):
        return None
    try:
        whole = json.loads(out)
    except (ValueError, RecursionError):
        return None
    found = whole.get("verification-results") if isinstance(whole, dict) else None
    return found if isinstance(found, dict) else None


def _number(value: object) -> int:
    return value if type(value) is int and value >= 0 else 0


def _diagnostic(said: str) -> str:
    found = re.search(r"^error(?:\[\w+\])?: ([^\n]+)", said, re.MULTILINE)
    place = candidate_place(said)
    return (f": {found[1][:200]}" if found else "") + (f" at {place}" if place else "")


def check(contract: str, source: str, *, tier: Tier) -> Reading:
    """Prove a task's contract of a candidate's text."""
    proofs = proofs_of(contract)
    if not proofs or words_in(source, BYPASS):
        return read(NOTHING, source=source, proofs=proofs)
    return read(run(command(), {CONTRACT: contract, "sut.rs": source}, tier=tier), source=source, proofs=proofs)


CONTROL = """use vstd::prelude::*;
#[path = "sut.rs"] mod sut;
verus! {
fn control(n: u8) -> (half: u8) ensures half <= n { sut::half(n) }
}
"""
PROGRAM = """use vstd::prelude::*;
verus! {
pub fn half(n: u8) -> (half: u8) ensures half <= n { BODY }
}
"""
CONTROLS = (
    ("a right program", "n / 2", Outcome.HOLDS),
    ("a program that is wrong for one number", "if n == 77 { 78 } else { n / 2 }", Outcome.INCONCLUSIVE),
)


def blind(tier: Tier) -> str:
    """Why what Verus says here is not to be trusted; "" when it tells its controls apart."""
    for name, body, expected in CONTROLS:
        found = check(CONTROL, PROGRAM.replace("BODY", body), tier=tier)
        if found.outcome is not expected:
            return f"{NAME} should find {expected} for {name}, but finds {found.outcome}: {found.reason}"
    cheat = PROGRAM.replace("BODY", "proof { assume(false); } n")
    found = read(run(command(), {CONTRACT: CONTROL, "sut.rs": cheat}, tier=tier), source="", proofs=1)
    return "" if found.outcome is Outcome.INCONCLUSIVE else f"{NAME} lets an assumption pass for a proof"
