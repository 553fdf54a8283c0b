"""Lost workers: which call lost the process, whether it happens again, and whether the control does the same (blame).

A claim about resources needs a replay and a control that finishes; a process that killed itself needs the control only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from probatum.judge.compare import SENTENCES, Failure, built_in_failure
from probatum.judge.histories import Planned
from probatum.judge.ports import Opening, Ran, Workers, read_loaded, run_plan
from probatum.judge.shrink import realise
from probatum.judge.suite import Suite
from probatum.transcript import Op, Transcript, segment_text

LAWS = {"cpu": "returns", "wall": "returns", "output": "output", "memory": "memory", "protocol": "protocol"}
"""How a process ended to the built-in law that it breaks; any other ending breaks `alive`."""
ATTEMPTS = 8
"""Fresh processes spent on making a losing input smaller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What is known about a lost process: a failure with its evidence, or why nothing can be said."""

    failure: Failure | None = None
    transcripts: tuple[Transcript, ...] = ()
    problem: tuple[str, str] | None = None
    """(outcome, sentence): ERROR or INCONCLUSIVE."""
    resume: bool = False
    """The process was only slow as a whole: go on with the segments that did not run."""


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
    planned, replay, at = again
    return _checked(suite, workers, [planned], replay, _failure(suite, planned, replay, at), opening)


def _failure(suite: Suite, planned: Planned, ran: Ran, at: int) -> Failure:
    ending = ran.transcript.ending
    law = law_of(ending.how)
    observed = f"{planned.ops[at].show()}: {_describe(ending.how, ending.detail)}"
    return built_in_failure(suite, law, planned, at, observed, SENTENCES[law])


def _describe(how: str, detail: str) -> str:
    words = {
        "cpu": "does not return within the CPU limit",
        "wall": "does not return (it waits without using CPU)",
        "output": "prints more than the limit",
        "memory": "needs more memory than the limit",
        "protocol": "the reply does not parse",
        "exit": "the process ended itself",
        "signal": "the process was killed by its own doing",
    }
    return words.get(how, how) + (f": {detail}" if detail else "")


def _smallest(
    suite: Suite, workers: Workers, planned: Planned, opening: Opening, law: str, cpu_s: float
) -> tuple[Planned, Ran, int] | None:
    """A small segment that loses the process under the same law at the full limit, in a fresh process; None when it does not recur."""
    full = replace(opening, cpu_s=None, host=1 - opening.host)
    quick = replace(opening, cpu_s=max(0.05, cpu_s / 8)) if law == "returns" else full
    for small in [*_guesses(suite, workers, planned, quick, law), planned]:
        ran, at = step_segment(workers, small, full)
        if not ran.complete and law_of(ran.transcript.ending.how) == law:
            cut = realise(suite, (small.ops[: at + 1], None))
            return cut or small, ran, at
    return None


def _guesses(suite: Suite, workers: Workers, planned: Planned, quick: Opening, law: str) -> list[Planned]:
    """Smaller variants that lose the process under a reduced limit; the best first."""
    ran, at = step_segment(workers, planned, quick)
    if ran.complete or law_of(ran.transcript.ending.how) != law:
        return []
    ops = planned.ops[: at + 1]
    best: list[Planned] = []
    tries = 0
    for kept in _variants(ops):
        if tries >= ATTEMPTS or len(kept) >= len(ops):
            continue
        small = realise(suite, (kept, None))
        if small is None:
            continue
        tries += 1
        ran, _ = step_segment(workers, small, quick)
        if not ran.complete and law_of(ran.transcript.ending.how) == law:
            best.insert(0, small)
            break
    return best


def _variants(ops: tuple[Op, ...]) -> list[tuple[Op, ...]]:
    """The last call on its own instance with fewer and fewer earlier calls, smallest first."""
    last = ops[-1]
    mine = [op for op in ops[:-1] if op.handle == last.handle]
    makes, earlier = [op for op in mine if op.verb == "n"], [op for op in mine if op.verb != "n"]
    counts = [0, 1, 2, len(earlier) // 4, len(earlier) // 2, len(earlier)]
    return [(*makes, *earlier[len(earlier) - n :], last) for n in sorted(set(counts))]


def step_segment(workers: Workers, planned: Planned, opening: Opening) -> tuple[Ran, int]:
    """Run one segment call by call in a fresh process; also the index of the last call that was sent."""
    worker, first = workers.open(opening)
    replies: list[str] = []
    at = 0
    if read_loaded(first) == ("loaded",) and worker.segment():
        for at, op in enumerate(planned.ops):
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
            f"the control fails on the same input ({_describe(how, control.transcript.ending.detail)}), so the machine is to blame",
        ),
    )


def _not_alone(suite: Suite, workers: Workers, plan: list[Planned], ran: Ran, opening: Opening, cpu_s: float) -> Loss:
    """The last segment finishes alone: either earlier segments matter, or the whole was just slow."""
    again = run_plan(workers, plan, replace(opening, cpu_s=cpu_s * 3))
    if again.complete:
        return Loss(transcripts=(ran.transcript,), resume=True)
    if again.transcript.ending.how == "wall":
        return Loss(
            transcripts=(ran.transcript, again.transcript),
            problem=("INCONCLUSIVE", "wall time ran out: the machine is starved"),
        )
    planned = plan[min(len(again.answers), len(plan) - 1)]
    return _checked(suite, workers, plan, again, _failure(suite, planned, again, len(planned.ops) - 1), opening)
