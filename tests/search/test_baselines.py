"""Beside a result: baselines with the same budget and knowledge, and the tables over many tasks."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from test_cli_run import GOOD, TASK, WRONG, Done, interrupted, probatum, script

from probatum.journal import Journal
from probatum.lab.files import read_task, shipped_tasks
from probatum.report.select import select
from probatum.report.standings import Standing, tables, wins
from probatum.search.baselines import SEEDS, STRATEGIES, Row, beside
from probatum.search.start import read_run
from probatum.task.category import CATEGORIES, category


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("beside")


@pytest.fixture(scope="module")
def evolved(place: Path) -> Done:
    """A search by `evolve` that ends with an accepted candidate, as it is begun by default."""
    author = script(place, WRONG.format(1), WRONG.format(2), GOOD)
    words = ["--strategy", "evolve", "--author", author, "--generation-size", 3, "--rng-seed", 5, "--workers", 1]
    return probatum("run", TASK, *words, "--workspace", place / "w", "--json")


@pytest.mark.slow
def test_what_evolve_finds_is_reported_beside_every_baseline_with_three_seeds(evolved: Done) -> None:
    assert evolved.body["accepted"]
    rows = evolved.body["baselines"]
    assert sorted(row["strategy"] for row in rows) == sorted(STRATEGIES * SEEDS)
    assert all(row["evaluations"] <= evolved.body["evaluations"] for row in rows)
    assert len({row["run"] for row in rows}) == len(rows)


@pytest.mark.slow
def test_a_baseline_knows_what_the_run_knew_and_nothing_that_it_found(evolved: Done, place: Path) -> None:
    with Journal.open(place / "w", create=False) as journal:
        own = read_run(journal, evolved.body["run"])
        assert own.segments, "the run found counterexamples that a baseline must not be given"
        for row in evolved.body["baselines"]:
            other = read_run(journal, row["run"])
            assert other.options.knows_before == own.first_seq < other.first_seq
            assert other.options.max_candidates == own.evaluations


@pytest.mark.slow
def test_a_baseline_repeats_from_the_journal_and_the_report_is_about_the_run_itself(evolved: Done, place: Path) -> None:
    run = evolved.body["baselines"][-1]["run"]
    done = probatum("replay", run, "--workspace", place / "w", "--json")
    assert (done.code, done.body["differences"]) == (0, [])
    with Journal.open(place / "w", create=False) as journal:
        assert select(journal)[0].run == evolved.body["run"]
        assert select(journal, run)[0].run == run


@pytest.mark.soak
def test_a_run_that_was_stopped_gets_its_baselines_when_it_goes_on_and_each_only_once(tmp_path: Path) -> None:
    place = ("--workspace", tmp_path / "w", "--workers", 1, "--json")
    author = script(tmp_path, *(WRONG.format(n) for n in range(20)), GOOD)
    with interrupted(tmp_path / "w"):
        stopped = probatum("run", TASK, "--author", author, "--strategy", "evolve", "--rng-seed", 5, *place)
    assert stopped.body["why"] == "stopped" and stopped.body["baselines"] == []
    again = ("run", "--resume", stopped.body["run"], *place)
    whole = probatum(*again)
    assert whole.body["accepted"]
    assert sorted(row["strategy"] for row in whole.body["baselines"]) == sorted(STRATEGIES * SEEDS)
    for words in (again, (*again, "--baselines")):
        assert probatum(*words).body["baselines"] == whole.body["baselines"]


@pytest.mark.slow
def test_baselines_left_out_on_purpose_stay_out_when_the_end_is_shown_again(tmp_path: Path) -> None:
    author = script(tmp_path, GOOD)
    words = ("--workspace", tmp_path / "w", "--workers", 1, "--json")
    plain = probatum("run", TASK, "--author", author, "--strategy", "evolve", "--no-baselines", *words)
    shown = probatum("run", "--resume", plain.body["run"], *words)
    assert plain.body["accepted"] and plain.body["baselines"] == shown.body["baselines"] == []


def test_other_strategies_and_models_are_not_repeated_unasked(tmp_path: Path) -> None:
    author = script(tmp_path, GOOD)
    plain = probatum("run", TASK, "--author", author, "--workspace", tmp_path / "w", "--json")
    assert plain.body["accepted"] and plain.body["baselines"] == []


def test_the_table_of_baselines_says_how_many_were_accepted_and_when() -> None:
    own = _row(strategy="evolve", accepted=True, found_at=9)
    rows = [_row(strategy="iid", accepted=True, found_at=at) for at in (3, 8, 5)] + [_row(strategy="sequential")] * 2
    first, second, third = beside(own, rows)
    assert first.startswith("evolve        1 of 1 run accepted, at candidate 9; best fitness (3, 0.5); 10 tried")
    assert second.startswith("iid           3 of 3 runs accepted, at candidate 5 (median); best fitness")
    assert third.startswith("sequential    0 of 2 runs accepted; best fitness")


def _row(*, strategy: str, accepted: bool = False, found_at: int | None = None) -> Row:
    return Row(
        strategy=strategy,
        run="r",
        accepted=accepted,
        found_at=found_at,
        fitness=(3.0, 0.5),
        evaluations=10,
        cpu_s=1.0,
    )


def test_every_shipped_task_has_a_category_by_its_marks() -> None:
    found = {name: category(read_task(name).files["task.py"].decode()) for name in shipped_tasks()}
    assert set(found.values()) == set(CATEGORIES)
    for name, kind in (("kv_store_v1", "sequential"), ("treiber_stack", "concurrent"), ("tcp_v2", "distributed")):
        assert found[name] == kind
    assert found["txn_scheduling"] == "systems"
    assert category("def broken(:") == "sequential"
    assert category(ast.unparse(ast.parse("@probatum.world(steps=3)\nclass W: ..."))) == "distributed"


def test_the_tables_count_wins_of_authors_and_not_of_the_seed() -> None:
    rows = [
        Standing(
            task="a",
            category="sequential",
            run="r1",
            outcome="accepted",
            score=110,
            author="offline/repair",
            generation=2,
            evaluations=4,
            wall_s=2.0,
            cpu_s=8.0,
        ),
        Standing(
            task="b", category="systems", run="r2", outcome="not accepted", author="seed", evaluations=2, cpu_s=1.0
        ),
        Standing(task="c", category="systems", run="", outcome="no search: rustc is absent"),
    ]
    text = tables(rows)
    assert wins(rows) == {"offline/repair": 1}
    assert "| a | 110 | – | not tested | offline/repair | 2 | accepted |" in text
    assert "| c | – | – | not tested | – | – | no search: rustc is absent |" in text
    assert "| all | 2 | 6 | 2.0 | 1.50 |" in text


@pytest.mark.slow
def test_all_tasks_of_a_category_are_searched_one_after_the_other(tmp_path: Path) -> None:
    words = ["--all", "--category", "distributed", "--max-candidates", 2, "--rng-seed", 3, "--workers", 1]
    done = probatum("run", *words, "--workspace", tmp_path / "w", "--json")
    rows = done.body["standings"]
    expected = [n for n in shipped_tasks() if category(read_task(n).files["task.py"].decode()) == "distributed"]
    assert [row["task"] for row in rows] == expected
    assert all(row["outcome"] == "not accepted" and row["evaluations"] == 2 for row in rows)
    assert done.code == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--all", TASK], "quorum_count means nothing beside --all"),
        (["--all", "--seed", "x.py"], "--seed means nothing beside --all"),
        (["--category", "systems", TASK], "--category names kinds of tasks for --all"),
    ],
)
def test_what_contradicts_itself_is_refused(words: list[str], said: str, tmp_path: Path) -> None:
    done = probatum("run", *words, "--workspace", tmp_path / "w")
    assert done.code == 2 and said in done.err
