"""What a person sees of a bug: the fewest calls and the simplest values that show it, pinned where they are known."""

import pytest
from judging import bench, store_bench, store_with

from probatum.judge.ports import Opening, Worker
from probatum.testing.workers import InProcessWorker, InProcessWorkers

BENCH = store_bench()
KEEP, GET, POP = "self.m[key] = value", "return self.m.get(key)", "return self.m.pop(key, None) is not None"
KEYS, LEN = "return sorted(self.m)", "return len(self.m)"
NEW = "s0 = Store()"

# name -> (replacements, law, calls and values of the minimum, what was observed). `|` separates equally small endings.
BUGS: dict[str, tuple[tuple[str, ...], str, list[str], str]] = {
    "key zero is dropped": (
        (KEEP, "if key: self.m[key] = value"),
        "equality",
        [NEW, "s0.put(0, 0)", "s0.len()|s0.keys()|s0.get(0)|s0.delete(0)"],
        "0|[]|None|False",
    ),
    "value zero reads as absent": (
        (GET, "return self.m.get(key) or None"),
        "equality",
        [NEW, "s0.put(0, 0)", "s0.get(0)"],
        "None",
    ),
    "absent reads as zero": ((GET, "return self.m.get(key, 0)"), "equality", [NEW, "s0.get(0)"], "0"),
    "delete keeps": (
        (POP, "return key in self.m"),
        "equality",
        [NEW, "s0.put(0, 0)", "s0.delete(0)  -> True", "s0.len()|s0.keys()|s0.get(0)|s0.delete(0)"],
        "1|[0]|0|True",
    ),
    "delete answers nothing": (
        (POP, "self.m.pop(key, None)"),
        "result_type",
        [NEW, "s0.delete(0)"],
        "None",
    ),
    "delete of an absent key raises": (
        (POP, "return self.m.pop(key) is not None"),
        "never_raises",
        [NEW, "s0.delete(0)"],
        "raises KeyError: 0",
    ),
    "delete tests the value": (
        (POP, "return bool(self.m.pop(key, None))"),
        "equality",
        [NEW, "s0.put(0, 0)", "s0.delete(0)"],
        "False",
    ),
    "the first put wins": (
        (KEEP, "self.m.setdefault(key, value)"),
        "equality",
        [NEW, "s0.put(0, 0)|s0.put(0, 1)", "s0.put(0, 1)|s0.put(0, 0)", "s0.get(0)"],
        "0|1",
    ),
    "keys as they came": (
        (KEYS, "return list(self.m)"),
        "equality",
        [NEW, "s0.put(1, 0)", "s0.put(0, 0)", "s0.keys()"],
        "[1, 0]",
    ),
    "keys backwards": (
        (KEYS, "return sorted(self.m, reverse=True)"),
        "equality",
        [NEW, "s0.put(0, 0)|s0.put(1, 0)", "s0.put(1, 0)|s0.put(0, 0)", "s0.keys()"],
        "[1, 0]",
    ),
    "keys sorted as text": (
        (KEYS, "return sorted(self.m, key=str)"),
        "equality",
        [NEW, "s0.put(2, 0)|s0.put(10, 0)", "s0.put(10, 0)|s0.put(2, 0)", "s0.keys()"],
        "[10, 2]",
    ),
    "keys as a tuple": ((KEYS, "return tuple(sorted(self.m))"), "result_type", [NEW, "s0.keys()"], "()"),
    "length is a bool": (
        (LEN, "return len(self.m) and True or 0"),
        "result_type",
        [NEW, "s0.put(0, 0)", "s0.len()"],
        "True",
    ),
    "length is a float": ((LEN, "return float(len(self.m))"), "result_type", [NEW, "s0.len()"], "0.0"),
    "keys wrap at 32 bits": (
        (KEEP, "self.m[key % 2**32] = value", "self.m.get(key)", "self.m.get(key % 2**32)"),
        "equality",
        [NEW, "s0.put(4294967296, 0)", "s0.keys()|s0.delete(4294967296)"],
        "[0]|False",
    ),
    "the largest value is a sentinel": (
        (GET, "v = self.m.get(key); return None if v == 2**64 - 1 else v"),
        "equality",
        [NEW, "s0.put(0, 18446744073709551615)", "s0.get(0)"],
        "None",
    ),
    "values are signed": (
        (KEEP, "self.m[key] = value if value < 2**63 else value - 2**64"),
        "result_type",
        [NEW, "s0.put(0, 9223372036854775808)|s0.put(0, 9223372036854775809)", "s0.get(0)"],
        "-9223372036854775808|-9223372036854775807",
    ),
    "put answers": ((KEEP, "self.m[key] = value; return value"), "result_type", [NEW, "s0.put(0, 0)"], "0"),
    "instances share": (
        ("        self.m = {}\n", "        pass\n", "class Store:", "class Store:\n    m = {}"),
        "equality",
        [
            f"{NEW}|(earlier in the same process) {NEW}",
            "s1 = Store()|(earlier in the same process) s0.put(0, 0)",
            f"s0.put(0, 0)|s1.put(0, 0)|{NEW}",
            "s0.len()|s1.len()|s0.keys()|s1.keys()|s0.delete(0)|s1.delete(0)",
        ],
        "1|[0]|True",
    ),
    "an answer is kept and handed out again": (
        (KEYS, "self.c = getattr(self, 'c', None) or sorted(self.m); return self.c"),
        "result_type",
        [NEW, "s0.keys()  -> []", "s0.keys()"],
        "['spoiled by the caller']",
    ),
}


def fits(line: str, wanted: str) -> bool:
    return line in wanted.split("|")


@pytest.mark.parametrize("name", BUGS)
def test_the_smallest_evidence_is_found(name: str) -> None:
    replaced, law, calls, observed = BUGS[name]
    report = BENCH.fresh(store_with(*replaced), calls=2500, histories=120)
    shown = next(s for s in report.shown if s.law == law)
    assert len(shown.input) == len(calls), shown.input
    assert all(map(fits, shown.input, calls)), shown.input
    assert fits(shown.observed, observed)
    assert shown.minimal
    assert shown.recurs


def test_a_store_that_is_full_too_early_is_shown_with_as_many_keys_as_it_takes() -> None:
    source = store_with(KEEP, "self.m.update({key: value} if len(self.m) < 3 or key in self.m else {})")
    shown = BENCH.fresh(source, calls=2500, histories=120).shown[0]
    assert len(shown.input) == 6
    assert {line.split("(")[1].split(",")[0] for line in shown.input if "put" in line} == {"0", "1", "2", "3"}


LISTS = """
@sut
def total(items: list[I64]) -> int:
    return sum(items)
"""


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("sum(items) if items else None", "total([])"),
        ("sum(set(items))", "total([1, 1])"),
        ("sum(abs(i) for i in items)", "total([-1])"),
        ("sum(items[:3])", "total([0, 0, 0, 1])"),
        ("sum(items) if sum(items) < 100 else 100", "total([101])"),
    ],
)
def test_lists_are_shown_short_and_with_small_items(body: str, line: str) -> None:
    report = bench(LISTS).fresh(f"def total(items): return {body}", calls=1500)
    assert report.shown[0].input == (line,)
    assert report.shown[0].minimal


def test_finding_a_bug_costs_few_processes() -> None:
    """Most of a refutation is one process; shrinking adds batches of variants, not a process per variant."""
    workers = BENCH.workers(store_with(POP, "return key in self.m"))
    report = BENCH.fresh(workers, calls=2500, histories=120)
    assert report.shown
    assert len(workers.opened) <= 20


class Spy:
    """Notes every segment that is sent."""

    def __init__(self, workers: InProcessWorkers) -> None:
        self.workers = workers
        self.seen: list[str] = []

    def open(self, opening: Opening) -> tuple[Worker, bytes | None]:
        worker, first = self.workers.open(opening)
        assert isinstance(worker, InProcessWorker)
        run = worker.run
        worker.run = lambda texts: (self.seen.extend(texts), run(texts))[1]  # type: ignore[method-assign]
        return worker, first


def test_no_variant_is_tried_twice() -> None:
    spy = Spy(BENCH.workers(store_with(KEYS, "return sorted(self.m, key=str)")))
    assert BENCH.fresh(spy, calls=2500, histories=120).shown
    shrinking = spy.seen[len(BENCH.trial.fresh("seed", calls=2500, histories=120)[0]) :]
    assert len(shrinking) > 20
    assert len(shrinking) - len(set(shrinking)) <= 3, (
        "only starting, numbering anew and confirming may repeat a segment"
    )
