"""The oracle of a task as a sequential model: states are told apart, answers are read as their declared kinds."""

from __future__ import annotations

import copy
import json
from collections import OrderedDict, deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from probatum.cli import main
from probatum.errors import UsageError
from probatum.history.operations import operations_of
from probatum.history.read import read_history
from probatum.judge.historical import natural, row_of
from probatum.judge.naming import name_of
from probatum.types.kinds import Bool, Bytes, DictOf, Int, ListOf, OptionOf, ResultOf, SetOf, Str, TupleOf


class Holder:
    def __init__(self, held: Any) -> None:
        self.held = held


class Listed(list[int]):
    pass


class Text(str):
    pass


def deep(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = (value,)
    return value


@dataclass(slots=True)
class Slotted:
    x: int


def twice(item: list[int]) -> Holder:
    return Holder([item, item])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Slotted(1), Slotted(2)),
        (Listed([1]), Listed([2])),
        (Holder({1: 0, 2: 0}), Holder({2: 0, 1: 0})),
        (Holder([True]), Holder([1])),
        (Holder([1]), Holder((1,))),
        (Holder({"x": 1}), Holder({"x": 2})),
        (Holder("\ud800"), Holder("\ud801")),
        (Holder(OrderedDict({1: 2})), Holder(OrderedDict({1: 3}))),
        (Holder(deque([1])), Holder(deque([2]))),
        (Text("a"), Text("b")),
        (Holder(deep(70)), Holder(deep(71))),
        (twice([1]), Holder([[1], [1]])),
        (Holder(0.0), Holder(-0.0)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_oracles_that_may_answer_differently_never_have_one_name(one: Any, other: Any) -> None:
    assert name_of(one) is None or name_of(one) != name_of(other)


@pytest.mark.parametrize("value", [3, "a", [1, {2: (3, None)}], {"x": {1, 2}}, {}])
def test_equal_states_of_plain_values_have_one_name(value: object) -> None:
    assert name_of(Holder(value)) == name_of(Holder(copy.deepcopy(value))) is not None


def test_a_container_that_holds_itself_has_no_name() -> None:
    loop: list[Any] = []
    loop.append(loop)
    assert name_of(Holder(loop)) is None


def test_what_is_nested_without_end_in_sight_has_no_name() -> None:
    assert name_of(Holder(deep(5000))) is None


@pytest.mark.parametrize(
    ("kind", "written", "meant"),
    [
        (OptionOf(item=TupleOf(items=(Int(), Int()))), [1, 2], (1, 2)),
        (OptionOf(item=ListOf(item=TupleOf(items=(Int(),)))), [[1]], [(1,)]),
        (OptionOf(item=Int()), None, None),
        (SetOf(item=TupleOf(items=(Int(), Int()))), [[1, 2], [3, 4]], {(1, 2), (3, 4)}),
        (DictOf(key=Int(), value=ListOf(item=Int())), [[1, [2]]], {1: [2]}),
        (DictOf(key=Str(), value=Bool()), {"a": True}, {"a": True}),
        (ListOf(item=Bytes()), [{"b": "00ff"}], [b"\x00\xff"]),
        (ResultOf(ok=TupleOf(items=(Int(),)), err=Str()), ["ok", [1]], ("ok", (1,))),
        (DictOf(key=Int(), value=Int()), [1], [1]),
        (Bytes(), {"b": "0"}, {"b": "0"}),
        (Int(), "2", "2"),
    ],
    ids=repr,
)
def test_json_is_read_as_the_declared_kind(kind: Any, written: object, meant: object) -> None:
    found = natural(kind, written)
    assert found == meant and type(found) is type(meant)


def test_a_key_has_no_place_in_a_call_of_a_method() -> None:
    events = [{"process": 0, "type": "invoke", "f": "put", "key": "a", "value": 1}]
    (operation,) = operations_of(read_history("\n".join(map(json.dumps, events))).events)
    with pytest.raises(UsageError, match="line 1: put has the key 'a'"):
        row_of(operation)


@pytest.mark.slow
def test_an_optional_pair_of_a_shipped_task_is_read_as_a_pair(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "log.ndjson"
    calls: list[tuple[str, list[int], object]] = [("set", [1, 2], None), ("nth", [0], [1, 2]), ("nth", [1], None)]
    events = [
        {"process": 0, "type": kind, "f": f, "value": arguments if kind == "invoke" else answer}
        for f, arguments, answer in calls
        for kind in ("invoke", "ok")
    ]
    file.write_text("\n".join(map(json.dumps, events)))
    assert main(["history", str(file), "--model", "sorted_map", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["linearizable"] is True
    file.write_text(file.read_text().replace("[1, 2]}", "[1, 3]}", 1))
    assert main(["history", str(file), "--model", "sorted_map"]) == 1
