"""The store tasks mean what they say: laws hold of the oracle, good canaries equal it, bad ones fail as claimed.

A judge in small, without processes: a session drives oracle, candidate or both through random histories and laws.
"""

import random
import sys
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import pytest

from probatum.task.declare import LAW_MARK, Sut, Unsatisfied
from probatum.task.interface import SutClass, interface_of
from probatum.transcript import Call
from probatum.types import Kind, kind_of, mismatch
from probatum.types.codec import encode
from probatum.types.kinds import Int, ListOf

TASKS = Path(__file__).resolve().parents[2] / "tasks"
NAMES = ("kv_store_v1", "bounded_log", "lru_cache", "sorted_map")
LENGTH = 40
# The law of the task that sees a bad canary when it is tried alone, without the oracle beside it.
SEEN_BY = {
    ("kv_store_v1", "forgets_delete"): "deleted_is_gone",
    ("kv_store_v1", "zero_is_absent"): "put_get",
    ("kv_store_v1", "delete_tests_value"): "delete_tells_presence",
    ("kv_store_v1", "stale_length"): "last_put_wins",
    ("kv_store_v1", "growth_drops_a_bucket"): "many_keys",
    ("kv_store_v1", "largest_key_is_sentinel"): "put_get",
    ("kv_store_v1", "shared_between_instances"): "a_new_store_is_empty",
    ("kv_store_v1", "stale_key_cache"): "listed_if_and_only_if_present",
    ("kv_store_v1", "sorts_as_text"): "keys_are_distinct_and_ascending",
    ("bounded_log", "off_by_one"): "holds_exactly_its_capacity",
    ("bounded_log", "drops_the_oldest"): "append_changes_the_end_only",
    ("bounded_log", "refusal_makes_room"): "full_stays_full",
    ("bounded_log", "stale_after_clear"): "clear_empties",
    ("bounded_log", "clear_keeps_room_taken"): "cleared_is_as_new",
    ("bounded_log", "zero_means_default"): "holds_exactly_its_capacity",
    ("bounded_log", "signed_position"): "nothing_beyond_the_end",
    ("bounded_log", "counts_from_one"): "nothing_beyond_the_end",
    ("bounded_log", "growth_forgets_the_last"): "a_large_log_keeps_every_value",
    ("bounded_log", "shared_default"): "logs_do_not_share",
    ("lru_cache", "overwrite_keeps_rank"): "put_makes_newest",
    ("lru_cache", "get_keeps_rank"): "get_makes_newest",
    ("lru_cache", "evicts_the_newest"): "oldest_leaves_first",
    ("lru_cache", "overwrite_evicts"): "overwriting_takes_no_room",
    ("lru_cache", "off_by_one"): "oldest_leaves_first",
    ("lru_cache", "miss_is_stored"): "get_makes_newest",
    ("lru_cache", "capacity_one"): "oldest_leaves_first",
    ("lru_cache", "listing_counts_as_use"): "looking_changes_nothing",
    ("lru_cache", "oldest_first"): "put_makes_newest",
    ("lru_cache", "clock_in_a_byte"): "a_large_cache_keeps_every_key",
    ("lru_cache", "zero_is_a_miss"): "put_get",
    ("lru_cache", "capacity_on_the_class"): "caches_do_not_share",
    ("lru_cache", "signed_capacity"): "any_capacity",
    ("sorted_map", "range_includes_its_end"): "lower_bound_is_in_upper_is_out",
    ("sorted_map", "range_excludes_its_start"): "lower_bound_is_in_upper_is_out",
    ("sorted_map", "reversed_bounds_are_swapped"): "a_reversed_range_is_empty",
    ("sorted_map", "nth_counts_from_one"): "nth_counts_from_zero",
    ("sorted_map", "nth_wraps_at_the_end"): "nth_counts_from_zero",
    ("sorted_map", "keys_on_the_class"): "maps_do_not_share",
    ("sorted_map", "orders_as_unsigned"): "range_ascends_within_its_bounds",
    ("sorted_map", "heir_leaves_its_value"): "other_keys_are_left_alone",
    ("sorted_map", "stale_order"): "range_agrees_with_get",
    ("sorted_map", "overwriting_adds_a_pair"): "last_set_wins",
    ("sorted_map", "splitting_loses_the_middle"): "many_keys",
    ("sorted_map", "largest_key_is_infinity"): "the_ends_are_ordinary_keys",
}
REPAIRS = {
    "kv_store_v1": [("is None\n", "is not None\n")],
    "bounded_log": [("> self.capacity", ">= self.capacity")],
    "lru_cache": [(">= self.capacity", "> self.capacity")],
    "sorted_map": [("lo < key", "lo <= key"), ("i > len", "i >= len")],
}
# These never end, or ask for more memory than there is: only a process with limits can try them.
NOT_RUN_HERE = {
    ("kv_store_v1", "tombstones_fill_the_table"),
    ("bounded_log", "reserves_everything"),
    ("bounded_log", "sign_extending_shift"),
    ("lru_cache", "reserves_everything"),
    ("lru_cache", "self_loop"),
    ("sorted_map", "walks_number_by_number"),
}


class Failed(Exception):
    """A law does not hold; its name is the argument."""


@dataclass
class Handle:
    """An instance, or the same one in two builds; looks like the declared class to a law."""

    session: "Session"
    sides: tuple[Any, ...]
    calls: list[Call] = field(default_factory=list)

    def __getattr__(self, method: str) -> Callable[..., Any]:
        return lambda *args: self.session.call(self, method, args)


@dataclass
class Session:
    """Makes the calls on each of ``builds`` (the oracle first, when both play) and compares what comes back."""

    declared: SutClass
    builds: tuple[type, ...]
    dice: random.Random

    def new(self, *args: Any) -> Handle:
        return Handle(self, tuple(guarded(build, *args) for build in self.builds))

    def call(self, handle: Handle, method: str, args: tuple[Any, ...]) -> Any:
        kind = self.declared.method(method).result
        assert kind is not None
        results = [guarded(getattr(side, method), *args) for side in handle.sides]
        if (problem := mismatch(kind, results[-1])) is not None:
            raise Failed("result_type", problem)
        if len({encode(r) for r in results}) > 1:
            raise Failed("equality", f"{method}{args}: {results}")
        kept = list(results[0]) if type(results[0]) is list else results[0]
        for result in results:
            if type(result) is list:
                result[:] = ["spoiled by the caller"]
        handle.calls.append(Call(sut=self.declared.name, method=method, args=args, result=kept))
        return kept

    def __getattr__(self, name: str) -> Callable[..., Handle]:
        if name != self.declared.name:
            raise AttributeError(name)
        return self.new

    def instance(self) -> Handle:
        (maker,) = self.declared.makers
        return self.new(*[draw(self.dice, p.kind) for p in maker.params])

    def history(self, handles: list[Handle], length: int) -> None:
        """Random calls, each on a random one of the handles."""
        weights = dict(self.declared.mark.weights)
        methods = self.declared.methods
        for _ in range(length):
            (method,) = self.dice.choices(methods, [weights.get(m.name, 1) for m in methods])
            self.call(self.dice.choice(handles), method.name, tuple(draw(self.dice, p.kind) for p in method.params))

    def twins(self, count: int, length: int) -> list[Handle]:
        """Instances that had the same random calls."""
        state, twins = self.dice.getstate(), []
        for _ in range(count):
            self.dice.setstate(state)
            twins.append(self.instance())
            self.history(twins[-1:], length)
        return twins

    def attempt(self, law: Callable[..., Any], oracle: type) -> bool:
        """One trial of a law after a history, and whether its precondition was met; raises `Failed`."""
        hints = get_type_hints(law, include_extras=True)
        hints.pop("return")
        twins = self.twins(sum(h is oracle for h in hints.values()), self.dice.randrange(LENGTH))
        args = [
            self if h is Sut else twins.pop() if h is oracle else draw(self.dice, kind_of(h)) for h in hints.values()
        ]
        try:
            law(*args)
        except AssertionError as problem:
            raise Failed(law.__name__) from problem
        except Failed as problem:
            named = getattr(law, LAW_MARK).kind == "never_raises" and problem.args[0] == "never_raises"
            raise (Failed(law.__name__) if named and len(self.builds) == 1 else problem) from None
        except Unsatisfied:
            return False
        return True


def guarded(function: Callable[..., Any], *args: Any) -> Any:
    try:
        return function(*args)
    except Exception as problem:
        raise Failed("never_raises", repr(problem)) from problem


def draw(dice: random.Random, kind: Kind) -> Any:
    if isinstance(kind, ListOf):
        return [draw(dice, kind.item) for _ in range(dice.randint(kind.min_size, kind.max_size or 8))]
    assert isinstance(kind, Int)
    lo, hi = kind.lo or 0, kind.hi or 0
    if kind.few is not None and dice.random() < 0.75:
        first = lo if lo >= 0 else -(kind.few // 2)
        return dice.randrange(first, min(first + kind.few, hi + 1))
    if dice.random() < 0.5:
        return dice.choice([lo, lo + 1, min(max(lo, 0), hi), hi - 1, hi])
    return max(lo, min(hi, dice.getrandbits(dice.randrange(1, 65)) * dice.choice([1, 1, lo // (abs(lo) or 1) or 1])))


def module_of(file: Path, edits: Sequence[tuple[str, str]] = ()) -> ModuleType:
    """A module run from its source, leaving no byte code beside it; each edit must apply exactly once."""
    source = file.read_text(encoding="utf-8")
    for old, new in edits:
        assert source.count(old) == 1
        source = source.replace(old, new)
    name = "_".join(file.with_suffix("").parts[-4:])
    module = sys.modules[name] = ModuleType(name)
    exec(compile(source, str(file), "exec"), module.__dict__)
    return module


@dataclass(frozen=True)
class Task:
    name: str
    declared: SutClass
    laws: dict[str, Callable[..., Any]]
    sometimes: dict[str, Callable[..., Any]]
    canaries: dict[str, dict[str, dict[str, str]]]

    @property
    def oracle(self) -> type:
        oracle = self.declared.oracle
        assert isinstance(oracle, type)
        return oracle

    def candidate(self, *folders: str, edits: Sequence[tuple[str, str]] = ()) -> type:
        found = getattr(module_of(TASKS.joinpath(self.name, *folders, "sut.py"), edits), self.declared.name)
        assert isinstance(found, type)
        return found

    def session(self, seed: int, *builds: type) -> Session:
        return Session(self.declared, builds, random.Random(f"{self.name}/{seed}"))


@cache
def task(name: str) -> Task:
    space = vars(module_of(TASKS / name / "task.py"))
    marked = {k: v for k, v in space.items() if hasattr(v, LAW_MARK)}
    (declared,) = interface_of(space).classes
    return Task(
        name=name,
        declared=declared,
        laws={k: v for k, v in marked.items() if getattr(v, LAW_MARK).kind != "sometimes"},
        sometimes={k: v for k, v in marked.items() if getattr(v, LAW_MARK).kind == "sometimes"},
        canaries=tomllib.loads((TASKS / name / "canaries.toml").read_text(encoding="utf-8")),
    )


def listed(*kinds: str) -> list[tuple[str, str, str]]:
    """Task, kind and name of the canaries that can be tried in this process, which those in Rust cannot."""
    entries = [(n, k, c, e) for n in NAMES for k in kinds for c, e in task(n).canaries[k].items()]
    entries = [(n, k, c, e) for n, k, c, e in entries if (TASKS / n / "canaries" / k / c / "sut.py").exists()]
    return [
        (n, k, c) for n, k, c, e in entries if e.get("level", "behaviour") == "behaviour" and (n, c) not in NOT_RUN_HERE
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_law_holds_of_the_oracle(name: str) -> None:
    the = task(name)
    assert the.laws
    for law in the.laws.values():
        applied = [the.session(seed, the.oracle).attempt(law, the.oracle) for seed in range(15)]
        rarely = (the.session(seed, the.oracle).attempt(law, the.oracle) for seed in range(15, 400))
        assert any(applied) or any(rarely), f"the precondition of {law.__name__} was never met"


@pytest.mark.parametrize("name", NAMES)
def test_every_interesting_state_is_reached(name: str) -> None:
    the, missing = task(name), set(task(name).sometimes)
    for seed in range(60):
        session = the.session(seed, the.oracle)
        handle = session.instance()
        session.history([handle], 3 * LENGTH)
        for i, call in enumerate(handle.calls):
            hits = {n for n in missing if reached(the.sometimes[n], call, handle.calls[:i])}
            missing -= hits
    assert not missing


def reached(state: Callable[..., Any], call: Call, earlier: list[Call]) -> bool:
    return bool(state(call, earlier) if "earlier" in get_type_hints(state) else state(call))


@pytest.mark.parametrize("name", NAMES)
def test_the_folders_of_canaries_are_the_listed_ones(name: str) -> None:
    for kind in ("bad", "good", "open"):
        folders = {f.name for f in (TASKS / name / "canaries" / kind).iterdir()}
        assert folders == set(task(name).canaries[kind])


def test_every_task_has_canaries_of_each_kind_that_are_tried_here() -> None:
    assert {(n, k) for n, k, _ in listed("good", "bad")} == {(n, k) for n in NAMES for k in ("good", "bad")}


@pytest.mark.parametrize(("name", "kind", "canary"), listed("good", "open"))
def test_a_good_canary_equals_the_oracle(name: str, kind: str, canary: str) -> None:
    the = task(name)
    equals_the_oracle(the, the.candidate("canaries", kind, canary))


def equals_the_oracle(the: Task, candidate: type) -> None:
    """2,000 random calls and a few trials of every law; raises `Failed` at the first difference."""
    for seed in range(20):
        session = the.session(seed, the.oracle, candidate)
        session.history([session.instance() for _ in range(3)], 100)
    for law in the.laws.values():
        for seed in range(3):
            the.session(seed, the.oracle, candidate).attempt(law, the.oracle)


@pytest.mark.parametrize("name", NAMES)
def test_the_stub_is_a_few_edits_from_equal(name: str) -> None:
    the, edits = task(name), REPAIRS[name]
    for left_out in edits:
        with pytest.raises(Failed):
            equals_the_oracle(the, the.candidate("seed", "stub", edits=[e for e in edits if e is not left_out]))
    equals_the_oracle(the, the.candidate("seed", "stub", edits=edits))


@pytest.mark.parametrize("name", NAMES)
def test_the_empty_seed_answers_nothing_right(name: str) -> None:
    with pytest.raises(Failed):
        equals_the_oracle(task(name), task(name).candidate("seed", "empty"))


@pytest.mark.parametrize(("name", "kind", "canary"), listed("bad"))
def test_a_bad_canary_fails_by_the_law_it_names(name: str, kind: str, canary: str) -> None:
    the, law = task(name), task(name).canaries[kind][canary]["law"]
    candidate = the.candidate("canaries", kind, canary)
    random.seed(1)
    assert any(law == failure(the, candidate, law, seed) for seed in range(400))


def failure(the: Task, candidate: type, law: str, seed: int) -> str | None:
    """The first law that one trial refutes: the named one alone on the candidate, or equality with the oracle."""
    try:
        if law in the.laws:
            the.session(seed, candidate).attempt(the.laws[law], the.oracle)
            return None
        session = the.session(seed, the.oracle, candidate)
        session.history([session.instance() for _ in range(3)], 2 * LENGTH)
        for each in the.laws.values():
            session.attempt(each, the.oracle)
    except Failed as problem:
        return str(problem.args[0])
    return None


@pytest.mark.parametrize(("name", "canary"), SEEN_BY)
def test_a_law_alone_sees_the_canary(name: str, canary: str) -> None:
    the, law = task(name), SEEN_BY[name, canary]
    candidate = the.candidate("canaries", "bad", canary)
    assert any(failure(the, candidate, law, seed) == law for seed in range(400))
