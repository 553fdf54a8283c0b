"""One run whose nodes live apart, made anew: every instance in a process of its own, nothing looked up. What refutes
is proved by it, and blame decided: the control runs the same schedule the same way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from probatum.errors import TaskError
from probatum.judge.apart.driver import ApartDriver
from probatum.judge.apart.explore import Row, row_of
from probatum.judge.apart.machines import Living
from probatum.judge.compare import SENTENCES
from probatum.judge.evidence import Shown
from probatum.judge.loss import describe, law_of
from probatum.judge.ports import Opening, Workers
from probatum.judge.simulation.batch import Ran
from probatum.judge.simulation.declared import WorldSpec
from probatum.judge.simulation.run import Choose, given, run_world
from probatum.judge.simulation.show import shown_of
from probatum.judge.suite import Suite
from probatum.transcript import Ending, Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """One run, and how its processes ended."""

    ran: Ran
    ending: Ending
    """Of the process that was lost, with what all of them used."""
    loaded: bool = True

    @property
    def law(self) -> str:
        """The law that it breaks; "" where it breaks none."""
        if self.ran.result.broken is not None:
            return self.ran.result.broken.law
        return "" if self.ending.how == "completed" else law_of(self.ending.how)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a failing schedule comes to: a failure, a problem, or (neither) that it did not fail again."""

    shown: Shown | None = None
    problem: tuple[str, str] | None = None


def live(suite: Suite, workers: Workers, spec: WorldSpec, choose: Choose, opening: Opening, patience: int = 1) -> Lived:
    """Run a world with each instance in a process of its own."""
    living = Living(workers=workers, opening=opening)
    driver = ApartDriver(suite.interface, living)
    result = run_world(spec, driver, choose, patience)
    ran = Ran(spec=spec, result=result, driver=driver)
    return Lived(ran=ran, ending=_ending(ran, living.close()), loaded=living.loaded)


def _ending(ran: Ran, endings: Mapping[int, Ending]) -> Ending:
    """How a run ended: as the process that was lost, or that spoke out of turn, did."""
    every = list(endings.values())
    whole = Ending(
        how="completed",
        cpu_s=sum(e.cpu_s for e in every),
        wall_s=max((e.wall_s for e in every), default=0.0),
        max_rss_mb=max((e.max_rss_mb for e in every), default=0.0),
    )
    lost = ran.result.lost
    if lost:
        return replace(whole, how="protocol", detail=lost)
    ended = endings.get(ran.driver.ops[-1].handle) if lost is not None else _unclean(every)
    return whole if ended is None else replace(whole, how=ended.how, detail=ended.detail)


def _unclean(endings: Iterable[Ending]) -> Ending | None:
    """The ending of a process that spoke out of turn."""
    return next((e for e in endings if e.how == "protocol"), None)


def transcript_of(rows: Iterable[Row], ending: Ending, opening: Opening) -> Transcript:
    """Runs as evidence: a segment for each, its calls in the order in which they were made, in whichever process."""
    every = tuple(rows)
    return Transcript(
        segments=tuple(row.calls for row in every),
        replies=tuple(row.replies for row in every),
        uses=tuple(row.schedule for row in every),
        ending=ending,
        hash_seed=opening.host,
        random_seed=opening.random_seed,
    )


def prove(suite: Suite, workers: Workers, failed: Ran, opening: Opening, *, minimal: bool) -> Proof:
    """Run a failing schedule anew and, where it fails again, let the control run it. Raises `TaskError` for a law that
    is false of the control."""
    choose = given(failed.result.schedule)
    again = live(suite, workers, failed.spec, choose, opening)
    if not again.law or not again.loaded:
        return Proof()
    control = live(suite, workers, failed.spec, given(again.ran.result.schedule), replace(opening, control=True))
    if control.law == again.law and control.ran.result.broken is not None:
        raise TaskError(
            f"law {control.law} of world {failed.spec.name} is false of the control itself, its nodes living apart: "
            f"{control.ran.result.broken.why}",
            file="task.py",
            fix="Correct the world, or name another control in task.toml",
        )
    if control.ran.result.broken is None and control.law:
        how = control.ending.how
        outcome = "INCONCLUSIVE" if how in ("wall", "cpu") else "ERROR"
        text = f"the control fails in the same schedule ({describe(how, control.ending.detail)})"
        return Proof(problem=(outcome, f"{text}, so the machine is to blame"))
    return Proof(shown=show(again, opening, minimal=minimal))


def show(lived: Lived, opening: Opening, *, minimal: bool) -> Shown:
    """A run that breaks a law, as evidence."""
    ran, broken = lived.ran, lived.ran.result.broken
    row = row_of(ran)
    if broken is not None:
        transcript = transcript_of([row], lived.ending, opening)
        said = (broken.law, broken.sentence, broken.requirements, broken.why)
        return _apart(shown_of(ran, *said, transcript, minimal=minimal))
    answered = lived.ending.how == "protocol"
    transcript = transcript_of([row], lived.ending, opening)
    call = ran.driver.ops[-1].show() if ran.driver.ops else "the start"
    observed = f"{call}: {describe(lived.ending.how, lived.ending.detail)}"
    transcript = transcript if answered else replace(transcript, replies=())
    return _apart(shown_of(ran, lived.law, SENTENCES[lived.law], (), observed, transcript, minimal=minimal))


def _apart(shown: Shown) -> Shown:
    return replace(shown, input=("every node in a process of its own", *shown.input))
