"""State that must not be there or be seen: leaked containers, module state, hash order; and laws that step."""

import pytest
from judging import GOOD_STORE, STORE, bench, store_bench, store_with

from probatum.errors import TaskError
from probatum.judge.evidence import GearReport
from probatum.judge.rejudge import rejudge

KEYS, LEN = "return sorted(self.m)", "return len(self.m)"


def laws(report: GearReport) -> set[str]:
    return {s.law for s in report.shown}


def test_a_result_that_is_kept_shows_when_the_caller_changes_it() -> None:
    report = store_bench().fresh(store_with(KEYS, "self.c = getattr(self, 'c', None) or sorted(self.m); return self.c"))
    assert any("spoiled" in shown.observed for shown in report.shown)


BOX = """
class Pair(NamedTuple):
    left: list[U8]
    right: U8

@sut
class Box:
    def __init__(self) -> None:
        self.kept: tuple[int, ...] = ()
    def keep(self, items: Annotated[list[U8], sized(0, 3)]) -> None:
        self.kept = tuple(items)
    def show(self) -> list[U8]:
        return list(self.kept)
    def pair(self) -> Pair:
        return Pair(list(self.kept), 1)
"""
GOOD_BOX = """
class Box:
    def __init__(self):
        self.kept = []
    def keep(self, items):
        self.kept = list(items)
    def show(self):
        return list(self.kept)
    def pair(self):
        return Pair(list(self.kept), 1)
"""


def test_an_argument_that_is_kept_shows_when_the_caller_changes_it() -> None:
    assert not bench(BOX).fresh(GOOD_BOX).shown
    report = bench(BOX).fresh(GOOD_BOX.replace("self.kept = list(items)", "self.kept = items"))
    assert report.shown[0].input[0] == "s0 = Box()"
    assert len(report.shown[0].input) == 3


def test_a_list_leaked_within_a_record_shows_too() -> None:
    report = bench(BOX).fresh(GOOD_BOX.replace("Pair(list(self.kept), 1)", "Pair(self.kept, 1)"))
    assert "spoiled" in report.shown[0].observed


def test_a_result_that_holds_itself_is_a_wrong_type_and_no_crash() -> None:
    source = GOOD_BOX.replace("return list(self.kept)", "a = []; a.append(a); return a")
    assert laws(bench(BOX).fresh(source)) == {"result_type"}


def test_state_of_the_module_is_found_and_shown_with_the_earlier_calls_it_needs() -> None:
    source = store_with(
        "class Store:",
        "total = 0\nclass Store:",
        "self.m[key] = value",
        "global total; total += 1; self.m[key] = value",
        LEN,
        "return len(self.m) if total < 12 else 0",
    )
    report = store_bench().fresh(source)
    assert laws(report) == {"equality"}
    shown = report.shown[0]
    earlier = [line for line in shown.input if line.startswith("(earlier in the same process)")]
    puts = sum(".put(" in line for line in shown.input)
    assert puts == 12
    assert earlier or len(shown.input) <= 15


def test_every_twentieth_answer_wrong_is_shown_with_twenty_calls() -> None:
    task = "@sut\ndef half(n: Annotated[U32, few(4)]) -> U32:\n    return n // 2\n"
    source = "calls = 0\ndef half(n):\n    global calls\n    calls += 1\n    return n // 2 + (calls == 20)\n"
    report = bench(task).fresh(source)
    assert sum("half(" in line for line in report.shown[0].input) == 20


def test_random_answers_are_found_by_the_second_process() -> None:
    source = "import random\n" + store_with(LEN, "return len(self.m) + (random.random() < 0.02) * 0 ")
    assert not store_bench().fresh(source, both=True).shown
    any_answer = '@sut(answers="any")\ndef pick(items: Annotated[list[U8], sized(1, 5)]) -> U8:\n    return items[0]\n'
    lucky = "import random\ndef pick(items): return random.choice(items)\n"
    assert not bench(any_answer).fresh(lucky).shown
    report = bench(any_answer).fresh(lucky, both=True)
    assert laws(report) == {"deterministic"}
    assert "in one process" in report.shown[0].observed
    assert report.shown[0].transcript.twin is not None
    assert not bench(any_answer.replace('"any"', '"any", deterministic=False')).fresh(lucky, both=True).shown


@pytest.mark.parametrize("wanted", ["calls % 2", "calls == 1", "calls > 30", "earlier and items[0] in earlier"])
def test_what_a_function_remembers_is_found_by_calls_in_another_order(wanted: str) -> None:
    """Each answer by itself is right, and two processes that made the same calls in one order agree."""
    task = '@sut(answers="any")\ndef pick(items: Annotated[list[U8], sized(1, 5)]) -> U8:\n    return items[0]\n'
    source = f"""
    calls, earlier = 0, None
    def pick(items):
        global calls, earlier
        calls += 1
        answer = min(items) if {wanted} else max(items)
        earlier = items[1:]
        return answer
    """
    report = bench(task).fresh(source, both=True)
    assert laws(report) == {"deterministic"}
    assert report.shown[0].observed.endswith("in another, after other calls")
    kept = "seen = {}\ndef pick(items): return seen.setdefault(tuple(items), max(items))\n"
    assert not bench(task).fresh(kept, both=True).shown


def test_not_a_number_is_no_difference_between_processes() -> None:
    task = "@sut(answers='any')\ndef f(n: U8) -> float:\n    return 0.0\n"
    assert not bench(task).fresh("def f(n): return float('nan') if n else -0.0", both=True).shown
    mixed = bench(task).fresh("import random\ndef f(n): return float('nan') if n < 9 else random.random()", both=True)
    assert laws(mixed) == {"deterministic"}
    assert "nan in one process" not in mixed.shown[0].observed


def test_flaky_failures_are_shown_as_seen_and_said_not_to_recur() -> None:
    """The candidate is wrong once in this test, whatever process it runs in: nothing can be replayed."""
    left = [1]

    def once(number: int, honest: bytes) -> bytes:
        if number == 2 and left and honest.startswith(b"[["):
            left.pop()
            return honest.replace(b"[0,null]", b"[0,7]")
        return honest

    b = store_bench()
    report = b.fresh(b.scripted(GOOD_STORE, twist=once))
    assert laws(report) & {"result_type", "equality"}
    assert not report.shown[0].recurs
    assert not report.shown[0].minimal


CHAIN = """
@sut(answers="any")
class Ids:
    def __init__(self) -> None:
        self.live: set[int] = set()
        self.n = 0
    def make(self) -> U64:
        self.n += 1
        self.live.add(self.n)
        return self.n
    @raises(KeyError)
    def free(self, id: Annotated[U64, few(4)]) -> None:
        if id not in self.live:
            raise KeyError(id)
        self.live.remove(id)

@always("I-1")
def what_was_made_can_be_freed_once(s: Ids) -> None:
    "An id that was made can be freed, once."
    made = s.make()
    s.free(made)
    try:
        s.free(made)
    except KeyError:
        return
    raise AssertionError("freed twice")
"""
GOOD_IDS = """
class Ids:
    def __init__(self):
        self.live, self.n = set(), 100
    def make(self):
        self.n += 7
        self.live.add(self.n)
        return self.n
    def free(self, id):
        self.live.remove(id)
"""


def test_a_law_whose_calls_depend_on_answers_drives_the_live_worker() -> None:
    b = bench(CHAIN, GOOD_IDS)
    workers = b.workers(GOOD_IDS)
    report = b.fresh(workers, calls=200, histories=10)
    assert not report.shown
    assert report.problem is None
    assert len(workers.opened) > 10, "stepping takes a process per law"


def test_and_refutes_with_the_smallest_history() -> None:
    report = bench(CHAIN, GOOD_IDS).fresh(
        GOOD_IDS.replace("self.live.remove(id)", "self.live.remove(id) if self.n < 120 else None")
    )
    assert laws(report) == {"what_was_made_can_be_freed_once"}
    shown = report.shown[0]
    assert shown.observed == "freed twice"
    assert shown.minimal
    calls = [line.split("  ->")[0] for line in shown.input]
    assert calls == ["s0 = Ids()", "s0.make()", "s0.make()", "s0.make()", "s0.free(121)", "s0.free(121)"]


def test_a_process_lost_under_a_stepped_law_goes_to_blame_not_to_the_law() -> None:
    b = bench(CHAIN, GOOD_IDS)
    lost = b.scripted(GOOD_IDS, twist=lambda number, honest: honest if honest.startswith(b"[[") or number < 3 else None)
    report = b.fresh(lost, calls=200, histories=10)
    assert laws(report) == {"alive"}
    both = b.scripted(
        GOOD_IDS,
        twist=lambda number, honest: honest if honest.startswith(b"[[") or number < 3 else None,
        control_twist=lambda number, honest: None,
    )
    report = b.fresh(both, calls=200, histories=10)
    assert not report.shown
    assert report.problem is not None
    assert report.problem[0] == "ERROR"


def test_malformed_bytes_under_a_stepped_law_break_protocol() -> None:
    b = bench(CHAIN, GOOD_IDS)
    odd = b.scripted(GOOD_IDS, twist=lambda number, honest: honest if honest.startswith(b"[[") else b"?")
    assert laws(b.fresh(odd, calls=200, histories=10)) == {"protocol"}


GUARDED = """
@sut(answers="any")
class Doors:
    def __init__(self) -> None:
        self.open = False
    def pick(self) -> U64:
        return 1
    def enter(self, door: U64) -> bool:
        assume(door <= 3)
        return True

@always
def enters(s: Doors) -> None:
    "The door that is picked opens."
    assert s.enter(s.pick())
"""


def test_a_stepped_law_sends_no_call_outside_the_precondition() -> None:
    source = """
class Doors:
    def pick(self):
        return {}
    def enter(self, door):
        if door > 3:
            raise SystemError
        return door < 3
"""
    b = bench(GUARDED, source.format(2))
    assert not b.fresh(source.format(2)).shown
    assert not b.fresh(source.format(9)).shown, "the law does not apply to a door the specification excludes"
    assert laws(b.fresh(source.format(3))) == {"enters"}


def test_judging_again_needs_a_transcript_of_this_task() -> None:
    report = store_bench().fresh(store_with(LEN, "return 0"))
    blob = report.shown[0].transcript.blob()
    assert rejudge(store_bench().suite, blob) == ["equality"]
    with pytest.raises(TaskError, match="does not fit"):
        rejudge(bench(BOX).suite, blob)
    with pytest.raises(TaskError, match="does not fit"):
        rejudge(store_bench().suite, b"{}")


def test_judging_again_under_a_stricter_task_finds_more() -> None:
    """A verdict is a function of task and transcript: the same transcript, a task with one more law."""
    loose = bench(STORE.replace("@sut(", '@sut(answers="any", '), GOOD_STORE)
    wrong = store_with(LEN, "return 3")
    report = loose.fresh(wrong)
    assert not report.shown
    assert any("equality" in rejudge(store_bench().suite, t.blob()) for t in report.transcripts)
