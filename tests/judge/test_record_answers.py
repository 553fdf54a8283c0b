"""Answers that are records: a worker sends the values of one, the oracle gives the record."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from probatum.judge.interleaved.clients import Client
from probatum.judge.interleaved.heard import read_heard
from probatum.judge.interleaved.verdicts import broken
from probatum.judge.schedules.programs import Program
from probatum.judge.schedules.verdicts import Specification
from probatum.task.concurrency import concurrent
from probatum.task.declare import sut
from probatum.task.interface import SutClass, interface_of
from probatum.task.rustform import in_rust
from probatum.types import U64


class View(NamedTuple):
    """What is seen."""

    count: U64
    values: list[U64]


class Page:
    """Answers with a record."""

    def look(self) -> View | None:
        """What is there."""
        return View(2, [3, 4])


def declared() -> SutClass:
    return interface_of({"View": View, "Page": in_rust()(concurrent()(sut(Page)))}).classes[0]


CLIENT = Client(program=Program(owner="Page", made=(), before=(("look", ()),), threads=((), ())))


@pytest.mark.parametrize(
    ("answer", "law"),
    [
        ('{"t":[2,[3,4]]}', ""),
        ('{"t":[2,[4,3]]}', "linearizable"),
        ('{"t":[2]}', "linearizable"),
        ("[2,[3,4]]", "linearizable"),
        ("null", "linearizable"),
    ],
)
def test_an_order_explains_the_values_of_the_record_that_the_oracle_gives(answer: str, law: str) -> None:
    heard = read_heard(CLIENT, f'[[[0,0],[0,0,[0,{answer}]]],false,"","",[]]')
    found = broken(Specification(declared(), ()), CLIENT, heard)
    assert ("" if found is None else found.law) == law
