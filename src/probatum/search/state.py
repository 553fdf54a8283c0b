"""The state of a run: a fold over its events and nothing else, so that a killed run goes on with the same next step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from probatum.events import Event, EventKind
from probatum.search.archive import Archive, cell_of, standing_of
from probatum.search.bandit import ASK_USD, TRIAL_USD, Bandit, reward_of, score_of
from probatum.search.options import Options, Plan, Turn
from probatum.search.trials import Trial
from probatum.verdict import Outcome

__all__ = ["ATTEMPTS", "Options", "State", "Trial", "Turn", "fold_run", "standing_of"]

BUILT = 2.0
"""Fitness from which on a candidate got past boundary and build."""
ATTEMPTS = 3
"""How often a candidate is tried when the infrastructure fails, before it is left unjudged."""


@dataclass(slots=True, kw_only=True)
class State:
    """What the events of a run say. Only `apply` changes it."""

    run: str
    options: Options = field(default_factory=Options)
    task: str = ""
    task_name: str = ""
    commitment: str = ""
    chosen: int | None = None
    first_seq: int = 0
    latest_seq: int = 0
    turns: list[Turn] = field(default_factory=list)
    trials: dict[int, Trial] = field(default_factory=dict)
    of_digest: dict[str, int] = field(default_factory=dict)
    """Digest -> index of its first trial."""
    segments: list[str] = field(default_factory=list)
    """Counterexamples found in this run, in the order of folding."""
    pending: list[int] = field(default_factory=list)
    """Indices handed in and not closed, oldest first."""
    best: int | None = None
    """Index of the trial that stands highest; among equals the oldest."""
    fittest: int | None = None
    """Index of the fittest judged trial as it was judged at its time; among equals the oldest."""
    cpu_s: float = 0.0
    dearest_cpu_s: float = 0.0
    """CPU seconds of the dearest trial so far."""
    cost_usd: float | None = 0.0
    """Dollars that models cost; None as soon as a cost is unknown."""
    reserved_usd: float = 0.0
    """The most that an answer may have cost which was asked for and is not written yet."""
    over_budget: str = ""
    """The author would not ask, because the worst case of the next call did not fit in what is left."""
    closed: int = 0
    lost: int = 0
    """Candidates left unjudged because the infrastructure failed; they are not charged."""
    passed: bool = False
    """The author passed, and no trial was closed since."""
    useless: int = 0
    """Turns in a row from which nothing could be evaluated."""
    idle: int = 0
    """The same, turns in which the author passed included."""
    archive: Archive = field(default_factory=Archive)
    signatures: set[str] = field(default_factory=set)
    """What was handed in, whatever its form; without what failed to build, because form may be the reason for that."""
    proposed: set[str] = field(default_factory=set)
    """Digests of everything that an author proposed."""
    trial_of_turn: dict[int, str] = field(default_factory=dict)
    """Turn -> the candidate that it gave."""
    bandit: Bandit = field(default_factory=Bandit)
    last_judged: int | None = None
    holding: bool = False
    """Some candidate held everything that was asked of it during the search."""
    _migrating: bool = False
    """Candidates migrate as soon as all of this generation is judged."""
    _pulls: dict[str, tuple[str, int, float, str]] = field(default_factory=dict)
    """Candidate -> arm, pull, dollars, parent; until it is judged."""
    _islands: dict[str, int | None] = field(default_factory=dict)
    _signed: dict[str, str] = field(default_factory=dict)
    revealed: bool = False
    end: dict[str, Any] | None = None

    def apply(self, event: Event) -> None:
        """Take one event in."""
        body: Any = event.body
        self.latest_seq = event.seq
        match event.kind:
            case EventKind.RUN_STARTED:
                self._started(event, body)
            case EventKind.AUTHOR_CALLED | EventKind.AUTHOR_FAILED:
                self._asked(body, event.blobs)
            case EventKind.AUTHOR_ASKED:
                self.reserved_usd = body["most_usd"]
            case EventKind.CANDIDATE_SUBMITTED:
                self._submitted(body, event.blobs)
            case EventKind.LEVEL_JUDGED:
                self.trials[body["index"]].verdicts.append(body["verdict"])
                self.cpu_s += body["verdict"]["cpu_s"]
            case EventKind.CANDIDATE_JUDGED:
                self._judged(body)
            case EventKind.REGRESSION_ADDED:
                self.segments.append(body["segment"])
            case EventKind.INFRASTRUCTURE_FAILED:
                self._failed(body)
            case EventKind.BUDGET_CHANGED:
                self.options = replace(self.options, **body["options"])
                self.over_budget = ""
            case EventKind.SECRET_REVEALED:
                self.revealed = True
            case EventKind.RUN_ENDED:
                self.end = body

    def _started(self, event: Event, body: Any) -> None:
        self.options = Options.from_json(body["options"])
        self.task, self.task_name = body["task"], body["task_name"]
        self.commitment, self.chosen = body["commitment"], body["chosen_seed"]
        self.first_seq = event.seq
        self.archive = Archive(islands=[{} for _ in range(self.options.islands)])

    def _asked(self, body: Any, blobs: Mapping[str, str]) -> None:
        turn = Turn(
            number=len(self.turns),
            author=body["author"],
            candidate=body.get("candidate", ""),
            parent=body["parent"],
            reply=blobs.get("reply", ""),
            duplicate=body.get("duplicate", False),
            complaint=body.get("why", ""),
            proved=body.get("proved", ""),
            passed=body.get("passed", False),
            cost_usd=body.get("cost_usd", 0.0),
            plan=Plan(**body.get("plan", {})),
        )
        self.turns.append(turn)
        cost = self._paid(body)
        self.over_budget = body.get("over_budget", "")
        fresh = bool(turn.candidate) and not turn.duplicate
        self.idle = 0 if fresh else self.idle + 1
        self.passed = turn.passed and self.options.no_generations
        if not turn.passed:
            self.useless = 0 if fresh else self.useless + 1
        self._pulled(turn, fresh, cost or 0.0)
        self.proposed |= {turn.candidate} - {""}
        if fresh:
            self.trial_of_turn[turn.number] = turn.candidate
            self._islands[turn.candidate] = turn.plan.island
            self._signed[turn.candidate] = body.get("signature", "")
            self.signatures.add(body.get("signature", ""))
        every = self.options.generation_size * self.options.migrate_every
        self._migrating |= bool(every and self.asked and self.asked % every == 0)

    def _pulled(self, turn: Turn, fresh: bool, cost_usd: float) -> None:
        """A question counts as soon as it is asked; what brings nothing to try has brought nothing."""
        if not (arm := turn.plan.arm):
            return
        pull = self.bandit.submit(arm)
        if fresh:
            self._pulls[turn.candidate] = (arm, pull, cost_usd + ASK_USD + TRIAL_USD, turn.parent)
        else:
            self.bandit.complete(arm, pull, reward=0.0, cost_usd=cost_usd + ASK_USD)

    def _rewarded(self, trial: Trial, *, new: bool) -> None:
        if trial.candidate not in self._pulls:
            return
        arm, pull, cost_usd, parent = self._pulls.pop(trial.candidate)
        known = self.trials[self.of_digest[parent]] if parent else None
        reward = reward_of(trial, known, new=new)
        self.bandit.complete(arm, pull, reward=reward, cost_usd=cost_usd, score=score_of(trial.fitness))

    def _submitted(self, body: Any, blobs: Mapping[str, str]) -> None:
        index, digest = body["index"], body["candidate"]
        confirms = self.of_digest.get(digest)
        self.of_digest.setdefault(digest, index)
        self.trials[index] = Trial(
            index=index,
            candidate=digest,
            author=body["author"],
            files=blobs,
            refusal=body["refusal"],
            parents=tuple(body["parents"]),
            confirms=confirms,
            known=len(self.segments),
            best_of=1 if confirms is None else len(self.of_digest),
        )
        self.pending.append(index)

    def _judged(self, body: Any) -> None:
        trial = self.trials[body["index"]]
        trial.outcome, trial.accepted, trial.reason = body["outcome"], body["accepted"], body["reason"]
        trial.fitness = tuple(body["fitness"])
        self.dearest_cpu_s = max(self.dearest_cpu_s, sum(v["cpu_s"] for v in trial.verdicts))
        trial.standing = standing_of(trial.fitness, trial.verdicts)
        self._close(trial)
        if trial.confirms is None:
            if self.best is None or trial.standing > self.trials[self.best].standing:
                self.best = trial.index
            if self.fittest is None or trial.fitness > self.trials[self.fittest].fitness:
                self.fittest = trial.index
            self._settle(trial)
        elif not trial.accepted:
            self.trials[trial.confirms].standing = trial.standing
            searched = [t for t in self.trials.values() if t.judged and t.confirms is None]
            self.best = max(searched, key=lambda t: (t.standing, -t.index)).index

    def _settle(self, trial: Trial) -> None:
        """A place in the population, by what was found."""
        self.last_judged = trial.index
        self.holding = self.holding or trial.outcome == Outcome.HOLDS
        if trial.fitness[0] < BUILT:
            self.signatures.discard(self._signed.get(trial.candidate, ""))
        cell = cell_of(trial.fitness, trial.verdicts)
        self._rewarded(trial, new=cell not in self.archive.cells.values())
        self.archive.add(trial.index, cell, trial.fitness[1], self._islands.get(trial.candidate), self.standing)
        if self._migrating and not self.pending:
            self.archive.migrate(self.standing)
            self._migrating = False

    def _paid(self, body: Any) -> float | None:
        cost: float | None = body.get("cost_usd", 0.0)
        self.cost_usd = None if cost is None or self.cost_usd is None else self.cost_usd + cost
        if "author" in body:  # what was asked for has arrived, or is known to be lost
            self.reserved_usd = 0.0
        return cost

    def _failed(self, body: Any) -> None:
        self._paid(body)
        for index in body.get("reopened", ()):
            self._reopen(self.trials[index])
        if (index := body.get("index")) is None:
            return
        trial = self.trials[index]
        trial.failures += 1
        if trial.failures == ATTEMPTS:
            trial.outcome = Outcome.ERROR
            self.lost += trial.confirms is None
            self._close(trial)

    def _reopen(self, trial: Trial) -> None:
        """The machine lost everything it tried: what it lost last is still to be judged."""
        trial.outcome, trial.failures = "", 0
        self.lost -= trial.confirms is None
        self.closed -= 1
        self.pending = sorted([*self.pending, trial.index])

    def _close(self, trial: Trial) -> None:
        self.pending.remove(trial.index)
        self.closed += 1
        self.passed = False

    def standing(self, index: int) -> tuple[float, ...]:
        """How good a parent a trial is now."""
        return self.trials[index].standing

    @property
    def asked(self) -> int:
        """Questions to the author; the seed is none."""
        return len(self.turns) - self.options.seeded

    @property
    def evaluations(self) -> int:
        """Different candidates handed in and not left unjudged."""
        return len(self.of_digest) - self.lost

    @property
    def latest(self) -> Trial | None:
        """What is known latest about the best candidate: its confirmation, if there was one."""
        return next(iter(self.parents), None)

    @property
    def parents(self) -> tuple[Trial, ...]:
        """What an author may start from: the best, and the fittest where that is another one."""
        return tuple(self.confirmation(i) or self.trials[i] for i in self.parent_indices)

    @property
    def parent_indices(self) -> tuple[int, ...]:
        """Indices of the best, and of the fittest where that is another one."""
        return tuple(dict.fromkeys(i for i in (self.best, self.fittest) if i is not None))

    def confirmation(self, index: int) -> Trial | None:
        """The latest judged confirmation of a trial."""
        found = [t for t in self.trials.values() if t.confirms == index and t.judged]
        return found[-1] if found else None

    @property
    def unsubmitted(self) -> Turn | None:
        """A turn whose new candidate was not handed in yet."""
        turn = self.turns[-1] if self.turns else None
        new = turn is not None and turn.candidate and not turn.duplicate and turn.candidate not in self.of_digest
        return turn if new else None


def fold_run(run: str, events: Iterable[Event]) -> State:
    """The state after all events of a run."""
    state = State(run=run)
    for event in events:
        state.apply(event)
    return state
