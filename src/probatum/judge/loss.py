"""Lost workers: which call lost the process, whether it happens again, and whether the control does the same (blame).

A claim about resources needs a replay and a control that finishes; a process that killed itself needs the control only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from probatum.judge.compare import SENTENCES, Failure, built_in_failure
from probatum.judge.histories import Planned
from probatum.judge.ports import Opening, Ran, Workers, read_loaded, run_plan
from probatum.judge.shrink import Check, Effort, realise, shrink
from probatum.judge.suite import Suite
from probatum.transcript import Transcript, segment_text

LAWS = {
    **{how: how for how in ("output", "memory", "protocol", "loads", "interface")},
    **dict.fromkeys(("cpu", "wall"), "returns"),
    "address": "memory_safe",
    "leak": "no_leak",
}
"""How a process ended to the built-in law that it breaks; any other ending breaks `alive`."""
AT_THE_END = frozenset({"memory_safe", "no_leak"})
"""Laws that may break when the objects of a segment are dropped, which stepping through its calls does not show."""
LOSSES = Effort(batches=14)
"""Where a batch ends with the first variant that loses the process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What is known about a lost process: a failure with its evidence, or why nothing can be said."""

    failure: Failure | None = None
    minimal: bool = False
    transcripts: tuple[Transcript, ...] = ()
    problem: tuple[str, str] | None = None
    """(outcome, sentence): ERROR or INCONCLUSIVE."""
    resumed: Ran | None = None
    """The process was only slow as a whole: the same segments finished with more time; go on after them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A segment that loses a fresh process, too."""

    planned: Planned
    ran: Ran
    at: int
    minimal: bool


def law_of(how: str) -> str:
    """The built-in law that an ending breaks."""
    return LAWS.get(how, "alive")


def explain(suite: Suite, workers: Workers, plan: list[Planned], ran: Ran, opening: Opening, cpu_s: float) -> Loss:
    """Explain a run in which not every segment answered."""
    index = min(len(ran.answers), len(plan) - 1)
    how = ran.transcript.ending.how
    if how == "protocol":
        return _checked(
            suite, workers, plan[: index + 1], ran, _failure(suite, plan[index], ran, len(plan[index].ops) - 1), opening
        )
    again = _smallest(suite, workers, plan[index], opening, law_of(how), cpu_s)
    if again is None and how in ("cpu", "wall"):
        return _not_alone(suite, workers, plan[: index + 1], ran, opening, cpu_s)
    if again is None:
        failure = _failure(suite, plan[index], ran, len(plan[index].ops) - 1)
        return _checked(suite, workers, plan[: index + 1], ran, failure, opening)
    failure = _failure(suite, again.planned, again.ran, again.at)
    return replace(_checked(suite, workers, [again.planned], again.ran, failure, opening), minimal=again.minimal)


def explain_loading(suite: Suite, workers: Workers, plan: list[Planned], ran: Ran, opening: Opening) -> Loss:
    """A module that loaded at level build and does not now: its own doing, unless the control does not load either."""
    ending = ran.transcript.ending
    law = law_of(ending.how)
    observed = f"in one process of several: {ending.detail}"
    failure = built_in_failure(suite, law, plan[0], 0, observed, SENTENCES[law])
    return _checked(suite, workers, plan[:1], ran, failure, opening)


def _failure(suite: Suite, planned: Planned, ran: Ran, at: int) -> Failure:
    ending = ran.transcript.ending
    law = law_of(ending.how)
    said = describe(ending.how, ending.detail)
    observed = said if law == "no_leak" else f"{planned.ops[at].show()}: {said}"
    return built_in_failure(suite, law, planned, at, observed, SENTENCES[law])


def describe(how: str, detail: str) -> str:
    """How a process ended, in words."""
    words = {
        "cpu": "does not return within the CPU limit",
        "wall": "does not return",
        "output": "prints more than the limit",
        "memory": "needs more memory than the limit",
        "protocol": "the reply does not parse",
        "exit": "the process ended itself",
        "signal": "the process was killed by its own doing",
        "address": "AddressSanitizer stops the process",
        "leak": "memory is left when everything is dropped",
    }
    return words.get(how, how) + (f": {detail}" if detail else "")


def _smallest(
    suite: Suite, workers: Workers, planned: Planned, opening: Opening, law: str, cpu_s: float
) -> Again | None:
    """A small segment that loses the process under the same law at the full limit, in a fresh process; None when none
    does.

    Attempts at making it smaller run under a reduced CPU limit; only the last one, and the whole segment, get the
    full one.
    """
    full = replace(opening, cpu_s=None, host=opening.host ^ 1)
    quick = replace(full, cpu_s=max(0.05, cpu_s / 8)) if law == "returns" else full
    ran, at = _alone(workers, planned, quick, law)
    if not ran.complete and law_of(ran.transcript.ending.how) == law:
        small, minimal = shrink(suite, planned, None, at, _loses(workers, quick, law), LOSSES)
        again = _step(suite, workers, small, full, law, minimal)
        if again is not None:
            return again
    return _step(suite, workers, planned, full, law, minimal=False)


def _step(suite: Suite, workers: Workers, planned: Planned, opening: Opening, law: str, minimal: bool) -> Again | None:
    ran, at = _alone(workers, planned, opening, law)
    if ran.complete or law_of(ran.transcript.ending.how) != law:
        return None
    return Again(planned=realise(suite, (planned.ops[: at + 1], None)) or planned, ran=ran, at=at, minimal=minimal)


def _alone(workers: Workers, planned: Planned, opening: Opening, law: str) -> tuple[Ran, int]:
    """One segment in a fresh process, and the call that seems to lose it."""
    if law in AT_THE_END:
        return run_plan(workers, [planned], opening), len(planned.ops) - 1
    return step_segment(workers, planned, opening)


def _loses(workers: Workers, opening: Opening, law: str) -> Check:
    """Which variant loses the process: the verdicts end with it."""

    def check(variants: Sequence[Planned]) -> list[bool]:
        ran = run_plan(workers, variants, opening)
        lost = not ran.complete and law_of(ran.transcript.ending.how) == law
        return [False] * len(ran.answers) + [lost] * (not ran.complete)

    return check


def step_segment(workers: Workers, planned: Planned, opening: Opening) -> tuple[Ran, int]:
    """Run one segment call by call in a fresh process; also the index of the last call that was sent."""
    worker, first = workers.open(opening)
    replies: list[str] = []
    at = 0
    if read_loaded(first) == ("loaded",) and worker.segment():
        for at, op in enumerate(planned.ops):  # noqa: B007 - where it stopped is the answer
            reply = worker.step(op.text())
            if reply is None:
                break
            replies.append(reply.decode(errors="replace"))
    complete = len(replies) == len(planned.ops)
    ending = worker.close()
    transcript = Transcript(
        segments=(segment_text(planned.ops[: at + 1]),),
        replies=("[" + ",".join(replies) + "]",) if complete else (),
        ending=replace(ending, how="completed", detail="") if complete else ending,
        hash_seed=opening.host,
        random_seed=opening.random_seed,
    )
    return Ran(transcript=transcript, loaded=("loaded",), answers=((),) if complete else ()), at


def _checked(suite: Suite, workers: Workers, plan: list[Planned], ran: Ran, failure: Failure, opening: Opening) -> Loss:
    """The failure stands unless the control fails the same way on the same input."""
    control = run_plan(workers, plan, replace(opening, control=True, cpu_s=None))
    if control.complete:
        return Loss(failure=failure, transcripts=(ran.transcript, control.transcript))
    how = control.transcript.ending.how
    outcome = "INCONCLUSIVE" if how in ("wall", "cpu") else "ERROR"
    return Loss(
        transcripts=(ran.transcript, control.transcript),
        problem=(
            outcome,
            f"the control fails on the same input ({describe(how, control.transcript.ending.detail)}), "
            "so the machine is to blame",
        ),
    )


def _not_alone(suite: Suite, workers: Workers, plan: list[Planned], ran: Ran, opening: Opening, cpu_s: float) -> Loss:
    """The last segment finishes alone: either earlier segments matter, or the whole was just slow. A process that waits
    without using the processor is judged like one that computes: the control, on the same machine, decides blame."""
    again = run_plan(workers, plan, replace(opening, cpu_s=cpu_s * 3))
    if again.complete:
        return Loss(transcripts=(ran.transcript,), resumed=again)
    planned = plan[min(len(again.answers), len(plan) - 1)]
    return _checked(suite, workers, plan, again, _failure(suite, planned, again, len(planned.ops) - 1), opening)
