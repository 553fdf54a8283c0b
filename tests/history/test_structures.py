"""Recorded stacks, queues, sets and maps are judged right: by every order of small histories, and by known ones."""

from __future__ import annotations

import itertools
import random

import pytest
from test_history import by_hand, jepsen

from probatum.errors import UsageError
from probatum.history.judgement import judge_history
from probatum.history.models import Model
from probatum.history.operations import Operation
from probatum.history.structures import STRUCTURES

ANSWERS: dict[str, tuple[object, ...]] = {
    "pop": (1, 2, None),
    "dequeue": (1, 2, None),
    "get": (1, 2, None),
    "contains": (True, False),
    "add": (True, False, None),
    "remove": (True, False, None),
    "read": ((), (1,), (2,), (1, 2)),
}


def drawn(model: Model, dice: random.Random) -> list[Operation]:
    """Up to six calls of three processes with answers that are often wrong."""
    ends = list(itertools.chain(*[(n, n) for n in range(dice.randint(2, 6))]))
    dice.shuffle(ends)
    places = {n: [at for at, m in enumerate(ends) if m == n] for n in ends}
    made = []
    for n, (begin, end) in places.items():
        f = dice.choice(model.methods)
        given = f in ("push", "enqueue", "put") or model.name == "set"
        argument = dice.choice((1, 2)) if given else None
        never = dice.random() < 0.2
        operation = Operation(
            number=n,
            process=str(n),
            f=f,
            key=None,
            argument=None if f == "read" else argument,
            answer=None if never else dice.choice(ANSWERS.get(f, (None,))),
            invoked=begin,
            returned=None if never else end,
            line=n + 1,
        )
        made.append(model.prepare(operation))
    return made


@pytest.mark.parametrize("model", STRUCTURES.values(), ids=lambda model: model.name)
def test_the_search_agrees_with_trying_every_order(model: Model) -> None:
    dice, answers = random.Random(5), []
    for _ in range(250):
        operations = drawn(model, dice)
        found = judge_history(model, operations).linearizable
        if found is not None:
            answers.append(found)
            assert found == by_hand(model, operations), [o.show() for o in operations]
    assert 40 < answers.count(False) < len(answers) - 40


KNOWN = {
    ("queue", True): (
        "0 :invoke :enqueue 1|"
        "1 :invoke :enqueue 2|"
        "0 :ok :enqueue 1|"
        "1 :ok :enqueue 2|"
        "0 :invoke :dequeue nil|"
        "0 :ok :dequeue 2"
    ),
    ("queue", False): (
        "0 :invoke :enqueue 1|"
        "0 :ok :enqueue 1|"
        "1 :invoke :enqueue 2|"
        "1 :ok :enqueue 2|"
        "0 :invoke :dequeue nil|"
        "0 :ok :dequeue 2"
    ),
    ("stack", True): (
        "0 :invoke :push 1|0 :info :push :timed-out|1 :invoke :pop nil|1 :ok :pop nil|1 :invoke :pop nil|1 :ok :pop 1"
    ),
    ("stack", False): (
        "0 :invoke :push 1|0 :ok :push 1|1 :invoke :pop nil|1 :ok :pop 1|2 :invoke :pop nil|2 :ok :pop 1"
    ),
    ("set", True): (
        "0 :invoke :add 1|1 :invoke :read nil|1 :ok :read [1]|0 :ok :add 1|1 :invoke :contains 1|1 :ok :contains true"
    ),
    ("set", False): (
        "0 :invoke :add 1|1 :invoke :read nil|1 :ok :read [1]|1 :invoke :read nil|1 :ok :read []|0 :ok :add 1"
    ),
    ("map", True): (
        "0 :invoke :put 1|0 :fail :put 1|1 :invoke :get nil|1 :ok :get nil|1 :invoke :remove nil|1 :ok :remove false"
    ),
    ("map", False): (
        "0 :invoke :put 1|0 :ok :put 1|1 :invoke :remove nil|1 :ok :remove true|2 :invoke :get nil|2 :ok :get 1"
    ),
}


@pytest.mark.parametrize(("name", "right"), KNOWN)
def test_known_histories_are_judged_right(name: str, right: bool) -> None:
    found = judge_history(STRUCTURES[name], jepsen(*KNOWN[name, right].split("|")))
    assert found.linearizable is right
    assert bool(found.minimal) is not right


def test_a_truth_value_is_no_number() -> None:
    lines = ("0 :invoke :push 1", "0 :ok :push 1", "0 :invoke :pop nil", "0 :ok :pop true")
    assert judge_history(STRUCTURES["stack"], jepsen(*lines)).linearizable is False


@pytest.mark.parametrize(
    ("name", "line"),
    [("queue", "0 :invoke :push 1"), ("stack", "0 :invoke :push nil"), ("map", "0 :invoke :put nil")],
)
def test_what_a_model_does_not_have_is_said(name: str, line: str) -> None:
    with pytest.raises(UsageError):
        judge_history(STRUCTURES[name], jepsen(line))
