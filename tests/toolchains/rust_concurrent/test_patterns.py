"""Patterns of `@concurrent`: arguments drawn, or named so that a client does what it is there for."""

from __future__ import annotations

from pathlib import Path

import pytest

from probatum.errors import TaskError
from probatum.judge.interleaved.clients import Making
from probatum.judge.suite import load_suite
from probatum.toolchains.rust.concurrent.clients import shared_class

TASK = (Path(__file__).parents[3] / "tasks/btree_plus/task.py").read_text()
NAMED = '"insert#0 insert#1 insert#2 / insert#3 | range#2",'


def making(source: str) -> Making:
    return Making(shared_class(load_suite(source).interface), "seed")


def test_named_arguments_are_taken_once_and_in_their_order() -> None:
    assert NAMED in TASK
    made = [client.program for client in making(TASK).patterns()]
    assert len(made) == 9 + 2
    assert [args[0] for _, args in made[0].before] == [0, 1, 2**64 - 1]
    assert made[0].threads[1] == (("range", (0, 2**64 - 1)),)


def test_an_argument_that_there_is_not_is_an_error_of_the_task() -> None:
    with pytest.raises(TaskError, match="insert#9, but insert has 4 small arguments"):
        list(making(TASK.replace(NAMED, '"insert#9 | get",')).patterns())


@pytest.mark.parametrize("name", ["insert#x", "insert#", "put#1"])
def test_a_name_that_means_nothing_is_an_error_of_the_task(name: str) -> None:
    with pytest.raises(TaskError, match="which BTreePlus does not have"):
        making(TASK.replace(NAMED, f'"{name} | get",'))
