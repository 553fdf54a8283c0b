"""The loop asks, tries, folds in the order of submission, and accepts only what survives its confirmation."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from search_support import GOALS, RUN, STUB, TASK, drive, entries_of, toy, verdict_of

from probatum.authors.base import Brief, Edit, Proposal
from probatum.authors.script import script_of
from probatum.candidate import python_candidate
from probatum.errors import InfrastructureError
from probatum.events import EventKind, commitment
from probatum.journal import Journal
from probatum.search.compare import differences, essence
from probatum.search.knowledge import Knowledge
from probatum.search.state import Options
from probatum.search.workers import Assess, Job, Result, Workers

GOOD = STUB.replace("a < b", "a <= b").replace("b - 1", "b + 1")


def text(number: int) -> str:
    return f"K = {number}\n{STUB}"


class Listening:
    """A script that keeps what it was told."""

    name = "listening"

    def __init__(self, *proposals: Proposal) -> None:
        self.proposals, self.briefs = proposals, []  # type: ignore[var-annotated]

    def propose(self, brief: Brief) -> Proposal | None:
        self.briefs.append(brief)
        return self.proposals[brief.turn] if brief.turn < len(self.proposals) else None


def whole(source: str) -> Proposal:
    return Proposal(author="listening", files={"sut.py": source.encode()})


# --- how a run ends


def test_two_faults_are_repaired_one_after_the_other(tmp_path: Path) -> None:
    told = drive(tmp_path)
    assert told.state.end is not None and told.state.end["accepted"]
    assert told.state.evaluations < 80
    [winner] = [t for t in told.state.trials.values() if t.accepted and t.confirms is not None]
    assert winner.author == "offline/repair"


def test_acceptance_needs_a_confirmation_that_knows_how_many_were_tried_and_asks_the_type_checker(
    tmp_path: Path,
) -> None:
    told = drive(tmp_path, author=script_of([text(1), text(2), GOOD]))
    *searched, confirmation = told.jobs
    assert (confirmation.confirming, confirmation.best_of) == (True, 4)
    assert {(job.confirming, job.best_of) for job in searched} == {(False, 1)}
    assert told.state.end == {
        "why": "accepted",
        "accepted": True,
        "index": 4,
        "candidate": confirmation.candidate.digest,
        "best_of": 4,
        "evaluations": 4,
        "best": confirmation.candidate.digest,
    }


def test_a_candidate_refuted_in_its_confirmation_is_not_accepted_and_the_search_goes_on(tmp_path: Path) -> None:
    def stricter(job: Job) -> Result:
        return toy(job, (*GOALS, "typed") if job.confirming else GOALS)

    told = drive(tmp_path, author=script_of([GOOD, text(1), "typed = 0\n" + GOOD]), assess=stricter)
    confirmations = [t for t in told.state.trials.values() if t.confirms is not None]
    assert [t.accepted for t in confirmations] == [False, True]
    assert told.state.end is not None and told.state.end["candidate"] == confirmations[1].candidate


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (Options(max_candidates=3), "the budget is spent (--max-candidates 3)"),
        (Options(cpu_s=1.0), "the budget is spent (--cpu-s 1)"),
        (Options(wall_s=5.0), "the budget is spent (--wall-s 5)"),
        (Options(), "the author has nothing more to propose"),
    ],
)
def test_a_run_ends_when_its_budget_or_its_author_does(tmp_path: Path, options: Options, why: str) -> None:
    clock = iter(range(1000))
    told = drive(tmp_path, author=script_of([text(n) for n in range(9)]), options=options, now=lambda: next(clock))
    assert told.state.end is not None and (told.state.end["accepted"], told.state.end["why"]) == (False, why)
    assert not told.state.pending
    assert len(told.jobs) == told.state.evaluations


def test_the_commitment_comes_first_and_the_secret_last(tmp_path: Path) -> None:
    told = drive(tmp_path, author=script_of([GOOD]))
    assert [e.kind for e in told.events[:1]] == [EventKind.RUN_STARTED]
    assert [e.kind for e in told.events[-2:]] == [EventKind.SECRET_REVEALED, EventKind.RUN_ENDED]
    assert told.events[0].body["commitment"] == commitment(bytes.fromhex(str(told.events[-2].body["secret"])))


# --- order


def out_of_order() -> Callable[[Job], Result]:
    """Every even candidate waits until the one after it is done, when there is a worker for that."""
    done = {n: threading.Event() for n in range(500)}

    def assess(job: Job) -> Result:
        if job.index % 2 == 0:
            done[job.index + 1].wait(0.05)
        done[job.index].set()
        return toy(job)

    return assess


@pytest.mark.parametrize("workers", [2, 3, 4])
def test_the_run_is_the_same_whatever_the_number_of_workers(tmp_path: Path, workers: int) -> None:
    alone = drive(tmp_path / "1", options=Options(max_candidates=24))
    together = drive(tmp_path / "n", options=Options(max_candidates=24), assess=out_of_order(), workers=workers)
    assert essence(alone.events) == essence(together.events)
    assert len(together.events) > 60


def test_results_are_folded_in_the_order_of_submission(tmp_path: Path) -> None:
    author = script_of([text(n) for n in range(8)])
    told = drive(tmp_path, author=author, assess=out_of_order(), workers=4)
    assert [body["index"] for body in told.kinds(EventKind.CANDIDATE_JUDGED)] == list(range(9))


def test_known_inputs_of_a_candidate_are_those_folded_when_it_was_handed_in(tmp_path: Path) -> None:
    told = drive(tmp_path, author=script_of([text(n) for n in range(8)]), workers=1)
    stored = {job.index: job.stored for job in told.jobs}
    assert [stored[i] for i in range(4)] == [(), (), (), ()]
    assert set(stored[4]) == set(GOALS)


def test_a_difference_between_two_records_is_named(tmp_path: Path) -> None:
    one = drive(tmp_path / "1", author=script_of([text(1), GOOD]))
    two = drive(tmp_path / "2", author=script_of([text(2), GOOD]))
    [first, *_] = differences(one.events, two.events)
    assert first.startswith("event 4 (author_called): ")
    assert differences(one.events, one.events) == []
    assert differences(one.events[:-3], one.events) == []
    assert "did not happen again" in differences(one.events, one.events[:-3])[0]
    assert "1 events more than recorded" in differences(one.events, [*one.events, one.events[-1]])[0]


# --- what an author does wrong


@pytest.mark.parametrize(
    ("old", "words"),
    [("a > b", "does not occur"), ("a", "more than once"), ("", "empty"), ("if a < b:\r\n", "not occur")],
)
def test_an_edit_that_does_not_match_once_is_told_and_nothing_is_evaluated(
    tmp_path: Path, old: str, words: str
) -> None:
    author = Listening(whole(text(1)), Proposal(author="listening", edits=(Edit(old=old, new="x"),)), whole(text(2)))
    told = drive(tmp_path, author=author, options=Options(window=1))
    [failed] = [b for b in told.kinds(EventKind.AUTHOR_FAILED) if not b.get("passed")]
    assert words in failed["why"]
    assert len(told.jobs) == 3
    assert words in author.briefs[2].complaints[0]
    assert author.briefs[3].complaints == ()


def test_an_edit_that_matches_once_is_made_in_the_parent(tmp_path: Path) -> None:
    edits = (Edit(old="a < b", new="a <= b"), Edit(old="b - 1", new="b + 1"))
    told = drive(tmp_path, author=Listening(Proposal(author="listening", edits=edits)), options=Options(window=1))
    assert told.state.end is not None and told.state.end["accepted"]
    assert told.jobs[-1].candidate.source == GOOD
    assert told.jobs[-1].candidate.parents == (told.jobs[0].candidate.digest,)


def test_the_same_candidate_is_not_tried_twice_and_its_author_is_told(tmp_path: Path) -> None:
    author = Listening(whole(text(1)), whole(text(1)), whole(STUB), whole(text(2)))
    told = drive(tmp_path, author=author, options=Options(window=1))
    assert [job.candidate.source for job in told.jobs] == [STUB, text(1), text(2)]
    assert author.briefs[3].complaints == ("this candidate was proposed before",) * 2


def test_an_author_that_repeats_itself_is_not_asked_for_ever(tmp_path: Path) -> None:
    told = drive(tmp_path, author=Listening(*[whole(STUB)] * 100))
    assert told.state.end is not None and "20 proposals in a row" in told.state.end["why"]
    assert len(told.jobs) == 1


# --- what the infrastructure does wrong


class Flaky:
    """Breaks a number of times at each of some candidates."""

    def __init__(self, indices: set[int], times: int, *, raises: bool) -> None:
        self.indices, self.times, self.raises = indices, times, raises
        self.seen: Counter[int] = Counter()

    def __call__(self, job: Job) -> Result:
        self.seen[job.index] += 1
        if job.index in self.indices and self.seen[job.index] <= self.times:
            if self.raises:
                raise InfrastructureError("the judge process is gone")
            return Result(failure="the control failed too")
        return toy(job)


@pytest.mark.parametrize("raises", [True, False])
def test_a_failure_of_the_infrastructure_changes_nothing_but_its_own_record(tmp_path: Path, raises: bool) -> None:
    quiet = drive(tmp_path / "1", options=Options(max_candidates=12))
    shaken = drive(
        tmp_path / "2", options=Options(max_candidates=12), assess=Flaky({0, 3, 7}, 2, raises=raises), workers=2
    )
    assert essence(shaken.events) == essence(quiet.events)
    assert len(shaken.kinds(EventKind.INFRASTRUCTURE_FAILED)) == 6


def test_a_candidate_the_infrastructure_keeps_losing_is_neither_charged_nor_shown(tmp_path: Path) -> None:
    author = Listening(*[whole(text(n)) for n in range(5)])
    told = drive(tmp_path, author=author, assess=Flaky({2}, 99, raises=False), options=Options(max_candidates=5))
    assert told.state.trials[2].outcome == "ERROR" and told.state.evaluations == 5
    said = " ".join(p.feedback.text for brief in author.briefs for p in brief.parents)
    assert said and "control" not in said


def test_a_machine_that_loses_everything_stops_the_run_which_can_go_on_elsewhere(tmp_path: Path) -> None:
    author = script_of([text(1), GOOD])
    with pytest.raises(InfrastructureError, match="cannot be tried here"):
        drive(tmp_path, author=author, assess=Flaky({0, 1, 2}, 99, raises=True))
    with Journal.open(tmp_path) as journal:
        assert journal.check() == []
    told = drive(tmp_path, author=author)
    assert told.state.evaluations == 3
    assert told.state.end is not None and told.state.end["accepted"]


def test_an_author_that_cannot_be_reached_is_asked_again(tmp_path: Path) -> None:
    class Distant(Listening):
        failures = 2

        def propose(self, brief: Brief) -> Proposal | None:
            if self.failures:
                self.failures -= 1
                raise InfrastructureError("no route to host")
            return super().propose(brief)

    told = drive(tmp_path, author=Distant(whole(GOOD)))
    assert told.state.end is not None and told.state.end["accepted"]
    assert len(told.kinds(EventKind.INFRASTRUCTURE_FAILED)) == 2


def test_a_worker_that_broke_is_opened_anew() -> None:
    opened, closed = [], []

    @contextlib.contextmanager
    def opens() -> Iterator[Assess]:
        opened.append(len(opened))

        def assess(job: Job) -> Result:
            if job.index == 0:
                raise InfrastructureError("gone")
            return Result(failure=f"worker {opened[-1]}")

        yield assess
        closed.append(len(closed))

    with Workers(opens, 1) as pool:
        jobs = [Job(index=n, candidate=python_candidate(""), stored=()) for n in (1, 0, 2)]
        assert [pool.submit(job).result().failure for job in jobs] == ["worker 0", "gone", "worker 1"]
        assert (opened, closed) == ([0, 1], [0])
    assert closed == [0, 1]


# --- what a workspace knows


def test_the_latest_known_input_is_tried_first() -> None:
    known = Knowledge(segments=("newer", "older"))
    assert known.stored(["first", "second", "newer"]) == ("newer", "second", "first", "older")


def test_what_was_refuted_before_is_refuted_again_without_a_trial(tmp_path: Path) -> None:
    with Journal.open(tmp_path) as journal:
        candidate = drive(tmp_path / "x", author=script_of([GOOD])).jobs[1].candidate
        job = Job(index=5, candidate=candidate, stored=())
        earlier = entries_of(job, [verdict_of("behaviour", ["rare"], job)], new=["rare"])
        journal.append_many([type(e)(run="20250101-old", kind=e.kind, body=e.body) for e in earlier])
    told = drive(tmp_path, author=script_of([GOOD, "K = 0\n" + GOOD]))
    assert candidate.digest not in {job.candidate.digest for job in told.jobs}
    assert told.state.trials[1].outcome == "REFUTED"
    assert told.state.end is not None and told.state.end["candidate"] != candidate.digest
    assert all("rare" in job.stored for job in told.jobs)


def test_the_run_belongs_to_the_task_it_names(tmp_path: Path) -> None:
    told = drive(tmp_path, author=script_of([GOOD]))
    assert (told.state.run, told.state.task) == (RUN, TASK.digest)


# --- an objective


def measured(job: Job) -> Result:
    """Holds from the first on; how good it is stands in the text, and by luck one less in a confirmation."""
    made = toy(job, ())
    worth = float(job.candidate.source.count("K")) - (0.5 if job.confirming else 0.0)
    for entry in made.entries:
        if entry.kind == EventKind.CANDIDATE_JUDGED:
            entry.body["fitness"] = [*entry.body["fitness"], worth]  # type: ignore[index, misc]
    return Result(entries=made.entries)


def test_with_an_objective_the_search_goes_on_and_confirms_the_best_at_the_end(tmp_path: Path) -> None:
    author = script_of([f"{'K' * n} = {n}\n{STUB}" for n in (1, 4, 2, 3)])
    told = drive(tmp_path, author=author, assess=measured, options=Options(objective=True))
    assert told.state.end is not None and told.state.end["accepted"]
    assert [job.confirming for job in told.jobs] == [False] * 5 + [True]
    assert told.jobs[-1].candidate.source.startswith("KKKK = ") and told.jobs[-1].best_of == 5
    spent = drive(tmp_path / "2", author=author, assess=measured, options=Options(objective=True, max_candidates=2))
    assert spent.state.end is not None and spent.state.end["accepted"]
    assert spent.jobs[-1].candidate.source.startswith("K = ")


def test_without_an_objective_the_first_that_holds_is_taken(tmp_path: Path) -> None:
    author = script_of([f"{'K' * n} = {n}\n{STUB}" for n in (1, 4, 2, 3)])
    told = drive(tmp_path, author=author, assess=measured)
    assert told.state.end is not None and told.state.end["candidate"] == told.state.trials[0].candidate
