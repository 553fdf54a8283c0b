"""Recorded histories are judged rightly: against every order tried one by one, and on what recordings really hold."""

from __future__ import annotations

import itertools
import json
import random
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from probatum.cli import main
from probatum.errors import UsageError
from probatum.history.edn import EdnError, read_edn
from probatum.history.judgement import Judgement, judge_history
from probatum.history.models import MODELS, Model
from probatum.history.operations import Operation, operations_of
from probatum.history.picture import picture
from probatum.history.read import read_history

REGISTER, CAS, APPEND = MODELS["register"], MODELS["cas-register"], MODELS["append-map"]
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "history.md"


def jepsen(*lines: str) -> list[Operation]:
    text = "\n".join(f"INFO  jepsen.util - {line}" for line in lines)
    return operations_of(read_history(text).events)


def judged(model: Model, *lines: str) -> Judgement:
    return judge_history(model, jepsen(*lines))


def by_hand(model: Model, operations: Sequence[Operation]) -> bool:
    """Every choice of what never returned, in every order that keeps to real time."""
    ended = [o for o in operations if o.returned is not None]
    endless = [o for o in operations if o.returned is None]
    for count in range(len(endless) + 1):
        for chosen in itertools.combinations(endless, count):
            if any(explains(model, order) for order in itertools.permutations([*ended, *chosen])):
                return True
    return False


def explains(model: Model, order: Sequence[Operation]) -> bool:
    state = model.initial
    for at, operation in enumerate(order):
        if any(later.returned is not None and later.returned < operation.invoked for later in order[at + 1 :]):
            return False
        after = model.step(state, operation)
        if after is None:
            return False
        state = after[0]
    return True


def drawn(model: Model, dice: random.Random) -> list[Operation]:
    """Up to six calls of three processes with answers that are often wrong."""
    made, time = [], itertools.count()
    open_at: dict[str, int] = {}
    for _ in range(dice.randint(1, 6)):
        f = dice.choice(model.methods)
        process = dice.choice("abc")
        start = max(open_at.get(process, 0), next(time) * 2 - dice.randint(0, 4))
        end = start + dice.randint(1, 5)
        open_at[process] = end + 1
        values = ("x", "y", "xy", "") if model is APPEND else (1, 2, None)
        argument = (dice.choice(values), dice.choice(values)) if f == "cas" else dice.choice(values)
        never = dice.random() < 0.2
        made.append((start, end, never, process, f, argument, dice.choice(values)))
    moments = sorted({(m[0], 0, i) for i, m in enumerate(made)} | {(m[1], 1, i) for i, m in enumerate(made)})
    place = {(kind, i): at for at, (_, kind, i) in enumerate(moments)}
    return [
        Operation(
            number=number,
            process=process,
            f=f,
            key=None,
            argument=None if f in model.reads else argument if argument is not None or model is not APPEND else "",
            answer=answer,
            invoked=place[0, number],
            returned=None if never else place[1, number],
            line=number + 1,
        )
        for number, (_, _, never, process, f, argument, answer) in enumerate(made)
    ]


@pytest.mark.parametrize("model", [REGISTER, CAS, APPEND], ids=lambda model: model.name)
def test_the_search_agrees_with_trying_every_order(model: Model) -> None:
    dice, answers = random.Random(11), []
    for _ in range(400):
        operations = drawn(model, dice)
        found = judge_history(model, operations).linearizable
        if found is not None:
            answers.append(found)
            assert found == by_hand(model, operations), [o.show() for o in operations]
    assert 60 < answers.count(False) < len(answers) - 60


@pytest.mark.parametrize("model", [REGISTER, CAS, APPEND], ids=lambda model: model.name)
def test_the_minimal_part_is_not_linearizable_by_itself_and_proves_that_the_whole_is_not(model: Model) -> None:
    dice, seen = random.Random(12), 0
    for _ in range(250):
        operations = drawn(model, dice)
        found = judge_history(model, operations)
        if found.linearizable is False:
            seen += 1
            assert set(found.minimal) <= set(operations) and found.stuck in found.minimal
            assert not by_hand(model, [as_it_was(o, found.stuck) for o in found.minimal])
    assert seen > 40


def as_it_was(operation: Operation, stuck: Operation | None) -> Operation:
    """The call as it was known when the stuck one returned: one that still ran had no answer yet."""
    assert stuck is not None and stuck.returned is not None and operation.invoked < stuck.returned
    running = operation.returned is None or operation.returned > stuck.returned
    return replace(operation, returned=None) if running else operation


def test_an_answer_that_came_from_a_later_call_is_not_held_against_the_recording() -> None:
    early = ("1 :invoke :read nil", "2 :invoke :read nil", "1 :ok :read 7")
    found = judged(REGISTER, *early, "3 :invoke :write 5", "3 :ok :write 5", "2 :ok :read 5")
    assert found.linearizable is False and [o.answer for o in found.minimal] == [7]
    assert judged(REGISTER, *early[1:2], "3 :invoke :write 5", "3 :ok :write 5", "2 :ok :read 5").linearizable is True


def recorded(clients: int, calls: int, seed: int, crashes: float) -> list[str]:
    """Lines of a register that is linearizable: every call takes effect at some moment while it runs."""
    dice, state, lines = random.Random(seed), None, []
    running: dict[int, tuple[str, object, int]] = {}
    fresh = itertools.count(clients)
    processes = list(range(clients))
    while calls or running:
        process = dice.choice(processes)
        if process not in running and calls:
            calls -= 1
            f = dice.choice(("read", "write", "cas"))
            value = {"read": "nil", "write": dice.randint(0, 4), "cas": (dice.randint(0, 4), dice.randint(0, 4))}[f]
            running[process] = f, value, len(lines)
            shown = f"[{value[0]} {value[1]}]" if isinstance(value, tuple) else value
            lines.append(f"{process}\t:invoke\t:{f}\t{shown}")
        elif process in running:
            f, value, _ = running.pop(process)
            happens = dice.random() < 0.5 or dice.random() >= crashes
            answer, ending = value, ":ok"
            if f == "write" and happens:
                state = value
            elif f == "cas" and happens:
                ending, state = (":ok", value[1]) if value[0] == state else (":fail", state)
            elif f == "read":
                answer = "nil" if state is None else state
            shown = f"[{answer[0]} {answer[1]}]" if isinstance(answer, tuple) else answer
            if dice.random() < crashes or not happens:
                lines.append(f"{process}\t:info\t:{f}\t:timed-out")
                processes[processes.index(process)] = next(fresh)
            else:
                lines.append(f"{process}\t{ending}\t:{f}\t{shown}")
    return lines


@pytest.mark.parametrize(("clients", "crashes"), [(5, 0.0), (10, 0.05), (50, 0.02), (10, 0.3)])
def test_what_a_register_really_did_is_linearizable_also_with_many_clients_and_crashes(
    clients: int, crashes: float
) -> None:
    for seed in range(5):
        found = judge_history(CAS, jepsen(*recorded(clients, 300, seed, crashes)))
        assert found.linearizable is True, found.why


def test_one_impossible_read_among_hundreds_is_found() -> None:
    lines = recorded(10, 300, 3, 0.05)
    at = max(i for i, line in enumerate(lines) if "\t:ok\t:read" in line)
    lines[at] = re.sub(r"\S+$", "77", lines[at])
    found = judge_history(CAS, jepsen(*lines))
    assert found.linearizable is False
    assert [o.answer for o in found.minimal if o.f == "read"] == [77]
    assert "77" in found.why and f"line {found.stuck.line if found.stuck else 0}" in found.why


def test_a_crashed_write_may_take_effect_late_once_or_never_but_not_twice() -> None:
    crashed = ("0 :invoke :write 1", "0 :info :write :timed-out", "1 :invoke :write 2", "1 :ok :write 2")
    read_2, read_1 = ("1 :invoke :read nil", "1 :ok :read 2"), ("1 :invoke :read nil", "1 :ok :read 1")
    assert judged(REGISTER, *crashed, *read_2).linearizable is True
    assert judged(REGISTER, *crashed, *read_1).linearizable is True
    assert judged(REGISTER, *crashed, *read_2, *read_1).linearizable is True
    assert judged(REGISTER, *crashed, *read_1, *read_2).linearizable is False
    twice = (*read_1, "1 :invoke :write 2", "1 :ok :write 2", *read_1)
    assert judged(REGISTER, *crashed, *twice).linearizable is False


def test_what_failed_did_not_happen_and_what_timed_out_in_reading_says_nothing() -> None:
    base = ("0 :invoke :write 1", "0 :ok :write 1")
    failed = ("1 :invoke :cas [1 2]", "1 :fail :cas [1 2]", "2 :invoke :read nil", "2 :ok :read 2")
    assert judged(CAS, *base, *failed).linearizable is False
    timed_out = ("1 :invoke :read nil", "1 :fail :read :timed-out", "2 :invoke :read nil", "2 :info :read :timed-out")
    assert judged(CAS, *base, *timed_out).linearizable is True


def test_nil_is_a_value_and_truth_is_no_number() -> None:
    assert judged(REGISTER, "0 :invoke :read nil", "0 :ok :read nil").linearizable is True
    assert judged(REGISTER, "0 :invoke :read nil", "0 :ok :read 0").linearizable is False
    wrote = ("0 :invoke :write true", "0 :ok :write true", "0 :invoke :read nil", "0 :ok :read 1")
    assert judged(REGISTER, *wrote).linearizable is False


@pytest.mark.parametrize(
    ("written", "read", "right"),
    [
        ("true", "1", False),
        ("1", "true", False),
        ("[1 0]", "[true false]", False),
        ("{:a [1]}", "{:a [1]}", True),
        ("{:a 1 :b 2}", "{:b 2 :a 1}", True),
        ("{:a 1}", "{:a 2}", False),
        ("#{1 2}", "#{2 1}", True),
        ("1", "1.0", True),
        ('"1"', "1", False),
        ("nil", "false", False),
    ],
)
def test_values_are_compared_exactly_also_when_the_write_never_returned(written: str, read: str, right: bool) -> None:
    before = ("0 :invoke :write 1", "0 :ok :write 1") if written != "1" else ()
    wrote = (f"1 :invoke :write {written}", "1 :info :write :timed-out")
    found = judged(REGISTER, *before, *wrote, "0 :invoke :read nil", f"0 :ok :read {read}")
    # A 1 that was written before may still be read.
    assert found.linearizable is (right or (bool(before) and read == "1"))
    json.dumps(found.as_json())


def sequence(model: Model, *calls: tuple[str, object, object]) -> bool | None:
    """What is said of calls of one process, each (f, argument, answer), one after another."""
    events = [
        {"process": 0, "type": kind, "f": f, "key": "k", "value": argument if kind == "invoke" else answer}
        for f, argument, answer in calls
        for kind in ("invoke", "ok")
    ]
    return judge_history(model, operations_of(read_history("\n".join(map(json.dumps, events))).events)).linearizable


def test_a_cas_that_returned_ok_met_its_old_value_and_left_its_new_one() -> None:
    swap = ("cas", [1, 2], [1, 2])
    assert sequence(CAS, ("write", 1, 1), swap, ("read", None, 2)) is True
    assert sequence(CAS, ("write", 1, 1), swap, ("read", None, 1)) is False
    assert sequence(CAS, ("write", 3, 3), swap) is False
    assert sequence(CAS, swap) is False


def test_an_append_adds_at_the_end_and_a_put_replaces() -> None:
    put, append = ("put", "a", None), ("append", "b", None)
    assert sequence(APPEND, put, append, ("get", None, "ab")) is True
    assert sequence(APPEND, put, append, ("get", None, "b")) is False
    assert sequence(APPEND, put, append, ("get", None, "ba")) is False
    assert sequence(APPEND, append, put, ("get", None, "a")) is True
    assert sequence(APPEND, append, put, ("get", None, "ba")) is False
    assert sequence(APPEND, ("get", None, "")) is True


def test_of_equal_calls_at_once_each_takes_effect_once() -> None:
    both = ("0 :invoke :write 1", "1 :invoke :write 1", "2 :invoke :write 2", "2 :ok :write 2")
    read_1, read_2 = ("3 :invoke :read nil", "3 :ok :read 1"), ("3 :invoke :read nil", "3 :ok :read 2")
    again = ("2 :invoke :write 2", "2 :ok :write 2")
    ends = ("1 :ok :write 1", "0 :ok :write 1")
    assert judged(REGISTER, *both, *read_1, *again, *read_2, *read_1, *ends).linearizable is True
    assert judged(REGISTER, *both, *read_1, *again, *read_1, *again, *read_1, *ends).linearizable is False
    later = (both[0], *both[2:], *read_1, *again, "1 :invoke :write 1", *read_1, "0 :ok :write 1", "1 :ok :write 1")
    assert judged(REGISTER, *later).linearizable is True


def test_a_truth_value_written_over_a_number_is_a_change() -> None:
    base = ("0 :invoke :write 1", "0 :ok :write 1", "1 :invoke :write true", "1 :info :write :timed-out")
    assert judged(REGISTER, *base, "0 :invoke :read nil", "0 :ok :read true").linearizable is True


def test_nothing_that_returned_is_no_evidence() -> None:
    found = judged(REGISTER, "0 :invoke :write 1", "1 :invoke :read nil")
    assert found.linearizable is None and "nothing to explain" in found.why


def test_a_search_that_ran_out_says_so() -> None:
    found = judge_history(CAS, jepsen(*recorded(10, 200, 1, 0.1)), most_steps=30)
    assert found.linearizable is None and "30 steps" in found.why


def test_keys_are_objects_of_their_own() -> None:
    events = [
        {"process": 0, "type": "invoke", "f": "append", "key": "a", "value": "x"},
        {"process": 0, "type": "ok", "f": "append", "key": "a", "value": "x"},
        {"process": 0, "type": "invoke", "f": "get", "key": "b", "value": None},
        {"process": 0, "type": "ok", "f": "get", "key": "b", "value": ""},
    ]
    operations = operations_of(read_history("\n".join(map(json.dumps, events))).events)
    assert judge_history(APPEND, operations).linearizable is True
    assert judge_history(APPEND, [replace(o, key="a") for o in operations]).linearizable is False


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        (
            "{:process 0, :type :invoke, :f :write, :value 3}\n{:process 0 :type :ok :f :write :value 3 :time 12.5}",
            "edn",
        ),
        (
            '{"process":0,"type":"invoke","f":"write","value":3}\n{"process":0,"type":"ok","f":"write","value":3}',
            "ndjson",
        ),
        (
            "INFO [2024-01-01 10:00:00] jepsen worker 0 - jepsen.util 0 :invoke :write 3\n"
            "INFO jepsen.core - a note\nINFO jepsen.util - :nemesis :info :start nil\n"
            "INFO [2024-01-01 10:00:01] jepsen worker 0 - jepsen.util 0 :ok :write 3",
            "jepsen",
        ),
    ],
)
def test_every_notation_says_the_same(text: str, shape: str) -> None:
    recording = read_history(text)
    (operation,) = operations_of(recording.events)
    assert recording.format == shape
    assert (operation.process, operation.f, operation.argument, operation.answer) == ("0", "write", 3, 3)
    assert recording.ignored == (2 if shape == "jepsen" else 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hello\nworld", "none of the notations"),
        ('{"process":0,"type":"invoke","f":"write","value":3}\n{"process":0,', "line 2 is no event"),
        ('{"process":0,"type":"begin","f":"write"}', "type is 'begin'"),
        ('{"type":"invoke","f":"write"}', "process is None"),
        ("{:process 0 :type :invoke :f :write :value [1}", "line 1 is no event"),
        ("INFO jepsen.util - 0 :ok :read 3", "returns from read without having called it"),
        ("INFO jepsen.util - 0 :invoke :read nil\nINFO jepsen.util - 0 :invoke :read nil", "calls again"),
        ("INFO jepsen.util - 0 :invoke :read nil\nINFO jepsen.util - 0 :ok :write 1", "returns from write"),
        ("INFO jepsen.util - 0 :invoke :read nil\nINFO jepsen.util - 0 :invoke", "line 2 is no event"),
        ("INFO jepsen.util - 0 :invoke :read nil\nINFO jepsen.util - 0 :okk :read 3", "line 2 is no event"),
        ("INFO jepsen.util - 0 :invoke :read nil\nINFO jepsen.util - 0 :ok :read", "the answer is missing"),
        ('{"process":0,"type":"invoke","f":"read"}\n{"process":0,"type":"ok","f":"read"}', "the answer is missing"),
        ("INFO jepsen.util - 0 :invoke :read nilINFO jepsen.util - 0 :ok :read 3", "two events in one line"),
    ],
)
def test_a_recording_that_makes_no_sense_names_the_line(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=re.escape(words)) as caught:
        operations_of(read_history(text).events)
    assert caught.value.fix


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("nil", None),
        ("[1 -2 true]", (1, -2, True)),
        ('"a\\n\\u00e9\\""', 'a\né"'),
        (":a/b", "a/b"),
        ("#{1 2}", frozenset({1, 2})),
        ("{:a [nil {}]}", {"a": (None, {})}),
        ('#inst "x"', "x"),
        ("1.5e3 rest", 1500.0),
        ("\\newline", "\n"),
        ("12N", 12),
    ],
)
def test_edn_values(text: str, value: object) -> None:
    assert read_edn(text)[0] == value


@pytest.mark.parametrize("text", ["", "[1", "]", "{:a}", "{{} 1}", "[" * 200 + "]" * 200, '"open'])
def test_what_is_no_edn_is_refused(text: str) -> None:
    with pytest.raises(EdnError):
        read_edn(text)


def test_the_picture_is_well_formed_and_holds_no_markup_of_the_recording() -> None:
    lines = ('0 :invoke :write "</text><script>&"', "1 :invoke :read nil", "1 :ok :read 7")
    found = judged(REGISTER, *lines)
    assert found.linearizable is False
    operations = jepsen(*lines)
    drawn = ET.fromstring(picture(operations, operations[1]))
    assert {part.tag.split("}")[1] for part in drawn.iter()} == {"svg", "style", "line", "text", "g", "title", "rect"}
    kinds = [part.get("class") for part in drawn.iter() if part.tag.endswith("rect")]
    assert kinds == ["call open", "stuck"]


def test_the_command_answers_with_its_exit_code_and_the_fields(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.log"
    file.write_text("INFO jepsen.util - 0 :invoke :read nil\nINFO jepsen.util - 0 :ok :read 7\n")
    code = main(["history", str(file), "--model", "register", "--json", "--svg", str(tmp_path / "a.svg")])
    said = json.loads(capsys.readouterr().out)
    assert code == 1 and said["linearizable"] is False and said["format"] == "jepsen"
    assert said["minimal"] == [
        {"process": "0", "f": "read", "key": None, "argument": None, "answer": 7, "returned": True, "line": 1}
    ]
    assert ET.parse(tmp_path / "a.svg").getroot().tag.endswith("svg")
    file.write_text("INFO jepsen.util - 0 :invoke :write 7\n")
    assert main(["history", str(file), "--model", "register"]) == 3
    said = capsys.readouterr().out
    assert "not known" in said and "Raise --max-steps" not in said
    file.write_text("\n")
    assert main(["history", str(file), "--model", "register", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["linearizable"] is None
    assert main(["history", str(tmp_path / "gone"), "--model", "register"]) == 2
    assert "cannot be read" in capsys.readouterr().err


def rows(*events: tuple[int, str, str, object]) -> str:
    names = ("process", "type", "f", "value")
    return "\n".join(json.dumps(dict(zip(names, event, strict=True))) for event in events)


@pytest.mark.slow
def test_the_oracle_of_a_task_is_a_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "log.ndjson"
    begun = ((0, "invoke", "append", [5]), (1, "invoke", "append", [6]), (0, "ok", "append", True))
    file.write_text(rows(*begun, (1, "ok", "append", False), (0, "invoke", "get", 0), (0, "ok", "get", 5)))
    words = ["history", str(file), "--model", "bounded_log", "--json", "--new"]
    assert main([*words, "[1]"]) == 0 and json.loads(capsys.readouterr().out)["linearizable"] is True
    assert main([*words, "[2]"]) == 1 and "append" in json.loads(capsys.readouterr().out)["why"]
    file.write_text(rows((0, "invoke", "push", [5]), (0, "ok", "push", True)))
    assert main([*words, "[2]"]) == 2 and "has no push" in capsys.readouterr().out


def test_the_documented_answer_is_the_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = dict(re.findall(r"^```(json|text)\n(.*?)^```$", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL))
    (tmp_path / "stale.ndjson").write_text(blocks["json"])
    monkeypatch.chdir(tmp_path)
    assert main(["history", "stale.ndjson", "--model", "register"]) == 1
    assert capsys.readouterr().out.strip() == blocks["text"].strip()
