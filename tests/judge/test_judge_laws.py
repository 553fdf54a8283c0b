"""Every kind of law and interface on small tasks: wrong candidates are refuted by the right law, honest ones not."""

import pytest
from judging import GOOD_STORE, STORE, bench, store_bench, store_with, suite_of

from probatum.errors import TaskError
from probatum.judge.evidence import GearReport
from probatum.judge.selfcheck import selfcheck
from probatum.judge.trial import Trial

KEEP, KEYS = "self.m[key] = value", "return sorted(self.m)"


def laws(report: GearReport) -> set[str]:
    return {s.law for s in report.shown}


def holds(report: GearReport) -> bool:
    return not report.shown and report.problem is None and report.tally.calls > 0


def test_an_honest_candidate_is_not_refuted_by_any_gear() -> None:
    b = store_bench()
    assert holds(b.fresh(GOOD_STORE, both=True))
    assert holds(b.exhaustive(GOOD_STORE, depth=2))
    assert holds(b.run(GOOD_STORE, b.trial.corpus()))


def test_an_always_law_is_named_beside_equality_with_its_requirement_and_sentence() -> None:
    b = store_bench("""
    @always("ST-2")
    def put_get(s: Store, key: Key, value: U64) -> None:
        "A value put is the value got."
        s.put(key, value)
        assert s.get(key) == value
    """)
    assert holds(b.fresh(GOOD_STORE))
    report = b.fresh(store_with(KEEP, "self.m.setdefault(key, value)"))
    assert laws(report) == {"equality", "put_get"}
    shown = next(s for s in report.shown if s.law == "put_get")
    assert (shown.sentence, shown.requirements) == ("A value put is the value got.", ("ST-2",))
    assert len(shown.input) == 4, shown.input


def test_a_sometimes_law_is_reached_by_the_candidate_or_stays_open() -> None:
    b = store_bench("""
    @sometimes
    def deletes(call: Call) -> bool:
        "Something is deleted."
        return call.method == "delete" and bool(call.result)

    @sometimes
    def put_twice(call: Call, earlier: list[Call]) -> bool:
        "A key is put twice."
        return call.method == "put" and any(c.method == "put" and c.args[0] == call.args[0] for c in earlier)

    @sometimes
    def impossible(call: Call) -> bool:
        "Never."
        return call.args[7] == 1
    """)
    report = b.fresh(GOOD_STORE)
    assert report.tally.open_goals == {"impossible"}


RAISING = """
class Full(Exception):
    pass

@sut(requirements=["Q-1"])
class Queue:
    def __init__(self) -> None:
        self.items: list[int] = []
    @raises(Full)
    def push(self, item: Annotated[U64, few(4)]) -> None:
        if len(self.items) == 2:
            raise Full
        self.items.append(item)
    @raises(IndexError)
    def pop(self) -> U64:
        return self.items.pop(0)

@never_raises
def push_pop(s: Queue, item: U64) -> None:
    "Pushing and popping never ends in an odd error."
    s.push(item)
    s.pop()

@always
def full_is_catchable(s: Queue, item: U64) -> None:
    "A queue takes at most two items."
    refused = 0
    for _ in range(3):
        try:
            s.push(item)
        except Full:
            refused += 1
    assert refused >= 1
"""
GOOD_QUEUE = """
class Full(Exception):
    pass
class Queue:
    def __init__(self):
        self.items = []
    def push(self, item):
        if len(self.items) == 2:
            raise Full("no room")
        self.items.append(item)
    def pop(self):
        return self.items.pop(0)
"""


def test_declared_errors_are_answers_and_laws_can_catch_those_the_task_defines() -> None:
    b = bench(RAISING, GOOD_QUEUE)
    assert selfcheck(b.trial, requirements=("Q-1",))["untried"] == []
    assert holds(b.fresh(GOOD_QUEUE))


def test_a_subclass_of_the_declared_error_counts_as_declared() -> None:
    source = GOOD_QUEUE.replace("raise Full(", "raise type('Fuller', (Full,), {})(")
    assert holds(bench(RAISING).fresh(source))


@pytest.mark.parametrize("base", ["Exception", "LookupError", "BaseException"])
def test_a_class_that_is_only_called_like_the_declared_error_does_not(base: str) -> None:
    """Whoever writes `except IndexError` means the built-in one, and does not catch this."""
    source = f"class IndexError({base}): pass\n" + GOOD_QUEUE.replace(
        "return self.items.pop(0)", "\n        if not self.items: raise IndexError\n        return self.items.pop(0)"
    )
    [shown] = [s for s in bench(RAISING).fresh(source).shown if s.law == "never_raises"]
    assert "not the built-in IndexError" in shown.observed


def test_the_base_class_of_the_declared_error_does_not() -> None:
    source = GOOD_QUEUE.replace(
        "return self.items.pop(0)", "\n        if not self.items: raise LookupError\n        return self.items.pop(0)"
    )
    report = bench(RAISING).fresh(source)
    assert "never_raises" in laws(report)


def test_declared_errors_are_keyed_by_the_class_the_instance_was_made_from() -> None:
    """A factory of that name, a subclass and a metaclass all make instances of the declared class."""
    factory = GOOD_QUEUE.replace("class Queue:", "class Other:") + "\ndef Queue():\n    return Other()\n"
    child = GOOD_QUEUE.replace("class Queue:", "class Base:") + "\nclass Queue(Base):\n    pass\n"
    meta = GOOD_QUEUE.replace(
        "class Queue:", "class Meta(type):\n    def mro(cls): return type.mro(cls)\nclass Queue(metaclass=Meta):"
    )
    for source in (factory, child, meta):
        assert holds(bench(RAISING).fresh(source))


@pytest.mark.parametrize(
    ("old", "new", "law"),
    [
        ("raise Full(", "raise ValueError(", "never_raises"),
        ("raise Full(", "return None #", "equality"),
        ("len(self.items) == 2", "len(self.items) == 1", "equality"),
        ("self.items.pop(0)", "self.items.pop(0) if self.items else None", "result_type"),
    ],
)
def test_wrong_errors_are_refuted(old: str, new: str, law: str) -> None:
    assert law in laws(bench(RAISING).fresh(GOOD_QUEUE.replace(old, new)))


def test_a_never_raises_law_fails_on_an_undeclared_error_only() -> None:
    b = bench(RAISING)
    report = b.fresh(
        GOOD_QUEUE.replace("return self.items.pop(0)", "return self.items.pop(0) // (len(self.items) < 2)")
    )
    assert laws(report) <= {"never_raises", "push_pop", "equality", "full_is_catchable"}
    assert "push_pop" in laws(b.fresh(GOOD_QUEUE.replace("self.items.append(item)", "raise ZeroDivisionError")))


EVENTUALLY = """
@sut(answers="any")
class Coin:
    def __init__(self) -> None:
        self.n = 0
    def toss(self) -> bool:
        self.n += 1
        return self.n % 3 == 0

@eventually("C-1", within=3)
def heads(s: Coin) -> bool:
    "Heads comes within three tosses."
    return s.toss()
"""
GOOD_COIN = "class Coin:\n    n = 0\n    def toss(self):\n        self.n += 1\n        return self.n % 2 == 0\n"


def test_eventually_gives_the_candidate_its_steps_and_no_more() -> None:
    b = bench(EVENTUALLY, GOOD_COIN)
    assert holds(b.fresh(GOOD_COIN))
    report = b.fresh(GOOD_COIN.replace("% 2 == 0", "% 5 == 0"))
    assert laws(report) == {"heads"}
    assert report.shown[0].observed == "not within 3 steps"


def test_with_any_answer_laws_decide_and_types_still_hold() -> None:
    task = """
    @sut(answers="any")
    def pick(items: Annotated[list[U8], sized(1, 5)]) -> U8:
        return items[0]

    @always
    def is_one_of_them(s: Sut, items: Annotated[list[U8], sized(1, 5)]) -> None:
        "What is picked was there."
        assert s.pick(items) in items
    """
    b = bench(task)
    for body in ("items[0]", "items[-1]", "max(items)", "sorted(items)[len(items) // 2]"):
        assert holds(b.fresh(f"def pick(items): return {body}"))
    wrong = b.fresh("def pick(items): return (items[0] + 1) % 256")
    assert laws(wrong) == {"is_one_of_them"}
    assert wrong.shown[0].input == ("pick([0])",)
    assert "result_type" in laws(b.fresh("def pick(items): return float(items[0])"))
    assert "result_type" in laws(b.fresh("def pick(items): return None"))


TWINS = """
@sut(answers="any")
class Bag:
    def __init__(self, room: Annotated[U8, between(1, 9)]) -> None:
        self.items: list[int] = []
    def add(self, item: Annotated[U8, few(3)]) -> None:
        self.items.append(item)
    def count(self) -> U64:
        return len(self.items)

@always
def same_history_same_count(a: Bag, b: Bag) -> None:
    "Two bags with the same history hold as much."
    assert a.count() == b.count()
"""
GOOD_BAG = """
class Bag:
    def __init__(self, room):
        self.n = 0
    def add(self, item):
        self.n += 1
    def count(self):
        return self.n
"""


def test_twins_have_the_same_history_and_keep_it_while_shrinking() -> None:
    b = bench(TWINS, GOOD_BAG)
    assert holds(b.fresh(GOOD_BAG))
    odd = "made = 0\n" + GOOD_BAG.replace(
        "self.n = 0", "self.n = 0\n        global made\n        self.step = 1 + made % 2\n        made += 1"
    ).replace("+= 1\n    def count", "+= self.step\n    def count")
    report = b.fresh(odd)
    assert laws(report) == {"same_history_same_count"}
    calls = [line.split("  ->")[0] for line in report.shown[0].input]
    assert calls == ["s0 = Bag(1)", "s0.add(0)", "s1 = Bag(1)", "s1.add(0)", "s0.count()", "s1.count()"]


def test_several_classes_and_functions_live_in_one_history() -> None:
    task = """
    @sut
    class Left:
        def __init__(self) -> None:
            self.n = 0
        def step(self) -> U64:
            self.n += 1
            return self.n

    @sut
    class Right:
        def __init__(self, start: Annotated[U64, between(0, 9)]) -> None:
            self.n = start
        def step(self) -> U64:
            self.n += 2
            return self.n

    @sut
    def double(n: Annotated[U64, between(0, 100)]) -> U64:
        return 2 * n

    @always
    def both(a: Left, b: Right, s: Sut) -> None:
        "Left and right step alone, and a right made on the spot starts where it is told."
        before = a.step()
        b.step()
        assert a.step() == before + 1
        assert s.Right(5).step() == 7
        assert s.double(3) == 6
    """
    good = """
class Left:
    def __init__(self): self.n = 0
    def step(self):
        self.n += 1
        return self.n
class Right:
    def __init__(self, start): self.n = start
    def step(self):
        self.n += 2
        return self.n
def double(n): return n + n
"""
    b = bench(task, good)
    assert holds(b.fresh(good))
    assert laws(b.fresh(good.replace("self.n += 2", "self.n += 2 + (self.n > 2)"))) >= {"equality"}
    tangled = good.replace(
        "def __init__(self, start): self.n = start",
        "def __init__(self, start):\n        self.n = start\n        Left.step = lambda self: 9",
    )
    assert {"both", "equality"} & laws(b.fresh(tangled))
    assert laws(b.fresh(good.replace("n + n", "n * 2 if n != 7 else 0"), calls=1500)) == {"equality"}


RECORDS = """
class Kind(str, Enum):
    DATA = "data"
    ACK = "ack"

class Packet(NamedTuple):
    kind: Kind
    seq: Annotated[U32, few(3)]
    body: Annotated[bytes, sized(0, 3)]

@sut
def reply(packet: Packet, note: Annotated[str, sized(0, 3)] | None) -> Result[Packet, str]:
    if packet.kind == "ack":
        return ("err", "ack")
    return ("ok", Packet("ack", packet.seq, b""))

@sut
def swap(pairs: Annotated[dict[U8, Packet | None], sized(0, 3)]) -> list[tuple[Packet | None, U8]]:
    return [(v, k) for k, v in sorted(pairs.items())]

@always
def answers_with_the_same_number(s: Sut, packet: Packet) -> None:
    "A reply carries the number of its packet."
    how, value = s.reply(packet, None)
    assert how == "err" or value.seq == packet.seq
"""
GOOD_REPLY = """
def reply(packet, note):
    if packet.kind == "ack":
        return ("err", "ack")
    return ("ok", Packet("ack", packet.seq, b""))
def swap(pairs):
    return [(v, k) for k, v in sorted(pairs.items())]
"""


def test_records_enums_options_and_results_cross_both_ways() -> None:
    b = bench(RECORDS, GOOD_REPLY)
    assert holds(b.fresh(GOOD_REPLY))
    assert holds(b.fresh(GOOD_REPLY.replace('Packet("ack", packet.seq, b"")', '("ack", packet.seq, b"")')))
    imported = "from interface import Packet as P\n" + GOOD_REPLY.replace('Packet("ack"', 'P("ack"')
    assert holds(b.fresh(imported))
    own = (
        "from typing import NamedTuple\nclass Packet(NamedTuple):\n    kind: str\n    seq: int\n    body: bytes\n"
        + GOOD_REPLY
    )
    assert holds(b.fresh(own))


@pytest.mark.parametrize(
    ("old", "new", "law"),
    [
        ('Packet("ack", packet.seq, b"")', '["ack", packet.seq, b""]', "result_type"),
        ('Packet("ack", packet.seq, b"")', 'Packet("nak", packet.seq, b"")', "result_type"),
        ('Packet("ack", packet.seq, b"")', 'Packet("ack", packet.seq, bytearray())', "result_type"),
        ('Packet("ack", packet.seq, b"")', 'Packet("ack", packet.seq, packet.body)', "equality"),
        ('Packet("ack", packet.seq, b"")', 'Packet("ack", 0, b"")', "answers_with_the_same_number"),
        ('return ("err", "ack")', "return None", "result_type"),
        ('return ("err", "ack")', 'return ["err", "ack"]', "result_type"),
        ("(v, k) for", "[v, k] for", "result_type"),
    ],
)
def test_wrong_shapes_are_refuted(old: str, new: str, law: str) -> None:
    assert law in laws(bench(RECORDS, GOOD_REPLY).fresh(GOOD_REPLY.replace(old, new)))


DRIVEN_LAWS = """
@always("ST-2")
def smallest_goes(s: Store) -> None:
    "Deleting the first key that is listed makes it absent."
    keys = s.keys()
    assume(bool(keys))
    s.delete(keys[0])
    assert s.get(keys[0]) is None

@always("ST-3")
def all_go(s: Store) -> None:
    "Deleting every key that is listed leaves none."
    for key in s.keys():
        s.delete(key)
    assert s.len() == 0
"""


def test_an_answer_of_a_wrong_type_that_only_laws_on_the_live_worker_meet_is_told_once_with_the_calls_made() -> None:
    task = STORE.replace('@sut(requirements=["ST-1"])', '@sut(requirements=["ST-1"], answers="any")') + DRIVEN_LAWS
    odd = "return None if key == 12345 else self.m.pop(key, None) is not None"
    wrong = store_with(
        "return sorted(self.m)", "return [12345]", "return self.m.pop(key, None) is not None", odd
    )  # 12345 is asked for only by those who believe the list
    shown = bench(task, GOOD_STORE).fresh(wrong).shown
    assert [s.law for s in shown] == ["result_type"]
    assert shown[0].observed == "s0.delete(12345) answered None where a bool was declared"
    assert shown[0].expected == "Every answer has exactly the declared type."
    assert shown[0].input[-2:] == ("s0.keys()  -> [12345]", "s0.delete(12345)")
    assert shown[0].minimal and len(shown[0].input) <= 4


def test_laws_on_the_live_worker_stay_named_where_answers_are_wrong_but_of_the_right_type() -> None:
    task = STORE.replace('@sut(requirements=["ST-1"])', '@sut(requirements=["ST-1"], answers="any")') + DRIVEN_LAWS
    report = bench(task, GOOD_STORE).fresh(store_with("return sorted(self.m)", "return [12345]"))
    assert laws(report) == {"all_go"}


# --- mistakes of the task


def checked(task: str) -> None:
    suite = suite_of(task)
    selfcheck(Trial(suite, cpu_s=1.0), requirements=())


@pytest.mark.parametrize(
    ("law", "words"),
    [
        ("assert s.get(key) == value", "false of the oracle itself"),
        ("raise RuntimeError('odd')", "odd"),
        ("s.put(key, 2**64)", "outside 0"),
        ("s.put(key)", "takes 2 arguments"),
        ("s.missing()", "declares no method"),
    ],
)
def test_a_law_that_is_false_of_the_oracle_is_a_task_error_with_the_input(law: str, words: str) -> None:
    with pytest.raises(TaskError, match="false of the oracle") as caught:
        checked(
            STORE.replace('requirements=["ST-1"]', "")
            + f'\n@always\ndef wrong(s: Store, key: Key, value: U64) -> None:\n    "Wrong."\n    {law}\n'
        )
    assert words in str(caught.value)
    assert "key=" in str(caught.value)
    assert caught.value.line is not None


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("@sut\ndef f(n: U8) -> U8:\n    return n + 1\n", "the oracle answers"),
        ("@sut\ndef f(n: U8) -> U8:\n    return 1 // n\n", "the oracle raises ZeroDivisionError"),
        ("@sut\ndef f(n: Annotated[U8, st.integers(0, 300)]) -> U8:\n    return 0\n", "a strategy draws"),
        ("@sut\ndef f(n: U8) -> U8:\n    return n\n@always\ndef law(s: Sut) -> None:\n    s.f(1)\n", "has no sentence"),
        ("@sut\ndef f(n: U8) -> U8:\n    return n\n@always\ndef law() -> None:\n    'S.'\n", "drives nothing"),
        ("@sut\ndef f(n: U8) -> U8:\n    return n\n@always('R-9')\ndef law(s: Sut) -> None:\n    'S.'\n", "R-9"),
        ("@sut\nclass C:\n    def new(self) -> None:\n        return None\n", "method named new"),
        ("x = 1\n", "nothing is declared"),
        ("x = \n", "does not compile"),
        ("1 / 0\n", "fails when executed"),
    ],
)
def test_a_wrong_task_is_named(task: str, words: str) -> None:
    with pytest.raises(TaskError, match=words):
        checked(task)


def test_a_law_that_turns_out_false_of_the_oracle_while_judging_is_a_task_error_and_no_finding() -> None:
    """The selfcheck draws other values than the gears: one that it never met must not be held against a candidate."""
    law = '\n@always\ndef rare(s: Store, value: U64) -> None:\n    "Rarely wrong."\n    assert value != {}\n'

    def drawn(trial: Trial, seed: str) -> set[int]:
        plans = trial.fresh(seed, calls=600, histories=40)
        return {use.values[0] for plan in plans for planned in plan for use in planned.uses}

    anything = store_bench(law.format(-1)).trial
    met = drawn(anything, "seed") - {
        use.values[0]
        for plan in [*anything.corpus(), *anything.fresh("selfcheck", calls=1500, histories=90)]
        for planned in plan
        for use in planned.uses
    }
    task = store_bench(law.format(max(met)))
    selfcheck(task.trial, requirements=("ST-1",))
    for candidate in (GOOD_STORE, store_with(KEYS, "return sorted(self.m)[:1]")):
        with pytest.raises(TaskError, match=r"rare\(\) is false of the oracle itself"):
            task.fresh(candidate)
