"""Recorded stacks, queues, sets and maps are judged right: by every order of small histories, and by known ones."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest
from test_history import by_hand, jepsen

from probatum.errors import UsageError
from probatum.history.judgement import judge_history
from probatum.history.models import REGISTER, Model
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


def recorded(model: Model, dice: random.Random) -> list[Operation]:
    """Up to ten calls, few of them at once, of elements put in once each; answers are often wrong."""
    count, wide = dice.randint(2, 10), dice.choice((2, 3, 5, 20))
    order = sorted(range(2 * count), key=lambda n: n // 2 + wide * dice.random())
    places: dict[int, list[int]] = {}
    for at, n in enumerate(order):
        places.setdefault(n // 2, []).append(at)
    made, elements = [], itertools.count(1)
    for n, (begin, end) in sorted(places.items()):
        f, never = dice.choice(model.methods), dice.random() < 0.1
        puts = f in ("push", "enqueue", "write")
        operation = Operation(
            number=n,
            process=str(n),
            f=f,
            key=None,
            argument=next(elements) if puts else None,
            answer=None if never or puts else dice.choice((None, *range(1, count // 2 + 2))),
            invoked=begin,
            returned=None if never else end,
            line=n + 1,
        )
        made.append(model.prepare(operation))
    return made


@pytest.mark.parametrize("model", [STRUCTURES["queue"], STRUCTURES["stack"], REGISTER], ids=lambda model: model.name)
def test_what_saves_the_search_detours_changes_no_verdict(model: Model) -> None:
    plain = replace(model, impossible=lambda operations: (), eager=None, hopeless=None, rank=None)
    dice, answers = random.Random(model.name), []
    for _ in range(1500):
        operations = recorded(model, dice)
        found = judge_history(model, operations).linearizable
        assert found is judge_history(plain, operations).linearizable, [o.show() for o in operations]
        answers.append(found)
    assert answers.count(True) > 200 and answers.count(False) > 200


def test_an_element_that_comes_out_twice_is_shown_by_the_calls_that_name_it() -> None:
    told = "0 :invoke :push 7|0 :ok :push 7|1 :invoke :push 8|1 :ok :push 8|2 :invoke :pop nil|2 :ok :pop 8"
    again = "|3 :invoke :pop nil|3 :ok :pop 8"
    found = judge_history(STRUCTURES["stack"], jepsen(*(told + again).split("|")))
    assert found.linearizable is False and "it came out before already" in found.why
    assert [(o.f, o.process) for o in found.minimal] == [("push", "1"), ("pop", "2"), ("pop", "3")]


def test_a_value_that_nobody_wrote_is_shown_by_the_read_alone() -> None:
    found = judge_history(
        REGISTER, jepsen(*["0 :invoke :write 1", "0 :ok :write 1", "1 :invoke :read nil", "1 :ok :read 5"])
    )
    assert found.linearizable is False and "no call put that in before it returned" in found.why
    assert [o.f for o in found.minimal] == ["read"]
