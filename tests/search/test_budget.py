"""One budget: reserved before it is spent, never exceeded where the worst case is known, and changed on resuming."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from search_support import RUN, STUB, Dying, drive
from test_resume import forked

from probatum.authors.base import Brief, Proposal
from probatum.authors.script import script_of
from probatum.errors import BudgetError, EditError
from probatum.events import EventKind
from probatum.journal import Journal
from probatum.search.budget import changed, reserved_cpu_s, spent, usd_left
from probatum.search.options import Options
from probatum.search.start import read_run
from probatum.search.state import State


def texts(number: int) -> list[str]:
    return [f"K = {n}\n{STUB}" for n in range(number)]


@dataclass
class Paid:
    """Costs something every time, at most ``worst``."""

    worst: float = 0.4
    costs: tuple[float | None, ...] = (0.3, 0.1, 0.4, 0.2, 0.1) * 10
    name: str = "paid"
    asked: list[float | None] = field(default_factory=list)

    def propose(self, brief: Brief) -> Proposal | None:
        if brief.usd_left is not None and self.worst > brief.usd_left:
            raise BudgetError(f"the next call may cost ${self.worst:g}, ${brief.usd_left:.2f} is left")
        self.asked.append(brief.usd_left)
        text = f"K = {brief.turn}\n{STUB}".encode()
        return Proposal(author="paid", files={"sut.py": text}, cost_usd=self.costs[brief.turn])


@pytest.mark.parametrize("generation", [0, 3])
def test_dollars_are_never_exceeded(tmp_path: Path, generation: int) -> None:
    strategy = "evolve" if generation else "local-search"
    options = Options(budget_usd=1.55, strategy=strategy, generation_size=generation)
    author = Paid()
    told = drive(tmp_path, author=author, options=options)
    assert told.state.cost_usd == pytest.approx(1.4)
    assert author.asked == pytest.approx([1.55, 1.25, 1.15, 0.75, 0.55, 0.45])
    assert told.state.end is not None
    assert told.state.end["why"].startswith("the budget is spent (--budget-usd 1.55): the next call may cost $0.4")
    assert len(told.jobs) == 7, "everything that was paid for was tried"


@dataclass
class Billed(Paid):
    """Writes every answer to a bill before it gives it, as a server does; some answers do not arrive."""

    bill: Path = Path()

    def worst_usd(self, brief: Brief) -> float:
        return self.worst

    def propose(self, brief: Brief) -> Proposal | None:
        found = super().propose(brief)
        with self.bill.open("a") as written:
            written.write(f"{self.costs[brief.turn]}\n")
        if brief.turn in self.deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    deadly: tuple[int, ...] = ()


def test_an_answer_that_a_killed_run_never_wrote_counts_with_the_most_it_may_have_cost(tmp_path: Path) -> None:
    options, bill = Options(budget_usd=2.0), tmp_path / "bill"
    for turn in (0, 2):
        dying = Billed(bill=bill, deadly=(turn,))
        assert forked(lambda by=dying: drive(tmp_path / "w", author=by, options=options)) == signal.SIGKILL
        with Journal.open(tmp_path / "w") as journal:
            state = read_run(journal, RUN)
        assert state.reserved_usd == 0.4, "as much is held back until it is known"
        assert usd_left(state) == pytest.approx(2.0 - (state.cost_usd or 0.0) - 0.4)
    told = drive(tmp_path / "w", author=Billed(bill=bill))
    paid = sum(map(float, bill.read_text().split()))
    assert told.state.reserved_usd == 0.0 and told.state.end is not None and "--budget-usd" in told.state.end["why"]
    assert paid <= (told.state.cost_usd or 0.0) <= 2.0
    lost = [body for body in told.kinds(EventKind.INFRASTRUCTURE_FAILED) if body["cost_usd"]]
    assert [body["cost_usd"] for body in lost] == [0.4, 0.4]
    turns = [body["turn"] for body in told.kinds(EventKind.AUTHOR_CALLED)]
    assert turns == list(range(len(turns))), "every question that was lost was asked again"


@pytest.mark.parametrize("commits", range(2, 14))
def test_a_run_that_pays_and_is_killed_at_any_commit_never_exceeds_its_dollars(tmp_path: Path, commits: int) -> None:
    options, bill = Options(budget_usd=1.0), tmp_path / "bill"
    forked(lambda: drive(tmp_path, author=Billed(bill=bill), options=options, journal_class=Dying, commits=commits))
    told = drive(tmp_path, author=Billed(bill=bill))
    paid = sum(map(float, bill.read_text().split()))
    assert paid <= (told.state.cost_usd or 0.0) + 1e-9 <= 1.0 + 2e-9


def test_an_unknown_cost_is_a_spent_budget(tmp_path: Path) -> None:
    told = drive(tmp_path, author=Paid(costs=(0.1, None, 0.1)), options=Options(budget_usd=100.0))
    assert told.state.end is not None and "unknown" in told.state.end["why"]
    assert len(told.jobs) == 3


def test_without_a_limit_unknown_costs_are_only_told(tmp_path: Path) -> None:
    told = drive(tmp_path, author=Paid(costs=(None,) * 9), options=Options(max_candidates=5))
    assert told.state.end is not None and "--max-candidates 5" in told.state.end["why"]
    assert told.state.cost_usd is None


class Useless:
    """Paid for, and of no use."""

    name = "useless"

    def propose(self, brief: Brief) -> Proposal | None:
        raise EditError("nothing to be found in the answer", cost_usd=0.25, tokens=10)


def test_a_useless_answer_costs_too(tmp_path: Path) -> None:
    told = drive(tmp_path, author=Useless())
    assert told.state.cost_usd == pytest.approx(0.25 * 20)


def test_cpu_is_reserved_for_what_is_in_flight(tmp_path: Path) -> None:
    told = drive(tmp_path, author=script_of(texts(30)), options=Options(cpu_s=4.0), workers=2)
    assert told.state.end is not None and "--cpu-s 4" in told.state.end["why"]
    assert 3.0 <= told.state.cpu_s <= 4.0
    assert told.state.dearest_cpu_s == 0.5


def test_what_is_reserved_grows_with_what_is_in_flight() -> None:
    state = State(run="r", options=Options(cpu_s=10.0), dearest_cpu_s=2.0, cpu_s=1.0, pending=[3, 4])
    assert reserved_cpu_s(state) == 6.0 and spent(state) == ""
    assert "--cpu-s 10" in spent(replace(state, pending=[3, 4, 5, 6]))
    assert usd_left(state) is None
    assert usd_left(State(run="r", options=Options(budget_usd=2.0), cost_usd=0.5)) == 1.5


def test_only_what_a_person_gave_anew_changes() -> None:
    options = Options(max_candidates=10, cpu_s=5.0)
    given = {"max_candidates": 20, "cpu_s": 5.0, "wall_s": None, "budget_usd": 1.0, "author": "x"}
    assert changed(options, given) == {"max_candidates": 20, "budget_usd": 1.0}


def test_a_stopped_run_goes_on_under_a_larger_budget(tmp_path: Path) -> None:
    few, author = Options(max_candidates=5), script_of(texts(30))
    forked(lambda: drive(tmp_path, author=author, options=few, journal_class=Dying, commits=8))
    with Journal.open(tmp_path) as journal:
        assert read_run(journal, RUN).end is None
        journal.append(RUN, EventKind.BUDGET_CHANGED, {"options": {"max_candidates": 12}})
    told = drive(tmp_path, author=author)
    assert told.state.options == replace(few, max_candidates=12, seeded=True)
    assert told.state.evaluations == 12
