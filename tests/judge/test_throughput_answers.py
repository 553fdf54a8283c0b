"""Answers given while an object is measured: whoever leaves out work is found out, at one thread and at two."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from probatum.errors import TaskError
from probatum.judge.rejudge import rejudge
from probatum.judge.suite import load_suite
from probatum.judge.throughput.answers import expected_reply, judged, transcript_of
from probatum.judge.throughput.rounds import Measuring
from probatum.judge.throughput.traffic import Declared, Traffic, drawn, read_traffic
from probatum.task.traffic import ThroughputMark
from probatum.types.codec import DecodeError, Ref, encode
from probatum.types.kinds import Record, walk

TASKS = Path(__file__).resolve().parents[2] / "tasks"
NAMES = sorted(p.parent.name for p in TASKS.glob("*/task.py") if "@throughput" in p.read_text())
EMPTY = [0, None]


@cache
def declared_in(task: str) -> Declared:
    found = load_suite((TASKS / task / "task.py").read_text()).throughput
    assert found is not None
    return replace(found, mark=ThroughputMark(calls=600, rounds=2))


def played(declared: Declared, traffic: Traffic, unmade: tuple[str, Any] = ("", None)) -> Any:
    """The answers of an oracle whose threads take turns call by call, as a tree of JSON. Every third call of a method
    is ``unmade``: it changes nothing and answers so."""
    oracle = declared.shared.oracle(*traffic.made)
    kinds = [k for m in declared.shared.methods if m.result for k in walk(m.result) if isinstance(k, Record)]
    names = frozenset(k.names for k in kinds)
    values: list[list[Any]] = [[] for _ in traffic.threads]

    def ask(call: tuple[Any, ...], earlier: list[Any]) -> Any:
        given = [earlier[a.call] if type(a) is Ref else a for a in call[1:]]
        if call[0] == unmade[0] and len(earlier) % 3 == 0:
            earlier.append(unmade[1])
            return [0, unmade[1]]
        nothing = any(type(a) is Ref and v is None for a, v in zip(call[1:], given, strict=True))
        earlier.append(None if nothing else getattr(oracle, call[0])(*given))
        return [0, json.loads(encode(earlier[-1], records=names))]

    before = [ask(call, []) for call in traffic.before]
    answers: list[list[Any]] = [[] for _ in traffic.threads]
    for at in range(max(map(len, traffic.threads))):
        for thread, calls in enumerate(traffic.threads):
            if at < len(calls):
                answers[thread].append(ask(calls[at], values[thread]))
    after = [ask(call, []) for call in traffic.after]
    while traffic.drain and (not after or after[-1] != EMPTY):
        after.append(ask((traffic.drain,), []))
    return [before, answers, after]


def told(tree: Any) -> str:
    return json.dumps(tree, separators=(",", ":"))


def law(declared: Declared, traffic: Traffic, reply: str) -> str:
    found = judged(declared, traffic, reply, expected_reply(declared, traffic))
    return "" if found is None else found.law


@pytest.mark.parametrize("task", NAMES)
def test_what_the_oracle_answers_is_right_at_one_thread_and_at_two(task: str) -> None:
    declared = declared_in(task)
    for threads in (1, 2):
        traffic = drawn(declared, "seed", threads)
        assert sum(map(len, traffic.threads)) == 600
        assert read_traffic(declared.shared, traffic.text(declared.shared)) == traffic
        assert law(declared, traffic, told(played(declared, traffic))) == ""


def test_every_task_whose_object_threads_share_in_rust_is_measured() -> None:
    shared = [
        p.parent.name for p in TASKS.glob("*/task.py") if "@in_rust" in p.read_text() and "@concurrent" in p.read_text()
    ]
    assert sorted(shared) == NAMES


def test_no_round_of_a_run_asks_what_another_asked() -> None:
    "Who remembers what was answered in one round has nothing from it in the next."
    suite = load_suite((TASKS / "linked_list" / "task.py").read_text())
    texts = Measuring.of(replace(suite, throughput=declared_in("linked_list")), "seed", 1).texts
    assert len(set(texts)) == 2


def test_the_calls_of_another_seed_are_others() -> None:
    declared = declared_in("treiber_stack")
    assert drawn(declared, "one", 2) == drawn(declared, "one", 2) != drawn(declared, "other", 2)


SKIPPED = {
    "treiber_stack": ("pop", None),
    "ring_buffer": ("try_pop", None),
    "linked_list": ("insert", False),
    "radix_tree": ("remove", None),
    "btree_plus": ("remove", None),
    "io_buffer": ("flush", None),
    "epoch_gc": ("collect", []),
    "pagecache": ("get", None),
}
"""Per task a method, and what it answers that does nothing."""


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("task", NAMES)
def test_a_call_that_did_nothing_is_found_out(task: str, threads: int) -> None:
    declared = declared_in(task)
    traffic = drawn(declared, "skips", threads)
    tree = played(declared, traffic)
    method, nothing = SKIPPED[task]
    calls, answers = traffic.threads[-1], tree[1][-1]
    at = next(at for at, call in enumerate(calls) if call[0] == method and answers[at] != [0, nothing] and at > 20)
    answers[at] = [0, nothing]
    assert law(declared, traffic, told(tree)) == ("equality" if threads == 1 else "adds_up")


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("task", NAMES)
def test_calls_that_all_answer_the_same_are_found_out(task: str, threads: int) -> None:
    "A candidate that notices the benchmark and does nothing any more."
    declared = declared_in(task)
    traffic = drawn(declared, "nothing", threads)
    tree = played(declared, traffic)
    quiet = {
        name: next(a for c, a in zip(traffic.threads[0], tree[1][0], strict=True) if c[0] == name)
        for name in {call[0] for call in traffic.threads[0]}
    }
    lazy = [[quiet[call[0]] for call in calls] for calls in traffic.threads]
    assert law(declared, traffic, told([tree[0], lazy, tree[2]])) != ""


GIVES_UP = {
    "treiber_stack": ("pop", None),
    "ring_buffer": ("try_pop", None),
    "linked_list": ("insert", False),
    "radix_tree": ("remove", None),
    "btree_plus": ("remove", None),
}
"""Per task a method that could leave out its work, and say that there was none, without a value being lost."""


@pytest.mark.parametrize("task", GIVES_UP)
def test_who_says_that_there_was_nothing_to_do_is_found_out_at_two_threads(task: str) -> None:
    declared = declared_in(task)
    traffic = drawn(declared, "gives up", 2)
    assert law(declared, traffic, told(played(declared, traffic))) == ""
    assert law(declared, traffic, told(played(declared, traffic, GIVES_UP[task]))) == "adds_up"


Change = Callable[[list[Any]], Any]
OTHER: dict[str, tuple[Change, str]] = {
    "an answer of another type": (lambda tree: tree[1][0].__setitem__(0, [0, "text"]), "result_type"),
    "an error": (lambda tree: tree[1][0].__setitem__(0, [2, "panic", "at 3"]), "never_raises"),
    "an answer less": (lambda tree: tree[1][0].pop(), "protocol"),
    "a thread less": (lambda tree: tree[1].pop(), "protocol"),
    "something left": (lambda tree: tree[2].pop(), "protocol"),
    "nothing drained": (lambda tree: tree[2].clear(), "protocol"),
    "a value twice": (lambda tree: tree[2].insert(0, tree[2][0]), "adds_up"),
    "no answer": (lambda tree: tree[1][0].__setitem__(0, 7), "protocol"),
}


@pytest.mark.parametrize("what", OTHER)
def test_a_reply_of_another_form_is_refused(what: str) -> None:
    declared = declared_in("treiber_stack")
    traffic = drawn(declared, "left", 2)
    tree = played(declared, traffic)
    assert len(tree[2]) > 2, "something is left at the end"
    change, broken = OTHER[what]
    change(tree)
    assert law(declared, traffic, told(tree)) == broken


@pytest.mark.parametrize("reply", ["", "[]", "[1,2,3]", '{"b":"00"}', "[[],[[],[]],7]"])
def test_what_is_no_reply_breaks_the_protocol(reply: str) -> None:
    declared = declared_in("treiber_stack")
    assert law(declared, drawn(declared, "none", 2), reply) == "protocol"


@pytest.mark.parametrize("threads", [1, 2])
def test_a_wrong_round_is_shown_and_refutes_when_it_is_judged_again(threads: int) -> None:
    suite = replace(
        load_suite((TASKS / "treiber_stack" / "task.py").read_text()), throughput=declared_in("treiber_stack")
    )
    measuring = Measuring.of(suite, "again", threads)
    first, second = (told(played(measuring.declared, traffic)) for traffic in measuring.traffic)
    right = second
    at = right.rindex("[0,null]", 0, len(right) - 10)
    wrong = right[:at] + "[0,3]" + right[at + len("[0,null]") :]
    assert measuring.judged([first, right]).shown == []
    [shown] = measuring.judged([first, wrong]).shown
    assert rejudge(suite, shown.transcript.blob()) == [shown.law]
    assert rejudge(suite, transcript_of(measuring.texts[1], right).blob()) == []
    other = load_suite((TASKS / "kv_store_v1" / "task.py").read_text())
    with pytest.raises(TaskError, match="does not fit this task"):
        rejudge(other, shown.transcript.blob())


HEAD = """
from random import Random
from probatum import U8, U64, Asks, Call, concurrent, in_rust, sut, throughput
@concurrent
@in_rust()
@sut
class Cell:
    def __init__(self) -> None:
        self.x = 0
    def put(self, x: U8) -> None:
        self.x = x
"""
GOOD = """
@throughput(calls=4, rounds=1)
class Traffic:
    "Puts."
    def calls(self, r, thread, count):
        return [("put", 3)] * count
    def adds_up(self, before, threads, after):
        pass
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"Puts."', "", "lacks a sentence"),
        ("def adds_up", "def sums_up", "lacks adds_up"),
        ('("put", 3)', '("get", 3)', "which is no method"),
        ('("put", 3)', '("put", 300)', "outside 0..255"),
        ('("put", 3)', '("put",)', "too many or too few"),
        ('"Puts."', '"Puts."\n    made = (3,)', "0 arguments are wanted"),
        ('"Puts."', '"Puts."\n    drain = "get"', "which is no method"),
    ],
)
def test_a_traffic_that_means_nothing_is_a_task_error(old: str, new: str, said: str) -> None:
    assert drawn_of(GOOD)
    with pytest.raises(TaskError, match=said):
        drawn_of(GOOD.replace(old, new))


def drawn_of(text: str) -> Traffic:
    found = load_suite(HEAD + text).throughput
    assert found is not None
    return drawn(found, "seed", 2)


def test_traffic_of_another_class_is_none() -> None:
    stack, tree = declared_in("treiber_stack"), declared_in("btree_plus")
    with pytest.raises(DecodeError, match="no traffic of Stack"):
        read_traffic(stack.shared, drawn(tree, "seed", 1).text(tree.shared))
