"""Outputs of engines that this machine need not have, in the formats that they document (see each engine's module)."""

from __future__ import annotations

import json
from typing import Any

from probatum.sandbox.spawn import Completed, Ended

CHECKING = "Kani Rust Verifier 0.67.0 (standalone)\nChecking harness {}...\nCBMC 6.8.0 (cbmc-6.8.0)\n\nRESULTS:\n"
OK_CHECKS = (
    ("control.assertion.1", "SUCCESS", "assertion failed: twice <= n", "kani.rs:3:70 in function control"),
    ("sut::half.arithmetic_overflow.1", "SUCCESS", "attempt to add with overflow", "sut.rs:4:9 in function sut::half"),
    ("sut::half.unwind.0", "SUCCESS", "unwinding assertion loop 0", "sut.rs:3:5 in function sut::half"),
)
Check = tuple[str, str, str, str]


def completed(
    out: str | bytes = "",
    err: str = "",
    *,
    code: int | None = 0,
    ended: Ended = "exit",
    signal: int | None = None,
    truncated: bool = False,
) -> Completed:
    """A run that printed this."""
    return Completed(
        exit_code=code,
        signal=signal,
        stdout=out.encode() if isinstance(out, str) else out,
        stderr=err.encode(),
        cpu_s=0.1,
        wall_s=0.1,
        max_rss_mb=1.0,
        ended=ended,
        truncated=truncated,
    )


def harness_text(checks: tuple[Check, ...] = OK_CHECKS, *, name: str = "control", result: str = "") -> str:
    """Kani's account of one harness."""
    failed = sum(status == "FAILURE" for _, status, _, _ in checks)
    other = {
        kind: sum(status == kind.upper() for _, status, _, _ in checks) for kind in ("undetermined", "unreachable")
    }
    rest = ",".join(f"{count} {kind}" for kind, count in other.items() if count)
    rows = "".join(
        f'Check {at}: {check}\n\t - Status: {status}\n\t - Description: "{text}"\n\t - Location: {where}\n\n'
        for at, (check, status, text, where) in enumerate(checks, 1)
    )
    summary = f"\nSUMMARY:\n ** {failed} of {len(checks)} failed" + (f" ({rest})" if rest else "") + "\n"
    said = result or ("FAILED" if failed else "SUCCESSFUL")
    return f"{CHECKING.format(name)}{rows}{summary}\nVERIFICATION:- {said}\nVerification Time: 0.02s\n\n"


def kani_text(*harnesses: str, ok: int = 1, failures: int = 0) -> str:
    """Kani's account of a run."""
    end = f"Complete - {ok} successfully verified harnesses, {failures} failures, {ok + failures} total.\n"
    return "".join(harnesses or (harness_text(),)) + "Manual Harness Summary:\n" + end


def verus_text(**changes: Any) -> str:
    """What Verus prints with --output-json; a key that is changed to None is left out."""
    told = {
        "encountered-error": False,
        "encountered-vir-error": False,
        "success": True,
        "verified": 2,
        "errors": 0,
        "is-verifying-entire-crate": True,
    } | {key.replace("_", "-"): value for key, value in changes.items()}
    results = {key: value for key, value in told.items() if value is not None}
    return json.dumps({"times-ms": {"total": 412}, "verification-results": results}, indent=2) + "\n"


def mutants_text(*summaries: str, baseline: str = "Success", **changes: Any) -> bytes:
    """`outcomes.json` of cargo-mutants."""
    kinds = {"CaughtMutant": "caught", "MissedMutant": "missed", "Timeout": "timeout", "Unviable": "unviable"}
    mutants = [
        {"scenario": {"Mutant": {"name": f"src/lib.rs:{at}:5: replace f -> u8 with 0"}}, "summary": summary}
        for at, summary in enumerate(summaries, 1)
    ]
    counts = {name: sum(kinds[s] == name for s in summaries) for name in kinds.values()}
    whole = {
        "outcomes": [{"scenario": "Baseline", "summary": baseline}, *mutants],
        "total_mutants": len(mutants),
        **counts,
        "success": 0,
        "start_time": "2026-11-26T20:00:00Z",
        "end_time": "2026-11-26T20:01:00Z",
        "cargo_mutants_version": "27.1.0",
    }
    return json.dumps(whole | changes).encode()
