"""What Miri adds to level memory for objects that threads share, where it is there: races on plain memory, and memory
that was never written, in some clients that are interpreted.

It knows what fences order, so that candidates with epochs or hazard pointers are looked at, too. Where there is no
`unsafe`, the compiler has shown that there is no such race.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from probatum.candidate import Candidate
from probatum.engines import miri
from probatum.engines.reading import Reading
from probatum.judge.interleaved.controls import CONTROLS, CROWD, stack_interface
from probatum.levels.context import Context
from probatum.levels.raced import race_finding
from probatum.sandbox.policy import Tier
from probatum.toolchains.rust.code import read_code
from probatum.toolchains.rust.concurrent.clients import shared_text
from probatum.toolchains.rust.replay import Interpreter, interpreted_harness, shared_files
from probatum.verdict import Outcome, Verdict

CLIENTS = 2
EXPECTED = (("kept_garbage", Outcome.HOLDS), ("relaxed_publish", Outcome.REFUTED))


def with_threads(verdict: Verdict, candidate: Candidate, context: Context) -> Verdict:
    """The verdict of level memory, which holds, with what Miri says; where it says nothing, why not."""
    if "unsafe" not in read_code(candidate.source).texts:
        return verdict
    found = _interpreted(candidate, context)
    if isinstance(found, str):
        missing = f"{miri.NAME}, which sees races on plain memory too, did not look: {found}"
        return replace(verdict, assumptions=(*verdict.assumptions, missing))
    reading, clients = found
    verdict = replace(verdict, assumptions=(*verdict.assumptions, _words(reading)))
    if reading.outcome not in (Outcome.HOLDS, Outcome.REFUTED):
        return verdict
    scope = replace(verdict.scope, counts=(*verdict.scope.counts, *reading.counts))
    verdict = replace(verdict, scope=scope, tools=(*verdict.tools, miri.NAME))
    if reading.outcome is Outcome.HOLDS:
        return verdict
    at = dict(reading.counts)["interpreted_clients"]
    finding = race_finding(miri.NAME, reading, clients[min(at, len(clients) - 1)]["lines"], context)
    reason = f"{finding.law}: {miri.NAME}: {reading.reason}"
    return replace(verdict, outcome=Outcome.REFUTED, findings=(finding,), reason=reason, credit=0.9)


def threads_blind(place: Interpreter, harness: Path, *, tier: Tier) -> str:
    """Why Miri is not to be trusted with threads here; empty when it holds a stack without a lock, and refutes one that
    hands its nodes over without an ordering."""
    interface = stack_interface()
    glue, text = shared_text(interface, {}), CROWD.text(interface.classes[0])
    for control, outcome in EXPECTED:
        files = shared_files(glue, (CONTROLS / f"{control}.rs").read_text())
        found = miri.interpret_threads(place, harness, files, [text], seed=0, tier=tier)
        if found.outcome is not outcome:
            return f"control {control}.rs should be {outcome}, but is {found.outcome}: {found.reason}"
    return ""


def _interpreted(candidate: Candidate, context: Context) -> tuple[Reading, list[dict[str, Any]]] | str:
    shared, tier = context.lane.workers.shared, context.lane.tier
    place = shared.once("where Miri is", miri.here)
    if isinstance(place, str):
        return place
    context.say(f"memory: {miri.NAME}")
    harness = interpreted_harness(place, miri.FLAGS, cache=shared.cache, tier=tier)
    if why := shared.once(f"{miri.NAME}, threads", lambda: threads_blind(place, harness, tier=tier)):
        return why
    clients = context.lane.crowd(context.seeds.seed(candidate.digest, "interpreted"), CLIENTS)
    if not clients:
        return "no client of more threads stays within the specification"
    files = shared_files(context.lane.glue(candidate, "shared"), candidate.source)
    seed = context.seeds.number(candidate.digest, "schedules of Miri")
    texts = [row["text"] for row in clients]
    return miri.interpret_threads(place, harness, files, texts, seed=seed, tier=tier), clients


def _words(reading: Reading) -> str:
    if reading.outcome is not Outcome.HOLDS:
        return reading.reason
    ran = dict(reading.counts)["interpreted_clients"]
    return f"SAMPLED: {miri.NAME} saw no race, on plain memory neither, in {ran} clients that it interpreted once each"
