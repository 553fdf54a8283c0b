"""A run that tunes numbers: repeated, resumed and with several workers it is the same, and it gets better."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from search_support import Told, drive, entries_of, verdict_of

from probatum.authors.offline import Offline, tune
from probatum.authors.offline.numbers import numbers_of
from probatum.candidate import python_candidate
from probatum.cli.onesearch import _own
from probatum.events import Event, EventKind
from probatum.journal import Entry, Journal
from probatum.search.compare import essence
from probatum.search.state import Options
from probatum.search.workers import Job, Result

SOURCE = "def f(x, y):\n    return 0.5 * x + 2.0 * y\n"
OPTIONS = Options(
    strategy="evolve",
    objective=True,
    own=("tune", "express"),
    generation_size=8,
    generations=8,
    islands=2,
    bandit="cost",
)
needs_library = pytest.mark.skipif(not tune.available(), reason="cmaes is not installed")


def near(job: Job) -> Result:
    """Everything holds; the nearer its numbers are to 0.8 and 1.2, the better."""
    found = numbers_of(job.candidate.source)
    values = found.values if found is not None and len(found.values) == 2 else (9.0, 9.0)
    worth = 10 - (values[0] - 0.8) ** 2 - (values[1] - 1.2) ** 2
    made = entries_of(job, [replace(verdict_of("behaviour", [], job), measures=(("worth", worth),))])
    for entry in made:
        if entry.kind == EventKind.CANDIDATE_JUDGED:
            entry.body["fitness"] = [*entry.body["fitness"], worth]  # type: ignore[index, misc]
    return Result(entries=made)


def out_of_order() -> Callable[[Job], Result]:
    """Every even candidate waits for the next one, when there is a worker for that."""
    done = {n: threading.Event() for n in range(500)}

    def assess(job: Job) -> Result:
        if job.index % 2 == 0:
            done[job.index + 1].wait(0.01)
        done[job.index].set()
        return near(job)

    return assess


def run(place: Path, **more: object) -> Told:
    return drive(place, author=Offline(), seed=python_candidate(SOURCE), options=OPTIONS, **{"assess": near, **more})  # type: ignore[arg-type]


@needs_library
def test_tuning_is_an_arm_and_the_run_is_the_same_with_one_worker_and_with_two(tmp_path: Path) -> None:
    alone = run(tmp_path / "1")
    together = run(tmp_path / "2", assess=out_of_order(), workers=2)
    assert essence(together.events) == essence(alone.events)
    assert alone.state.bandit.arms["author tune polish"].asked > 5
    made = [t for t in alone.state.trials.values() if t.author == "offline/tune"]
    assert max(trial.fitness[-1] for trial in made) > 9.95 > 9.3 > alone.state.trials[0].fitness[-1]
    assert alone.state.bandit.arms["author tune polish"].gained > 0


class Stopped(Exception):
    pass


class Stopping(Journal):
    """A journal whose process goes away after its ninetieth commit."""

    left = 90

    def append_many(self, entries: Sequence[Entry]) -> list[Event]:
        events = super().append_many(entries)
        self.left -= 1
        if not self.left:
            raise Stopped
        return events


@needs_library
def test_a_run_that_was_stopped_amid_tuning_goes_on_with_the_same_numbers(tmp_path: Path) -> None:
    """What the distribution learned is kept nowhere but in the journal."""
    with pytest.raises(Stopped):
        run(tmp_path / "stopped", journal_class=Stopping)
    whole = run(tmp_path / "whole")
    assert essence(run(tmp_path / "stopped").events) == essence(whole.events)
    assert sum(event.kind == EventKind.AUTHOR_CALLED for event in whole.events) > 45


def test_the_operator_is_offered_only_by_the_offline_author_where_something_is_measured() -> None:
    asked = Options(strategy="evolve", author="offline,script:x")
    assert "tune" not in _own(asked, False)
    assert "tune" not in _own(replace(asked, strategy="local-search"), True)
    assert "tune" not in _own(replace(asked, author="script:x"), True)
    assert ("tune" in _own(asked, True)) is tune.available()


def test_without_the_library_the_operator_is_not_offered_and_a_sentence_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tune, "LIBRARY", "cmaes_is_not_there")
    assert "tune" not in _own(Options(strategy="evolve", author="offline"), True)
    told = capsys.readouterr().err
    assert "cmaes" in told and "pip install 'probatum[tune]'" in told


@needs_library
def test_only_the_offline_author_is_asked_to_tune(tmp_path: Path) -> None:
    for bandit in ("cost", "none", "ucb1"):
        options = replace(OPTIONS, members=("script:x", "offline"), bandit=bandit, generations=6)
        told = drive(tmp_path / bandit, author=Offline(), seed=python_candidate(SOURCE), options=options, assess=near)
        asked = {turn.plan.member for turn in told.state.turns if turn.plan.operator == "tune"}
        assert asked == {"offline"}
