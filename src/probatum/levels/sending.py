"""What level memory asks of the compiler before anything runs: that nothing gets to a thread which may not have it."""

from __future__ import annotations

from probatum.candidate import Candidate
from probatum.judge.compare import SENTENCES
from probatum.levels.context import Context, refuted_text
from probatum.toolchains.rust.code import read_code
from probatum.toolchains.rust.compiler import check_candidate
from probatum.toolchains.rust.concurrent.sendable import SAYS, says_itself
from probatum.verdict import Verdict


def sent_unasked(candidate: Candidate, context: Context) -> Verdict | None:
    """A refutation where safe code could share with threads, through the object, what no two threads may have."""
    if not says_itself(read_code(candidate.source)) or not (glue := context.lane.glue(candidate, "sendable")):
        return None
    shared, compiler = context.lane.workers.shared, context.lane.workers.rust.compiler()
    assert compiler is not None  # level boundary found it
    built = check_candidate(compiler, candidate.source, glue, cache=shared.cache, tier=shared.tier)
    if built.program is not None or SAYS not in built.problem:
        return None
    observed = built.problem.partition("panicked: ")[2] or built.problem
    return refuted_text(
        level="memory",
        law="no_race",
        sentence=SENTENCES["no_race"],
        lines=tuple(line.strip() for line in candidate.source.splitlines() if "unsafe impl" in line) or (observed,),
        observed=observed,
        expected="It may be sent and shared only where what it stores may be sent.",
        context=context,
    )
