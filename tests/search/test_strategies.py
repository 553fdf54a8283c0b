"""Strategies are functions of the journal; generations are folded as wholes; what says nothing new is not tried."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from search_support import GOALS, STUB, drive, toy

from probatum.authors.base import Brief, Proposal
from probatum.authors.script import script_of
from probatum.candidate import Candidate, python_candidate
from probatum.events import EventKind
from probatum.lab.rng import Rng
from probatum.search.archive import MOST_MEMBERS, Archive, cell_of
from probatum.search.compare import essence
from probatum.search.generations import generations
from probatum.search.novelty import signature
from probatum.search.state import Options, fold_run
from probatum.search.strategies import STRATEGIES, powerlaw
from probatum.search.workers import Job, Result

EVOLVE = Options(strategy="evolve", generation_size=6, generations=8, islands=2, migrate_every=2, stepping_stones=True)
HARD = (*GOALS, "never to be found")


def hard(job: Job) -> Result:
    """Never accepts; every goal is a law of its own, so that candidates can fail in different ways."""
    made = toy(job, HARD)
    for entry in made.entries:
        for finding in entry.body["verdict"]["findings"] if entry.kind == EventKind.LEVEL_JUDGED else ():  # type: ignore[index, call-overload]
            finding["law"] = finding["counterexample"]["expected"]
    return made


# --- evolve as a whole


def test_evolution_repairs_two_faults(tmp_path: Path) -> None:
    told = drive(tmp_path, options=Options(strategy="evolve", generation_size=8, islands=2))
    assert told.state.end is not None and told.state.end["accepted"]


@pytest.mark.parametrize("strategy", sorted(STRATEGIES))
def test_a_run_is_the_same_whatever_the_number_of_workers(tmp_path: Path, strategy: str) -> None:
    size = 6 if strategy == "evolve" else 0
    options = Options(strategy=strategy, generation_size=size, islands=2, migrate_every=2, max_candidates=30)
    one, many = (drive(tmp_path / str(n), options=options, assess=hard, workers=n) for n in (1, 4))
    assert essence(one.events) == essence(many.events)
    assert one.state.evaluations > 12


def test_a_generation_is_asked_for_before_any_of_it_is_folded(tmp_path: Path) -> None:
    told = drive(tmp_path, options=EVOLVE, assess=hard, workers=3)
    kinds = [e.kind for e in told.events if e.kind in (EventKind.CANDIDATE_SUBMITTED, EventKind.CANDIDATE_JUDGED)]
    open_now, most, levels = 0, 0, set()
    for kind in kinds:
        open_now += 1 if kind == EventKind.CANDIDATE_SUBMITTED else -1
        most = max(most, open_now)
        levels.add((kind, open_now))
    assert most == EVOLVE.generation_size
    known = {job.index: len(job.stored) for job in told.jobs}
    first = [t for t in told.state.turns[1:] if (t.number - 1) // EVOLVE.generation_size == 0 and not t.duplicate]
    assert len({known[told.state.of_digest[t.candidate]] for t in first if t.candidate}) == 1


def test_it_ends_after_its_generations_and_reports_each(tmp_path: Path) -> None:
    told = drive(tmp_path, options=EVOLVE, assess=hard)
    assert told.state.end is not None and told.state.end["why"] == "8 generations are over (--generations)"
    reports = list(generations(told.state))
    assert [g.number for g in reports] == list(range(8))
    assert all(g.asked == EVOLVE.generation_size for g in reports)
    assert sum(g.tried for g in reports) + 1 == told.state.evaluations
    assert told.state.best is not None
    assert reports[-1].best == told.state.trials[told.state.best].candidate
    assert "offline/" in reports[0].line and "progress not tested" in reports[0].line


def test_the_state_is_what_the_events_say(tmp_path: Path) -> None:
    told = drive(tmp_path, options=EVOLVE, assess=hard)
    again = fold_run(told.state.run, told.events)
    assert again.archive == told.state.archive
    assert again.signatures == told.state.signatures


def test_both_islands_live_and_copies_migrate(tmp_path: Path) -> None:
    told = drive(tmp_path, options=EVOLVE, assess=hard)
    born = Counter(t.plan.island for t in told.state.turns[1:] if t.candidate and not t.duplicate)
    assert set(born) == {0, 1} and min(born.values()) > 5
    archive = told.state.archive
    shared = set(archive.islands[0].values()) & set(archive.islands[1].values())
    assert shared - {0}, "somebody lives on both islands, and it is not the seed"


def test_baselines_start_where_their_name_says(tmp_path: Path) -> None:
    iid = drive(tmp_path / "iid", options=Options(strategy="iid", max_candidates=12), assess=hard)
    seed = iid.state.trials[0].candidate
    assert {t.parent for t in iid.state.turns[1:] if t.candidate} == {seed}
    chain = drive(tmp_path / "seq", options=Options(strategy="sequential", max_candidates=12, window=1), assess=hard)
    trials = [t.candidate for t in chain.state.turns if t.candidate and not t.duplicate]
    asked = [t.parent for t in chain.state.turns[1:] if t.candidate and not t.duplicate]
    assert asked == trials[: len(asked)]


def test_a_strategy_draws_from_its_generator_only(tmp_path: Path) -> None:
    told = drive(tmp_path, options=EVOLVE, assess=hard)
    plans = [[STRATEGIES["evolve"](told.state, Rng(str(n))) for n in range(200)] for _ in range(2)]
    assert plans[0] == plans[1]
    assert {p.operator for p in plans[0]} >= {"repair", "mutate", "crossover"}
    assert any(len(p.parents) == 2 for p in plans[0])
    assert all(len(p.parents) == 2 for p in plans[0] if p.operator == "crossover")


# --- the population


def test_a_power_law_prefers_the_first_and_starves_nobody() -> None:
    rng = Rng("power")
    drawn = Counter(powerlaw(10, rng) for _ in range(20_000))
    assert [drawn[n] for n in range(4)] == sorted((drawn[n] for n in range(4)), reverse=True)
    assert abs(drawn[0] / drawn[3] - 4**1.5) < 1.5
    assert min(drawn.values()) > 100


def test_different_failures_do_not_compete_and_better_ones_take_the_cell() -> None:
    standing = {0: (1.0,), 1: (2.0,), 2: (3.0,), 3: (0.5,)}
    archive = Archive(islands=[{}, {}])
    archive.add(0, (2, "a"), 0.1, None, standing.__getitem__)
    archive.add(1, (2, "b"), 0.1, 0, standing.__getitem__)
    archive.add(2, (2, "a"), 0.1, 0, standing.__getitem__)
    archive.add(3, (2, "a"), 0.1, 1, standing.__getitem__)
    assert [archive.members(n, standing.__getitem__) for n in (0, 1)] == [[2, 1], [0]]
    archive.migrate(standing.__getitem__)
    assert [archive.members(n, standing.__getitem__) for n in (0, 1)] == [[2, 1], [2, 1]]
    assert archive.stones == {(2, 1): [0, 1, 2]}


def test_an_island_is_bounded() -> None:
    archive = Archive(islands=[{}])
    for n in range(3 * MOST_MEMBERS):
        archive.add(n, (2, str(n)), 0.0, 0, lambda index: (float(index),))
    assert archive.members(0, lambda index: (float(index),)) == list(range(119, 79, -1))


def test_a_known_fault_and_its_first_finder_share_a_cell() -> None:
    finding = {"law": "equality", "outcome": "REFUTED"}
    shown = {**finding, "counterexample": {"input": ["a = Log()", "a.get(3)  -> None"]}}
    assert cell_of((3.0, 0.2), [{"findings": [shown]}]) == (2, "equality@get")
    first = cell_of((3.0, 0.2), [{"findings": [finding]}])
    later = cell_of((2.0, 0.9), [{"findings": [finding, finding]}])
    assert first == later == (2, "equality@")


# --- novelty


def test_form_is_no_novelty_and_behaviour_is() -> None:
    text = "def f(a, b):\n    total = a + b\n    return total\n"
    same = [
        "# a comment\n" + text,
        text.replace("total", "x"),
        text.replace("    total", '    """Says what it does."""\n    total', 1),
        "\n\n" + text.replace("a + b", "(a  +  b)"),
    ]
    other = [
        text.replace("+", "-"),
        text.replace("(a, b)", "(b, a)"),
        text.replace("def f", "def g"),
        text.replace("(a, b)", "(a, c)").replace("a + b", "a + c"),
        text.replace("a + b", "a + 1"),
        text.replace("a + b", "a + 1.0"),
        text.replace("a + b", "a + True"),
        text.replace("a, b", "a, b=0"),
    ]
    signed = signature(python_candidate(text))
    assert {signature(python_candidate(t)) for t in same} == {signed}
    assert len({signature(python_candidate(t)) for t in other} | {signed}) == len(other) + 1
    rust = [Candidate(files={"sut.rs": t.encode()}) for t in ("fn f() { g( ) }", "fn f(){g()} // x", "fn f(){h()}")]
    assert [signature(c) == signature(rust[0]) for c in rust] == [True, True, False]


@pytest.mark.parametrize("text", ["def f(:", "1[0]", "\x00", "(" * 5000, "1" + "+1" * 20_000, "x = 1\\"])
def test_what_cannot_be_read_is_told_apart_by_its_bytes(text: str) -> None:
    one, two = python_candidate(text), python_candidate(text + " ")
    assert len(signature(one)) == 64
    assert (signature(one) == one.digest) == (signature(two) == two.digest)
    assert (signature(one) == signature(two)) == (text == "1[0]"), "compiles, and the compiler's warning goes nowhere"


def test_a_duplicate_in_another_form_is_not_tried_and_its_author_is_told(tmp_path: Path) -> None:
    told = drive(tmp_path, author=script_of(["# again\n" + STUB, "K = 1\n" + STUB]), options=Options(window=1))
    assert [job.candidate.source for job in told.jobs] == [STUB, "K = 1\n" + STUB]
    [seed, duplicate, fresh] = told.kinds(EventKind.AUTHOR_CALLED)
    assert [seed["duplicate"], duplicate["duplicate"], fresh["duplicate"]] == [False, True, False]


def test_what_failed_to_build_for_its_form_may_come_again_in_another(tmp_path: Path) -> None:
    def refuses_comments(job: Job) -> Result:
        made = toy(job)
        if "#" not in job.candidate.source:
            return made
        *levels, judged = [e for e in made.entries if e.kind != EventKind.REGRESSION_ADDED]
        refused = {**judged.body, "fitness": [0.0, 0.0], "outcome": "REFUTED"}
        return Result(entries=(*levels, type(judged)(run=judged.run, kind=judged.kind, body=refused)))

    good = STUB.replace("a < b", "a <= b").replace("b - 1", "b + 1")
    author = script_of(["# listed\n" + good, good])
    told = drive(tmp_path, author=author, assess=refuses_comments, options=Options(window=1))
    assert told.state.end is not None and told.state.end["accepted"]


class Crossing:
    """Asks nothing of the brief but that a cross has two different parents."""

    name = "crossing"

    def __init__(self) -> None:
        self.seen: list[Brief] = []

    def propose(self, brief: Brief) -> Proposal | None:
        self.seen.append(brief)
        return Proposal(author="crossing", files={"sut.py": f"K = {brief.turn}\n{STUB}".encode()})


def test_an_author_is_told_the_operator_and_gets_two_parents_for_a_cross(tmp_path: Path) -> None:
    author, goals = Crossing(), ("K = 1", "K = 2", "K = 3")
    drive(tmp_path, author=author, options=EVOLVE, assess=lambda job: toy(job, goals))
    crosses = [b for b in author.seen if b.operator == "crossover"]
    assert all(len({p.candidate.digest for p in b.parents}) == 2 for b in crosses)
    assert {b.stage for b in author.seen} == {"climb"}
    assert len({b.draw for b in author.seen}) == len(author.seen)
