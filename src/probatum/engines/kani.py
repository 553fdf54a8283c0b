"""Kani: all inputs to a bound, by bounded model checking of harnesses that the task brings in `kani.rs`.

Written to the output that Kani documents (its book, "Verification results") and prints (`kani-driver`, the renderer
of CBMC's properties and the summary of the harness runner), versions 0.40 to 0.67, in the regular format.

Not a counterexample: a failed unwinding assertion (the bound is too small), a construct that Kani does not support,
CBMC out of time or memory. Not a proof: no harness at all (exit status 0), a check that cannot be reached (an
assumption that nothing satisfies), a harness that should panic, a stub, a candidate that speaks to Kani itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from probatum.engines.reading import (
    NOTHING,
    Engine,
    Failed,
    Reading,
    candidate_place,
    unfinished,
    unknown,
    words_in,
)
from probatum.engines.running import run
from probatum.sandbox.policy import Tier
from probatum.sandbox.spawn import Completed
from probatum.toolchains.versions import version_said
from probatum.verdict import Outcome, Strength

NAME = "Kani"
INSTALL = "cargo install --locked kani-verifier && cargo kani setup"
HARNESS = "kani.rs"
"""Of the task, frozen: `#[path = "sut.rs"] mod sut;` and functions under `#[kani::proof]`."""
BYPASS = frozenset({"kani", "kanitool", "__CPROVER_assume"})
BOUND_TOO_SMALL = "unwinding assertion"
UNSUPPORTED = "is not currently supported by Kani"
_SUMMARY = re.compile(
    r"Complete - (\d+) successfully verified harness(?:es)?, (\d+) failures?, (\d+) total\.\n(?:\n|INFO:[^\n]*\n)*\Z"
)
_CHECK = re.compile(
    r"^Check (\d+): ([^\n]+)\n\s+- Status: (\w+)\n\s+- Description: \"([^\n]*)\"\n(?:\s+- Location: ([^\n]+)\n)?",
    re.MULTILINE,
)
_COUNT = re.compile(r"^ \*\* (\d+) of (\d+) failed(?: \(([^)\n]*)\))?$", re.MULTILINE)
_RESULT = re.compile(r"^VERIFICATION:- (SUCCESSFUL|FAILED)$", re.MULTILINE)
_COLOUR = re.compile("\x1b\\[[0-9;]*m")


def find() -> Engine:
    """Kani here."""
    version = version_said(["kani", "--version"], r"^[Kk]ani(?: Rust Verifier)? ([\d.]+)")
    return Engine(name=NAME, version=version, enables="level bounded: all inputs to a bound", install=INSTALL)


def command(*, unwind: int, harnesses: Sequence[str]) -> list[str]:
    """The call, in a folder with `kani.rs` and `sut.rs`; harnesses are named, so that a candidate's are not run."""
    named = [word for name in harnesses for word in ("--harness", name)]
    return [
        "kani",
        HARNESS,
        "--default-unwind",
        str(unwind),
        "--output-format",
        "regular",
        "-Z",
        "concrete-playback",
        "--concrete-playback=print",
        "--exact",
        *named,
    ]


def harnesses_of(text: str) -> tuple[str, ...]:
    """The names of the functions under `#[kani::proof]` in a task's `kani.rs`; none that should panic or is stubbed."""
    found = re.findall(r"#\[kani::proof\]((?:\s*#\[[^\n]*\])*)\s*(?:pub\s+)?fn\s+(\w+)", text)
    return tuple(name for marks, name in found if "should_panic" not in marks and "stub" not in marks)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Harness:
    name: str
    text: str

    @property
    def checks(self) -> list[tuple[str, str, str, str]]:
        """Name, status, description and location of each check."""
        return [(c[2], c[3], c[4], c[5] or "") for c in _CHECK.finditer(self.text)]


def read(done: Completed, *, harnesses: Sequence[str], unwind: int, source: str) -> Reading:
    """What a run of these harnesses showed about a candidate of this text."""
    if spoken := words_in(source, BYPASS):
        return unknown(f"the candidate speaks to Kani ({', '.join(spoken)}), which could assume anything")
    if not harnesses:
        return unknown(f"{HARNESS} has no harness, so nothing would be checked")
    if (early := unfinished(NAME, done)) is not None:
        return early
    text = _COLOUR.sub("", done.stdout.decode(errors="replace"))
    parts = _parts(text)
    wrong = [failed for part in parts for failed in _wrong(part)]
    if wrong:
        return Reading(
            outcome=Outcome.REFUTED, failed=tuple(wrong), reason=wrong[0].what, counts=_counts(parts, unwind)
        )
    why = _why_not(done, text, parts, harnesses)
    if why:
        return unknown(f"{NAME}: {why}", *_counts(parts, unwind))
    return Reading(outcome=Outcome.HOLDS, strength=Strength.BOUNDED, counts=_counts(parts, unwind))


def _parts(text: str) -> list[_Harness]:
    cut = re.split(r"^(?:Thread \d+: )?Checking harness ([^\n]+?)\.\.\.\n", text, flags=re.MULTILINE)
    return [_Harness(name=name, text=body) for name, body in zip(cut[1::2], cut[2::2], strict=True)]


def _counts(parts: Sequence[_Harness], unwind: int) -> tuple[tuple[str, int], ...]:
    checks = sum(status == "SUCCESS" for part in parts for _, status, _, _ in part.checks)
    return (("harnesses", len(parts)), ("checks", checks), ("unwind", unwind))


def _wrong(part: _Harness) -> list[Failed]:
    """Checks that fail for a reason of the candidate's. Where the bound was too small or something is not supported,
    the others are undetermined, but a failure stays one."""
    excused = (BOUND_TOO_SMALL, UNSUPPORTED, "with missing definition")
    rows = [row for row in part.checks if row[1] == "FAILURE" and not any(text in row[2] for text in excused)]
    shown = tuple(line.strip() for line in re.findall(r"^\s*(?://|let |vec!)[^\n]*", part.text, re.MULTILINE)[:20])
    return [
        Failed(
            law="kani",
            what=f"harness {part.name}: {description}" + (f" at {where}" if where else ""),
            where=candidate_place(where) or where.split(" in ")[0],
            lines=shown,
        )
        for _, _, description, where in rows
    ]


def _why_not(done: Completed, text: str, parts: Sequence[_Harness], harnesses: Sequence[str]) -> str:
    """Why this output proves nothing; "" when it proves everything that was asked."""
    for problem in ("CBMC timed out", "run out of memory", "CBMC failed", "stubs which were ignored"):
        if problem in text:
            return problem
    if sorted(part.name.rpartition("::")[2] for part in parts) != sorted(harnesses):
        return f"it checked {len(parts)} harnesses of {len(harnesses)}"
    if why := next((why for part in parts if (why := _gap(part))), ""):
        return why
    summary = _SUMMARY.search(text)
    if summary is None:
        return "its summary is missing, so it is not known whether it finished"
    if tuple(map(int, summary.groups())) != (len(harnesses), 0, len(harnesses)):
        return f"it says {summary[0].strip()}"
    return "" if done.exit_code == 0 else f"it ended with status {done.exit_code}"


def _gap(part: _Harness) -> str:
    rows, total, result = part.checks, _COUNT.findall(part.text), _RESULT.findall(part.text)
    if any(BOUND_TOO_SMALL in text and status == "FAILURE" for _, status, text, _ in rows):
        return f"{part.name}: the bound is too small for a loop (unwinding assertion)"
    if any(UNSUPPORTED in text and status == "FAILURE" for _, status, text, _ in rows):
        return f"{part.name}: it meets a construct that Kani does not support"
    if len(total) != 1 or result != ["SUCCESSFUL"] or int(total[0][0]) != 0 or int(total[0][1]) != len(rows):
        return f"{part.name}: its result is not told whole"
    own = [status for name, status, _, _ in rows if name.startswith(f"{part.name}.assertion.")]
    if not own or any(status != "SUCCESS" for status in own):
        return f"{part.name}: an assertion of the harness is never reached, so it holds of nothing"
    known = {"SUCCESS", "UNREACHABLE", "SATISFIED"}
    return next((f"{part.name}: a check is {status}" for _, status, _, _ in rows if status not in known), "")


def check(harness: str, source: str, *, unwind: int, tier: Tier) -> Reading:
    """Run a task's harnesses on a candidate's text."""
    names = harnesses_of(harness)
    if not names or words_in(source, BYPASS):
        return read(NOTHING, harnesses=names, unwind=unwind, source=source)
    done = run(command(unwind=unwind, harnesses=names), {HARNESS: harness, "sut.rs": source}, tier=tier)
    return read(done, harnesses=names, unwind=unwind, source=source)


CONTROL = """#[path = "sut.rs"] mod sut;
#[kani::proof]
fn control() { let n: u8 = kani::any(); kani::assume(ASSUMED); let twice = sut::half(n); assert!(twice <= n); }
"""
CONTROLS = (
    ("a right program", "n > 3", "pub fn half(n: u8) -> u8 { n / 2 }", Outcome.HOLDS),
    (
        "a program that is wrong for one number",
        "n > 3",
        "pub fn half(n: u8) -> u8 { if n == 77 { 78 } else { n / 2 } }",
        Outcome.REFUTED,
    ),
    (
        "an assumption that nothing satisfies",
        "n > 3 && n < 3",
        "pub fn half(n: u8) -> u8 { n / 2 }",
        Outcome.INCONCLUSIVE,
    ),
    (
        "a loop beyond the bound",
        "n > 200",
        "pub fn half(n: u8) -> u8 { let mut at = 0; while at < n / 2 { at += 1; } at }",
        Outcome.INCONCLUSIVE,
    ),
)


def blind(tier: Tier) -> str:
    """Why what Kani says here is not to be trusted; "" when it tells its controls apart."""
    for name, assumed, source, expected in CONTROLS:
        found = check(CONTROL.replace("ASSUMED", assumed), source, unwind=4, tier=tier)
        if found.outcome is not expected:
            return f"{NAME} should find {expected} for {name}, but finds {found.outcome}: {found.reason}"
    return ""
