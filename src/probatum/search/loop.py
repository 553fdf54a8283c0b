"""The loop: do what `decide` says, write what happened, yield the state; nothing is remembered that is not written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any

from probatum import ledger
from probatum.authors.base import Author, Brief, Feedback, Parent, Proposal, PublicView, worst_usd
from probatum.authors.edits import candidate_of
from probatum.authors.plain import proposal_from_bytes, proposal_to_bytes
from probatum.candidate import Candidate
from probatum.errors import BudgetError, EditError, InfrastructureError
from probatum.events import EventKind
from probatum.journal import Entry, Journal
from probatum.lab.clock import wall_s
from probatum.lab.rng import Rng
from probatum.lab.seeds import Seeds
from probatum.search.budget import usd_left
from probatum.search.decide import Ask, Confirm, End, Fold, Submit, decide
from probatum.search.feedback import feedback_of
from probatum.search.knowledge import Knowledge
from probatum.search.learned import Learned
from probatum.search.measured import Measurements
from probatum.search.novelty import signature
from probatum.search.options import Plan
from probatum.search.state import ATTEMPTS, State, Trial
from probatum.search.strategies import STRATEGIES
from probatum.search.workers import Job, Result, Workers
from probatum.verdict import Outcome

REMEMBERED = 64
"""Parents whose files are kept at hand."""
MOST_LOST = 3
"""Candidates in a row that the infrastructure may lose before the run stops."""


@dataclass(slots=True, kw_only=True)
class Search:
    """A run in progress. ``state`` is what the journal says; the rest can be made again from it."""

    journal: Journal
    state: State
    seeds: Seeds
    author: Author
    view: PublicView
    knowledge: Knowledge
    workers: Workers
    seed: Candidate | None = None
    """Judged first, as turn 0, where the run's options say that there is one."""
    feedback: Callable[[str, list[dict[str, Any]]], Feedback] = feedback_of
    now: Callable[[], float] = wall_s
    _running: dict[int, Future[Result]] = field(default_factory=dict)
    _parents: dict[int, Parent] = field(default_factory=dict)
    _lost: list[int] = field(default_factory=list)
    _measured: Measurements = field(default_factory=Measurements)
    _learned: Learned = field(default_factory=Learned)

    def run(self) -> Iterator[State]:
        """Steps until the run has ended; yields the state after each. May be left at any point and resumed later.

        Raises `InfrastructureError` when nothing can be tried any more, `JournalError` when nothing can be written.
        """
        began = self.now()
        self._settle()
        for index in self.state.pending:
            self._start(self.state.trials[index])
        while self.state.end is None:
            match decide(self.state, self._spent(began)):
                case Ask():
                    self._ask()
                case Submit(turn=turn):
                    self._submit(self._candidate(turn.reply, turn.parent))
                case Confirm(index=index):
                    self._confirm(self.state.trials[index])
                case Fold(index=index):
                    self._fold(index)
                case End(why=why, index=accepted):
                    self._end(why, accepted)
            yield self.state

    def _spent(self, began: float) -> str:
        limit = self.state.options.wall_s
        return f"the budget is spent (--wall-s {limit:g})" if limit is not None and self.now() - began >= limit else ""

    def _write(self, *entries: Entry) -> None:
        for event in self.journal.append_many(entries):
            self.state.apply(event)

    def _ask(self) -> None:
        state = self.state
        is_seed = state.options.seeded and not state.turns
        plan = Plan() if is_seed else self._plan()
        brief = self._brief(plan)
        who = "seed" if is_seed else self.author.name
        body: dict[str, Any] = {"turn": len(state.turns), "asked": brief.turn, "author": who, "parent": ""}
        body["plan"] = plan.as_json()
        blobs: dict[str, bytes] = {}
        try:
            proposal = self._seed_proposal() if is_seed else self._propose(brief)
            if proposal is None:
                why = "nothing more to propose from what is known"
                self._write(self._entry(EventKind.AUTHOR_FAILED, {**body, "why": why, "passed": True}))
                return
            body |= {"author": proposal.author, "tokens": proposal.tokens, "cost_usd": proposal.cost_usd}
            blobs["reply"] = proposal_to_bytes(proposal)
            if (parent := brief.parent(proposal.parent)) is not None:
                body["parent"] = parent.candidate.digest
                blobs["feedback"] = parent.feedback.text.encode()
            body |= {"proved": proposal.proved} if proposal.proved else {}
            candidate = candidate_of(proposal, None if parent is None else parent.candidate)
        except BudgetError as problem:
            passed = {"why": str(problem), "passed": True, "over_budget": problem.message}
            self._write(self._entry(EventKind.AUTHOR_FAILED, {**body, **passed}))
            return
        except EditError as problem:
            if "reply" not in blobs:
                body |= {"tokens": problem.tokens, "cost_usd": problem.cost_usd}
                blobs |= {"said": problem.said.encode(errors="replace")} if problem.said else {}
            self._write(self._entry(EventKind.AUTHOR_FAILED, {**body, "why": str(problem)}, blobs))
            return
        signed = signature(candidate)
        known = candidate.digest in state.of_digest or signed in state.signatures
        body |= {"candidate": candidate.digest, "note": proposal.note, "duplicate": known, "signature": signed}
        self._write(self._entry(EventKind.AUTHOR_CALLED, body, blobs))

    def _seed_proposal(self) -> Proposal:
        assert self.seed is not None, "the run's options promise a seed"
        return Proposal(author="seed", files=self.seed.files, refusal=self.seed.refusal)

    def _plan(self) -> Plan:
        """What the strategy wants; what it draws follows from the run's secret and the number of the question."""
        draw = Rng(self.seeds.seed("plan", str(self.state.asked)))
        return STRATEGIES[self.state.options.strategy](self.state, draw)

    def _brief(self, plan: Plan) -> Brief:
        state = self.state
        chosen = [state.confirmation(index) or state.trials[index] for index in plan.parents]
        return Brief(
            turn=state.asked,
            view=self.view,
            parents=tuple(self._parent(trial) for trial in chosen),
            complaints=_complaints(state),
            tried=state.proposed,
            operator=plan.operator,
            measured=self._measured.alike(state, plan, lambda trial: self._stored(trial).source),
            member=plan.member,
            stage=plan.stage,
            usd_left=usd_left(state),
            counterexamples=self._learned.of(state.trials.values(), self.feedback) if self.view.sketches else (),
            proved=frozenset(turn.proved for turn in state.turns if turn.proved),
            draw=self.seeds.seed("author", str(state.asked)),
        )

    def _settle(self) -> None:
        """A process before this one ended while an author was asked: what that may have cost is taken as paid."""
        if self.state.reserved_usd:
            lost: dict[str, Any] = {"index": None, "attempt": 0, "author": self.author.name}
            lost |= {"why": "stopped while an author was asked", "cost_usd": self.state.reserved_usd}
            self._write(self._entry(EventKind.INFRASTRUCTURE_FAILED, lost))

    def _reserve(self, brief: Brief) -> None:
        """Write down the most that an answer may cost before it is asked for."""
        if brief.usd_left is not None and (most := min(brief.usd_left, worst_usd(self.author, brief))) > 0:
            self._write(self._entry(EventKind.AUTHOR_ASKED, {"turn": len(self.state.turns), "most_usd": most}))

    def _propose(self, brief: Brief) -> Proposal | None:
        for attempt in range(1, ATTEMPTS + 1):
            asked = replace(brief, usd_left=usd_left(self.state))
            self._reserve(asked)
            try:
                return self.author.propose(asked)
            except InfrastructureError as problem:
                failed: dict[str, Any] = {"index": None, "attempt": attempt, "why": str(problem)}
                failed |= {"author": self.author.name, "cost_usd": getattr(problem, "cost_usd", 0.0)}
                self._write(self._entry(EventKind.INFRASTRUCTURE_FAILED, failed))
                if attempt == ATTEMPTS:
                    raise
        return None

    def _parent(self, trial: Trial) -> Parent:
        if trial.index not in self._parents:
            told = self.feedback(trial.outcome, trial.verdicts)
            made = Parent(candidate=self._stored(trial), fitness=trial.fitness, feedback=told)
            while len(self._parents) >= REMEMBERED:
                del self._parents[next(iter(self._parents))]
            self._parents[trial.index] = made
        return self._parents[trial.index]

    def _stored(self, trial: Trial) -> Candidate:
        files = {name: self.journal.get(blob) for name, blob in trial.files.items()}
        return Candidate(files=files, parents=trial.parents, author=trial.author, refusal=trial.refusal)

    def _candidate(self, reply: str, parent: str) -> Candidate:
        """The candidate of a stored reply."""
        known = self.state.trials[self.state.of_digest[parent]] if parent else None
        proposal = proposal_from_bytes(self.journal.get(reply))
        return candidate_of(proposal, None if known is None else self._stored(known))

    def _submit(self, candidate: Candidate) -> None:
        index = len(self.state.trials)
        before = self.state.latest_seq
        ledger.submit(self.journal, self.state.run, candidate, index)
        for event in self.journal.events(run=self.state.run, after=before):
            self.state.apply(event)
        self._start(self.state.trials[index], candidate)

    def _confirm(self, trial: Trial) -> None:
        """Hand in a confirmation; what has not begun waits behind it, because the run may end with it."""
        waiting = [index for index in self.state.pending if self._running[index].cancel()]
        self._submit(self._stored(trial))
        for index in waiting:
            self._start(self.state.trials[index])

    def _start(self, trial: Trial, candidate: Candidate | None = None) -> None:
        if trial.candidate in self.knowledge.refuted:
            known: Future[Result] = Future()
            known.set_result(Result(entries=self.knowledge.entries(self.state.run, trial.candidate, trial.index)))
            self._running[trial.index] = known
            return
        job = Job(
            index=trial.index,
            candidate=candidate or self._stored(trial),
            stored=self.knowledge.stored(self.state.segments[: trial.known]),
            best_of=trial.best_of,
            confirming=trial.confirms is not None,
        )
        self._running[trial.index] = self.workers.submit(job)

    def _fold(self, index: int) -> None:
        result = self._running[index].result()
        del self._running[index]
        trial = self.state.trials[index]
        if not result.failure:
            self._lost.clear()
            self._write(*result.entries)
            return
        failed = {"index": index, "attempt": trial.failures + 1, "why": result.failure, "candidate": trial.candidate}
        self._write(self._entry(EventKind.INFRASTRUCTURE_FAILED, failed))
        if trial.outcome != Outcome.ERROR:
            self._start(trial)
            return
        self._lost.append(index)
        if len(self._lost) >= MOST_LOST or trial.confirms is not None:
            stopped = {"index": None, "attempt": 0, "why": "nothing can be tried here", "reopened": list(self._lost)}
            self._write(self._entry(EventKind.INFRASTRUCTURE_FAILED, stopped))
            raise InfrastructureError(
                f"candidates cannot be tried here: {result.failure}",
                fix="Run `probatum doctor`; everything so far is kept and can be resumed",
            )

    def _end(self, why: str, accepted: int | None) -> None:
        best = self.state.latest
        chosen = None if accepted is None else self.state.trials[accepted]
        body = {
            "why": why,
            "accepted": chosen is not None,
            "index": accepted,
            "candidate": chosen.candidate if chosen else None,
            "best_of": chosen.best_of if chosen else None,
            "evaluations": self.state.evaluations,
            "best": None if best is None else best.candidate,
        }
        if not self.state.revealed:
            self._write(self._entry(EventKind.SECRET_REVEALED, {"secret": self.seeds.secret.hex()}))
        self._write(self._entry(EventKind.RUN_ENDED, body))

    def _entry(self, kind: EventKind, body: dict[str, Any], blobs: dict[str, bytes] | None = None) -> Entry:
        return Entry(run=self.state.run, kind=kind, body=body, blobs=blobs or {})


def _complaints(state: State) -> tuple[str, ...]:
    """What was wrong with the latest turns, since the last one that gave a candidate."""
    recent = state.turns[len(state.turns) - state.useless :] if state.useless else []
    return tuple(t.complaint or "this candidate was proposed before" for t in recent if not t.passed)
