"""Five short acts: a plausible fault, three cheats, a search, a weak specification, and the evidence."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from probatum import ledger
from probatum.candidate import Candidate, python_candidate
from probatum.cascade import assess
from probatum.checking import choose_tier, open_lane
from probatum.demo.cheats import CHEATS, WRITTEN
from probatum.events import EventKind
from probatum.journal import Journal, forget_secret, save_secret
from probatum.judge.lane import Lane
from probatum.lab.clock import cpu_s, wall_s
from probatum.lab.files import read_task
from probatum.lab.seeds import Seeds, fresh_seeds, new_run_name
from probatum.levels.context import Context
from probatum.sandbox.policy import Tier
from probatum.search.state import State
from probatum.task.model import Task
from probatum.verdict import Assessment, Outcome

Lines = Iterator[str]
SEARCHED = "quorum_count"
MAX_CANDIDATES = 300
CPU_S = 0.5
"""What a process may use here; less than the task allows, because one candidate uses it up several times."""


@dataclass(slots=True, kw_only=True)
class Stage:
    """What the acts share."""

    journal: Journal
    workspace: Path
    task: Task
    lane: Lane
    run: str
    seeds: Seeds
    count: int = 0

    def judge(self, candidate: Candidate, *, types: bool = False) -> Assessment:
        """One candidate through the cascade, into the journal."""
        ledger.submit(self.journal, self.run, candidate, self.count)
        context = Context(
            lane=self.lane,
            seeds=self.seeds,
            stored=ledger.stored_inputs(self.journal, self.task.name),
            types=types,
            task_word=self.task.name,
            candidate_word="DIR",
        )
        assessment = assess(self.task, candidate, context)
        self.journal.append_many(ledger.entries(self.run, self.count, assessment, context))
        self.count += 1
        return assessment


def story(workspace: Path) -> Lines:
    """The demo, line by line; everything is computed on the way. The search goes on beside the first acts, which leave
    a second CPU idle; its lanes and its run are its own."""
    from probatum.demo.searching import search

    began, began_cpu = wall_s(), cpu_s()
    task, tier = _task(), choose_tier("auto")
    with ThreadPoolExecutor(1) as aside:
        searched = aside.submit(search, SEARCHED, workspace, tier, MAX_CANDIDATES)
        run = yield from _judged(workspace, task, tier)
        yield from _search(searched)
    yield from _evidence(workspace, run, task, tier)
    yield ""
    yield f"{wall_s() - began:.1f} s, {cpu_s() - began_cpu:.1f} CPU s of this process."
    yield "Next, on a function of your own: probatum init"


def _task() -> Task:
    task = read_task("kv_store_v1")
    return replace(task, limits=replace(task.limits, cpu_s=CPU_S))


def _judged(workspace: Path, task: Task, tier: Tier) -> Generator[str, None, str]:
    """The acts about the store; the name of their run."""
    with Journal.open(workspace) as journal, open_lane(task, tier, seeds := fresh_seeds()) as lane:
        run = new_run_name()
        save_secret(workspace, run, seeds.secret)
        ledger.begin(journal, run, task, seeds, {"command": "demo"})
        stage = Stage(journal=journal, workspace=workspace, task=task, lane=lane, run=run, seeds=seeds)
        yield f"Task {task.name} (digest {task.digest[:12]}): an ordered key-value store. Sandbox: {tier}, probed."
        yield f"The secret behind every input is committed to before anything runs: {seeds.commitment[:16]}"
        yield from _plausible(stage)
        yield from _cheats(stage)
        yield from _weak(stage)
        journal.append(run, EventKind.SECRET_REVEALED, {"secret": seeds.secret.hex()})
        journal.append(run, EventKind.RUN_ENDED, {"why": "told"})
        forget_secret(workspace, run)
    return run


def _heading(number: int, text: str) -> str:
    return f"\n{number}. {text}"


def _plausible(stage: Stage) -> Lines:
    yield _heading(1, "A hash table with tombstones, the way a model writes it. The tests it came with pass.")
    assessment = stage.judge(python_candidate(WRITTEN, author="a model"))
    yield from _refutation(assessment)


def _refutation(assessment: Assessment) -> Lines:
    """The first finding of a refuted candidate; says so plainly when it was not refuted."""
    verdict = next((v for v in assessment.verdicts if v.outcome is Outcome.REFUTED), None)
    if verdict is None:
        yield f"   {assessment.outcome}: {assessment.reason}"
        return
    finding = verdict.refuting[0]
    shown = finding.counterexample
    assert shown is not None
    yield f"   REFUTED at level {verdict.level}, {verdict.wall_s * 1000:.0f} ms. {finding.sentence}"
    yield from (f"      {line}" for line in shown.input[-8:])
    yield f"      observed {shown.observed}, expected {shown.expected}"


def _cheats(stage: Stage) -> Lines:
    allowed = f"A process may use {stage.task.limits.cpu_s:g} CPU-s here."
    yield _heading(2, f"Three candidates that would rather pass than be right. {allowed}")
    for what, source in CHEATS:
        assessment = stage.judge(python_candidate(source, author="a cheat"))
        refuting = [f for v in assessment.verdicts for f in v.refuting]
        law = f"{refuting[0].law}: {refuting[0].sentence}" if refuting else assessment.reason
        yield f"   {assessment.outcome:8} {what}\n            {law}"


def _weak(stage: Stage) -> Lines:
    yield _heading(3, "A right store, and one that is right for the wrong reason.")
    for name in ("skip_list", "oracle_clone"):
        canary = stage.task.canary(name)
        assessment = stage.judge(Candidate(files=canary.files, author="canary"), types=name == "skip_list")
        verdict = assessment.verdict("behaviour")
        calls = sum(value for key, value in verdict.scope.counts if key.endswith("_calls")) if verdict else 0
        accepted = "accepted" if assessment.accepted else str(assessment.outcome)
        yield f"   {accepted:8} {name}, {calls} calls: {canary.why.partition(':')[0]}"
    yield "   The second only wraps a dictionary: the specification asks for no more, and the verdict cannot say more."
    absent = [line.removesuffix(": not checked") for line in assessment.not_shown if line.endswith(": not checked")]
    yield f"   Levels that were not run: {', '.join(absent)}."


def _search(searched: Future[tuple[State, str]]) -> Lines:
    yield _heading(4, f"Search, without a model, beside the above: {SEARCHED} from a stub with one fault.")
    state, source = searched.result()
    assert state.end is not None
    if not state.end["accepted"]:
        yield f"   not accepted within {MAX_CANDIDATES} candidates: {state.end['why']}"
        return
    tried = len(state.trials)
    yield f"   accepted after {tried} candidates; the winner survived a confirmation trial sized for best of {tried}:"
    yield from (f"      {line}" for line in source.splitlines())


def _evidence(workspace: Path, run: str, task: Task, tier: Tier) -> Lines:
    yield _heading(5, "Evidence: every stored transcript of the store's trials is judged again.")
    with Journal.open(workspace) as journal, Lane(task, tier=tier) as lane:
        same = different = 0
        for _, assessment in ledger.assessments(journal, run):
            for verdict in assessment.verdicts:
                for finding in verdict.refuting:
                    if finding.counterexample is not None and finding.counterexample.transcript:
                        text = journal.get(finding.counterexample.transcript).decode()
                        agrees = finding.law in lane.rejudge(text)
                        same, different = same + agrees, different + (not agrees)
                if verdict.outcome is Outcome.HOLDS:
                    for digest in verdict.transcripts:
                        agrees = lane.rejudge(journal.get(digest).decode()) == []
                        same, different = same + agrees, different + (not agrees)
        problems = journal.check()
        yield f"   {same} transcripts give the same verdict, {different} another."
        yield f"   The journal's chain has {len(problems)} faults."
        yield f"   head {journal.head()[:16]}"
