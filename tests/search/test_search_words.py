"""What a search tells a person: how long it still takes, and a next command that asks for the same search."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
from search_support import RUN, drive

from probatum.cli.outcome import _searching
from probatum.cli.pace import Pace
from probatum.cli.strategy import options_of, strategy_options
from probatum.search.state import Options, State


def parsed(words: str) -> Options:
    """The options that `probatum run TASK` makes of these words."""
    found: list[dict[str, Any]] = []
    command = click.command()(click.option("--author")(strategy_options(lambda **given: found.append(given))))
    command.main(shlex.split(words), standalone_mode=False)
    return options_of("t", found[0])


@pytest.mark.parametrize(
    "words",
    [
        "",
        "--strategy iid --author 'script:a folder'",
        "--models openai:m@0.7,anthropic:n --base-url http://127.0.0.1:1/v1 --prices 'my prices.json'",
        "--generations 3 --islands 4 --migrate-every 2 --stepping-stones --inject-patterns --generation-size 5",
        "--author offline --models openai:m --bandit ucb1",
        "--cases 5000",
    ],
)
def test_the_command_to_go_on_with_asks_the_same_authors_by_the_same_strategy(words: str) -> None:
    asked = parsed(words)
    assert replace(parsed(_searching(asked)), generations=asked.generations) == asked


def test_the_time_left_is_that_of_the_part_of_the_budget_that_is_spent_first(tmp_path: Path) -> None:
    state = drive(tmp_path, options=Options(strategy="evolve", generation_size=5, generations=9, islands=2)).state
    pace = Pace(State(run=RUN))
    state.options = replace(state.options, max_candidates=1000)
    assert state.asked == 15 and pace._eta(state, 10.0, 1.0) == f"{10 * 30 // 15} s", "30 of 45 questions are left"
    state.options = replace(state.options, wall_s=14.0)
    assert pace._eta(state, 10.0, 1.0) == "4 s"
