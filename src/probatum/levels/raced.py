"""What ThreadSanitizer adds to level memory for objects that threads share: races on plain memory, on runs that happen.

Only with a standard library that was built with it: with the one that is shipped right programs are called wrong. It
does not know what a fence orders, so candidates that use one are not run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from probatum.candidate import Candidate
from probatum.engines import tsan
from probatum.engines.reading import Reading
from probatum.judge.compare import SENTENCES
from probatum.judge.interleaved.controls import CONTROLS, CROWD, stack_interface
from probatum.levels.context import Context
from probatum.sandbox.policy import Tier
from probatum.toolchains.rust.code import FENCES, read_code
from probatum.toolchains.rust.compiler import Compiler
from probatum.toolchains.rust.concurrent.clients import shared_text
from probatum.toolchains.rust.concurrent.crates import Crates
from probatum.toolchains.rust.concurrent.explore import compile_shared, race
from probatum.verdict import Counterexample, Finding, Outcome, Verdict

CLIENTS, ROUNDS = 8, 40


def with_races(verdict: Verdict, candidate: Candidate, context: Context) -> Verdict:
    """The verdict of level memory, which holds, with what ThreadSanitizer says; where it says nothing, why not."""
    found = _raced(candidate, context)
    if isinstance(found, str):
        missing = f"{tsan.NAME}, which sees races on plain memory too, did not look: {found}"
        return replace(verdict, assumptions=(*verdict.assumptions, missing))
    reading, clients = found
    verdict = replace(verdict, assumptions=(*verdict.assumptions, _words(reading)))
    if reading.outcome not in (Outcome.HOLDS, Outcome.REFUTED):
        return verdict
    scope = replace(verdict.scope, counts=(*verdict.scope.counts, *reading.counts))
    verdict = replace(verdict, scope=scope, tools=(*verdict.tools, tsan.NAME))
    if reading.outcome is Outcome.HOLDS:
        return verdict
    at = dict(reading.counts)["raced_runs"] // ROUNDS
    finding = race_finding(tsan.NAME, reading, clients[min(at, len(clients) - 1)]["lines"], context)
    reason = f"{finding.law}: {tsan.NAME}: {reading.reason}"
    return replace(verdict, outcome=Outcome.REFUTED, findings=(finding,), reason=reason, credit=0.9)


def raced_blind(compiler: Compiler, crates: Crates, *, cache: Path, tier: Tier) -> str:
    """Why ThreadSanitizer is not to be trusted here; empty when it holds a lock and a stack without one, and refutes a
    stack that hands its nodes over without an ordering."""
    interface = stack_interface()
    glue, text = shared_text(interface, {}), CROWD.text(interface.classes[0])
    expected = (
        ("mutex", Outcome.HOLDS),
        ("kept_garbage", Outcome.HOLDS),
        ("relaxed_publish", Outcome.REFUTED),
    )
    for control, outcome in expected:
        source = (CONTROLS / f"{control}.rs").read_text()
        built = compile_shared(compiler, source, glue, crates, cache=cache, tier=tier)
        if built.program is None:
            return f"control {control}.rs does not compile with it: {built.problem}"
        done = race(built.program, [text] * CLIENTS, ROUNDS, tier=tier)
        found = tsan.read(done, clients=CLIENTS, rounds=ROUNDS)
        if found.outcome is not outcome:
            return f"control {control}.rs should be {outcome}, but is {found.outcome}: {found.reason}"
    return ""


def _raced(candidate: Candidate, context: Context) -> tuple[Reading, list[dict[str, Any]]] | str:
    workers = context.lane.workers
    compiler = workers.rust.compiler()
    assert compiler is not None  # level boundary found it
    crates = workers.shared.instrumented(compiler)
    if isinstance(crates, str):
        return crates
    place: Any = {"cache": workers.shared.cache, "tier": workers.shared.tier}
    if why := workers.shared.once(tsan.NAME, lambda: raced_blind(compiler, crates, **place)):
        return why
    if used := FENCES & set(read_code(candidate.source).texts):
        return f"the candidate uses {', '.join(sorted(used))}, and it does not know what a fence orders"
    built = workers.shared.compile(compiler, candidate, asan=False, tool="tsan")
    if built.program is None:
        return f"the candidate does not compile with it: {built.problem}"
    context.say(f"memory: {tsan.NAME}")
    clients = context.lane.crowd(context.seeds.seed(candidate.digest, "raced"), CLIENTS)
    if not clients:
        return "no client of more threads stays within the specification"
    done = workers.shared.race(compiler, candidate, [row["text"] for row in clients], ROUNDS)
    return tsan.read(done, clients=len(clients), rounds=ROUNDS), clients


def _words(reading: Reading) -> str:
    if reading.outcome is not Outcome.HOLDS:
        return reading.reason
    runs = dict(reading.counts)["raced_runs"]
    return f"SAMPLED: {tsan.NAME} saw no race, on plain memory neither, in {runs} runs on threads of this machine"


def race_finding(tool: str, reading: Reading, lines: Sequence[str], context: Context) -> Finding:
    """What a tool saw while a client ran; ``lines``: the client's calls."""
    failed = reading.failed[0]
    sentence = SENTENCES[failed.law]
    retry = f"probatum check {context.task_word} --candidate {context.candidate_word}"
    shown = Counterexample(
        input=(*lines, *failed.lines),
        observed=f"{tool}: {failed.what}",
        expected=sentence,
        rejudge=retry,
        retry=retry,
        minimal=False,
    )
    return Finding(law=failed.law, sentence=sentence, outcome=Outcome.REFUTED, counterexample=shown)
