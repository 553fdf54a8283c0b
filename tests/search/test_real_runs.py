"""Runs with the real judge: killed and resumed, repeated, whatever the number of workers."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from search_support import RUN, Dying

from probatum.authors.offline import Offline
from probatum.authors.replay import read_replies, recorded_seed
from probatum.checking import choose_tier
from probatum.cli import searching
from probatum.events import Event
from probatum.journal import Journal
from probatum.lab.files import read_task
from probatum.lab.seeds import chosen_seeds
from probatum.search.compare import differences
from probatum.search.knowledge import knowledge_before
from probatum.search.start import begin_run, read_run, seed_of
from probatum.search.state import Options, State

SEEDS = chosen_seeds(11)


def real(
    workspace: Path, name: str = "quorum_count", *, workers: int = 1, commits: int = 10**9, replay: Path | None = None
) -> tuple[State, list[Event]]:
    """Begin or resume the run with the offline author, or repeat the one of another workspace."""
    task = read_task(name)
    with Dying.open(workspace) as journal, searching.opened_lanes(task, choose_tier("auto"), SEEDS) as lanes:
        journal.left = commits
        known = RUN in journal.runs()
        options = Options(seeded=True, max_candidates=40)
        author, seed = Offline(), seed_of(task)
        if replay is not None:
            with Journal.open(replay, create=False) as recorded:
                author, seed = read_replies(recorded, RUN, "offline"), recorded_seed(recorded, RUN)  # type: ignore[assignment]
                options = replace(options, max_turns=len(read_run(recorded, RUN).turns))
        state = read_run(journal, RUN) if known else begin_run(journal, RUN, task, SEEDS, options)
        with searching.searching(
            journal=journal,
            state=state,
            seeds=SEEDS,
            author=author,
            knowledge=knowledge_before(journal, task.digest, task.name, state.first_seq),
            seed=seed,
            lanes=lanes,
            workers=workers,
        ) as search:
            for _ in search.run():
                pass
        return state, list(journal.events(run=RUN))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, State, list[Event]]:
    workspace = tmp_path_factory.mktemp("whole")
    return workspace, *real(workspace)


def test_the_stub_is_repaired_and_accepted(whole: tuple[Path, State, list[Event]]) -> None:
    _, state, _ = whole
    assert state.end is not None and state.end["accepted"]
    assert state.end["best_of"] == state.evaluations
    assert [t.confirms is not None for t in state.trials.values() if t.accepted] == [True]


def test_another_number_of_workers_gives_the_same_run(whole: tuple[Path, State, list[Event]], tmp_path: Path) -> None:
    _, _, events = whole
    assert differences(events, real(tmp_path, workers=3)[1]) == []


def test_the_replies_give_the_run_again(whole: tuple[Path, State, list[Event]], tmp_path: Path) -> None:
    workspace, _, events = whole
    assert differences(events, real(tmp_path, workers=2, replay=workspace)[1]) == []


@pytest.mark.slow
@pytest.mark.parametrize("commits", [1, 3, 8, 10, 13, 15, 16])
def test_a_killed_run_goes_on_to_the_same_end(
    whole: tuple[Path, State, list[Event]], tmp_path: Path, commits: int
) -> None:
    pid = os.fork()
    if pid == 0:
        try:
            real(tmp_path, workers=2, commits=commits)
        finally:
            os._exit(9)
    assert os.waitpid(pid, 0)[1] == signal.SIGKILL
    assert differences(whole[2], real(tmp_path)[1]) == []
