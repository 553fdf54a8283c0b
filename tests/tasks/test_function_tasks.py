"""What the function tasks claim about themselves, tried in-process with plain seeded inputs and without the judge.

The oracle meets its laws, good and open canaries meet them too, and every bad canary breaks the law that it names.
"""

import ast
import builtins
import importlib.util
import random
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import pytest

from probatum import Call
from probatum.task.declare import LAW_MARK, SUT_MARK, LawMark, Unsatisfied
from probatum.types.annotations import kind_of
from probatum.types.conform import mismatch, revive
from probatum.types.kinds import Bool, Choice, Int, Kind, ListOf, Record

TASKS = Path(__file__).resolve().parents[2] / "tasks"
NAMES = ("binary_search", "quorum_count", "marzullo", "sensor_poll_v2")

PLAIN_CALLS = 1200
LAW_CASES = 1400
"""Shared by the laws of a task."""

# Only a process of its own shows these: they hang, fill the memory, or differ from one process to the next.
NEEDS_A_PROCESS = {
    ("binary_search", "spins_on_two"): "returns",
    ("binary_search", "any_by_hash"): "deterministic",
    ("binary_search", "any_at_random"): "deterministic",
    ("sensor_poll_v2", "answers_by_chance"): "deterministic",
    ("marzullo", "walks_every_point"): "returns",
    ("quorum_count", "flag_per_node"): "memory",
}


# --- drawing


def draw(kind: Kind, rng: random.Random) -> Any:
    """A value of the kind: small colliding numbers, edges and the full range."""
    value = draw_plain(kind, rng)
    for normalise in kind.mapped:
        value = normalise(value)
    return value


def draw_plain(kind: Kind, rng: random.Random) -> Any:
    if isinstance(kind, Int):
        return draw_int(kind, rng)
    if isinstance(kind, Bool):
        return rng.random() < 0.5
    if isinstance(kind, Choice):
        return rng.choice(kind.members)
    if isinstance(kind, ListOf):
        most = kind.max_size or 8
        usual = min(most, kind.min_size + 6) if rng.random() < 0.9 else most
        return [draw(kind.item, rng) for _ in range(rng.randint(kind.min_size, usual))]
    if isinstance(kind, Record):
        return kind.cls(*(draw(field, rng) for _, field in kind.fields))
    raise TypeError(f"these tasks draw no {kind}")


def draw_int(kind: Int, rng: random.Random) -> int:
    assert kind.lo is not None and kind.hi is not None
    lo, hi = int(kind.lo), int(kind.hi)
    way = rng.random()
    if kind.few is not None and way < 0.85:
        start = max(lo, -(kind.few // 2))
        return start + rng.randrange(kind.few)
    return rng.choice((lo, hi, lo + 1, hi - 1)) if way < 0.95 else rng.randint(lo, hi)


# --- the task and its candidates


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A law with the kinds of what it draws."""

    name: str
    body: Any
    mark: LawMark
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """A task.py, read."""

    module: ModuleType
    method: str
    params: tuple[Kind, ...]
    result: Kind
    any_answer: bool
    laws: tuple[Law, ...]
    sometimes: tuple[Law, ...]
    answers: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    @property
    def oracle(self) -> Any:
        return getattr(self.module, self.method)


@cache
def spec(task: str) -> Spec:
    loader = importlib.util.spec_from_file_location(f"task_{task}", TASKS / task / "task.py")
    assert loader is not None and loader.loader is not None
    module = importlib.util.module_from_spec(loader)
    sys.modules[module.__name__] = module
    loader.loader.exec_module(module)
    declared = [v for v in vars(module).values() if hasattr(v, SUT_MARK)]
    laws = [law_of(v) for v in vars(module).values() if hasattr(v, LAW_MARK)]
    (function,) = declared
    hints = get_type_hints(function, include_extras=True)
    return Spec(
        module=module,
        method=function.__name__,
        params=tuple(kind_of(hint) for name, hint in hints.items() if name != "return"),
        result=kind_of(hints["return"]),
        any_answer=getattr(function, SUT_MARK).answers == "any",
        laws=tuple(law for law in laws if law.mark.kind != "sometimes"),
        sometimes=tuple(law for law in laws if law.mark.kind == "sometimes"),
    )


def law_of(body: Any) -> Law:
    mark: LawMark = getattr(body, LAW_MARK)
    hints = get_type_hints(body, include_extras=True)
    drawn = list(hints.items())[1:] if mark.kind != "sometimes" else []
    kinds = tuple(kind_of(hint) for name, hint in drawn if name != "return")
    return Law(name=body.__name__, body=body, mark=mark, kinds=kinds)


def candidate(task: str, folder: str) -> Any:
    """The candidate's function, as a worker would load it: record classes injected, and importable from `interface`."""
    namespace: dict[str, Any] = {"__name__": "sut"} | records(spec(task))
    source = (TASKS / task / folder / "sut.py").read_text(encoding="utf-8")
    exec(compile(source, f"{task}/{folder}/sut.py", "exec"), namespace)
    return namespace[spec(task).method], namespace


def records(read: Spec) -> dict[str, Any]:
    return {name: getattr(read.module, name) for name in ("Report", "Interval") if hasattr(read.module, name)}


@pytest.fixture(autouse=True)
def interface_module(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    task = request.node.callspec.params.get("task") if hasattr(request.node, "callspec") else None
    if task:
        module = ModuleType("interface")
        vars(module).update(records(spec(task)))
        monkeypatch.setitem(sys.modules, "interface", module)


def own(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Arguments whose lists may be changed; items are numbers and records."""
    return tuple(list(arg) if isinstance(arg, list) else arg for arg in args)


def answer(read: Spec, args: tuple[Any, ...]) -> Any:
    """The oracle's answer, worked out once for all candidates; raises `Unsatisfied`."""
    key = tuple(tuple(arg) if isinstance(arg, list) else arg for arg in args)
    if key not in read.answers:
        problems = [mismatch(kind, arg) for kind, arg in zip(read.params, args, strict=True)]
        assert problems == [None] * len(args), f"a law asks for an illegal call: {problems}"
        try:
            read.answers[key] = read.oracle(*own(args))
        except Unsatisfied:
            read.answers[key] = Unsatisfied
    if read.answers[key] is Unsatisfied:
        raise Unsatisfied
    return read.answers[key]


@dataclass(slots=True, kw_only=True)
class Handle:
    """What a law calls: the candidate, compared with the oracle; broken built-in laws are noted by name."""

    read: Spec
    function: Any
    namespace: dict[str, Any]
    broken: set[str] = field(default_factory=set)
    calls: list[Call] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        if name != self.read.method:
            raise AttributeError(name)
        return self.call

    def call(self, *args: Any) -> Any:
        """Unsatisfied when the oracle refuses the arguments; a broken built-in law ends the case."""
        args = own(args)
        expected = answer(self.read, args)
        given = [self.theirs(arg) for arg in args]
        try:
            result = self.function(*given)
        except Exception as problem:
            self.fail("never_raises", problem)
        if type(result).__bases__ == (tuple,):
            result = tuple(result)
        if mismatch(self.read.result, result) is not None:
            self.fail("result_type", None)
        result = revive(self.read.result, result)
        if not self.read.any_answer and result != expected:
            self.broken.add("equality")
        self.calls.append(Call(sut=self.read.method, method=self.read.method, args=args, result=result))
        for arg in given:
            if isinstance(arg, list):
                arg.clear()
        return result

    def fail(self, law: str, problem: Exception | None) -> None:
        self.broken.add(law)
        raise AssertionError(law) from problem

    def theirs(self, arg: Any) -> Any:
        """The argument with the candidate's own record classes."""
        if isinstance(arg, list):
            return [self.theirs(item) for item in arg]
        return self.namespace[type(arg).__name__](*arg) if isinstance(arg, tuple) else arg


def run_law(law: Law, args: tuple[Any, ...], handle: Handle) -> str:
    """ "held", "failed" or "outside" (of the preconditions)."""
    try:
        law.body(handle, *own(args))
    except Unsatisfied:
        return "outside"
    except AssertionError:
        return "failed"
    return "held"


def cases(read: Spec, law: Law, count: int, seed: int = 0) -> Iterator[tuple[Any, ...]]:
    rng = random.Random(f"{law.name} {seed}")
    return (tuple(draw(kind, rng) for kind in law.kinds) for _ in range(count))


@cache
def inside(task: str, name: str, count: int) -> tuple[tuple[Any, ...], ...]:
    """Inputs of a law that the oracle accepts; at most eight are drawn for each."""
    read = spec(task)
    (law,) = (law for law in read.laws if law.name == name)
    handle = Handle(read=read, function=read.oracle, namespace=records(read))
    found = (args for args in cases(read, law, 8 * count) if run_law(law, args, handle) != "outside")
    return tuple(islice(found, count))


@cache
def plain_calls(task: str, count: int) -> tuple[tuple[Any, ...], ...]:
    """Legal calls of the declared function; at most eight are drawn for each."""
    read, rng = spec(task), random.Random(1)
    drawn = (tuple(draw(kind, rng) for kind in read.params) for _ in range(8 * count))
    return tuple(islice((args for args in drawn if is_legal(read, args)), count))


def is_legal(read: Spec, args: tuple[Any, ...]) -> bool:
    try:
        answer(read, args)
    except Unsatisfied:
        return False
    return True


def broken_laws(task: str, folder: str, *, plain: int, laws: int, until: str | None = None) -> set[str]:
    """Names of the laws that the candidate breaks; with ``until``, stops when that one is broken."""
    read = spec(task)
    function, namespace = candidate(task, folder)
    handle = Handle(read=read, function=function, namespace=namespace)
    for args in plain_calls(task, plain):
        try:
            handle.call(*args)
        except AssertionError:
            continue
        if until in handle.broken:
            return handle.broken
    for law in sorted(read.laws, key=lambda law: law.name != until):
        for args in inside(task, law.name, laws // len(read.laws)):
            if run_law(law, args, handle) == "failed":
                handle.broken.add(law.name)
            if until in handle.broken:
                return handle.broken
    return handle.broken


def listed(task: str) -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads((TASKS / task / "canaries.toml").read_text(encoding="utf-8"))


def named(*kinds: str, level: str | None = None) -> list[tuple[str, str, str]]:
    return [
        (task, kind, name)
        for task in NAMES
        for kind in kinds
        for name, entry in listed(task)[kind].items()
        if level in (None, entry.get("level")) and (task, name) not in NEEDS_A_PROCESS
        if (TASKS / task / "canaries" / kind / name / "sut.py").exists()  # those in Rust need a process, too
    ]


# --- claims


@pytest.mark.parametrize("task", NAMES)
def test_the_oracle_meets_every_law_on_inputs_that_are_mostly_legal(task: str) -> None:
    read = spec(task)
    for law in read.laws:
        handle = Handle(read=read, function=read.oracle, namespace=records(read))
        outcomes = [run_law(law, args, handle) for args in cases(read, law, 500)]
        assert "failed" not in outcomes, law.name
        assert outcomes.count("held") >= 125, (law.name, outcomes.count("held"))


@pytest.mark.parametrize("task", NAMES)
def test_every_sometimes_is_reached_by_few_calls(task: str) -> None:
    read = spec(task)
    handle = Handle(read=read, function=read.oracle, namespace=records(read))
    for args in plain_calls(task, PLAIN_CALLS):
        handle.call(*args)
    for law in read.laws:
        for args in inside(task, law.name, LAW_CASES // len(read.laws)):
            run_law(law, args, handle)
    never = [goal.name for goal in read.sometimes if not any(goal.body(call) for call in handle.calls)]
    assert not never


@pytest.mark.parametrize("task", NAMES)
def test_every_law_has_a_sentence_and_a_known_requirement(task: str) -> None:
    table = tomllib.loads((TASKS / task / "task.toml").read_text(encoding="utf-8"))
    known = {row["id"] for row in table["requirements"]}
    cited: set[str] = set(getattr(spec(task).oracle, SUT_MARK).requirements)
    for law in spec(task).laws:
        assert law.body.__doc__ and law.body.__doc__.endswith("."), law.name
        assert law.mark.requirements, law.name
        cited |= set(law.mark.requirements)
    assert cited == known
    assert {row["about"] for row in table["assumptions"]} == {"time", "ordering", "failures", "adversary"}


@pytest.mark.parametrize("task", NAMES)
def test_canaries_toml_lists_exactly_the_folders_and_names_existing_laws(task: str) -> None:
    table = listed(task)
    for kind in ("bad", "good", "open"):
        assert set(table[kind]) == {f.name for f in (TASKS / task / "canaries" / kind).iterdir()}
        assert all(entry["why"].endswith(".") for entry in table[kind].values())
    builtin = {"equality", "result_type", "never_raises", "returns", "memory", "deterministic"}
    laws = {law.name for law in spec(task).laws} | builtin
    behaviour = [entry["law"] for entry in table["bad"].values() if entry["level"] == "behaviour"]
    assert set(behaviour) <= laws
    assert len(behaviour) >= 7
    assert {"boundary", "build"} <= {entry["level"] for entry in table["bad"].values()}


@pytest.mark.parametrize(("task", "kind", "name"), named("good", "open"))
def test_good_and_open_canaries_break_nothing(task: str, kind: str, name: str) -> None:
    assert len(plain_calls(task, PLAIN_CALLS)) == PLAIN_CALLS
    broken = broken_laws(task, f"canaries/{kind}/{name}", plain=PLAIN_CALLS, laws=LAW_CASES)
    assert not broken


@pytest.mark.parametrize(("task", "kind", "name"), named("bad", level="behaviour"))
def test_a_bad_canary_breaks_the_law_it_names(task: str, kind: str, name: str) -> None:
    random.seed(7)  # canaries that fail by chance
    law = listed(task)[kind][name]["law"]
    broken = broken_laws(task, f"canaries/{kind}/{name}", plain=PLAIN_CALLS, laws=LAW_CASES, until=law)
    assert law in broken


@pytest.mark.parametrize(("task", "kind", "name"), [*named("bad", level="boundary"), *named("bad", level="build")])
def test_a_bad_canary_below_behaviour_is_what_it_says(task: str, kind: str, name: str) -> None:
    folder = TASKS / task / "canaries" / kind / name
    source = (folder / "sut.py").read_text(encoding="utf-8")
    law = listed(task)[kind][name]["law"]
    if law == "compiles":
        with pytest.raises(SyntaxError):
            compile(source, name, "exec")
        return
    tree = ast.parse(source)
    functions = {f.name: len(f.args.args) for f in tree.body if isinstance(f, ast.FunctionDef)}
    fits = functions.get(spec(task).method) == len(spec(task).params)
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    claims = {
        "editable_files": len(list(folder.iterdir())) > 1,
        "listed_constructs": bool(modules & {"os", "time", "inspect", "threading"}),
        "interface": not fits,
        "types": bool(undefined(tree)),
    }
    assert claims[law]
    assert [claim for claim, true in claims.items() if true] == [law]


def undefined(tree: ast.Module) -> set[str]:
    """Names that are read and that nothing in the module, no parameter and no builtin defines."""
    nodes = list(ast.walk(tree))
    read = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    made = {n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    made |= {n.arg for n in nodes if isinstance(n, ast.arg)} | {n.name for n in nodes if isinstance(n, ast.FunctionDef)}
    made |= {a.name for n in nodes if isinstance(n, ast.Import | ast.ImportFrom) for a in n.names}
    return read - made - set(dir(builtins)) - {"Interval", "Report"}


@pytest.mark.parametrize("task", NAMES)
@pytest.mark.parametrize("seed", ["stub", "empty"])
def test_a_seed_is_refuted(task: str, seed: str) -> None:
    assert broken_laws(task, f"seed/{seed}", plain=PLAIN_CALLS, laws=LAW_CASES)


REPAIRS = {
    "binary_search": ("while lo < hi:", "while lo <= hi:"),
    "quorum_count": ("distinct > 2 * n // 3 + 1", "distinct >= 2 * n // 3 + 1"),
    "marzullo": ("j.lo <= i.hi < j.hi", "j.lo <= i.hi <= j.hi"),
    "sensor_poll_v2": ("if r.hi > hi:", "if r.hi < hi:"),
}


@pytest.mark.parametrize("task", NAMES)
def test_one_edit_repairs_the_stub(task: str, tmp_path: Path) -> None:
    source = (TASKS / task / "seed/stub/sut.py").read_text(encoding="utf-8")
    before, after = REPAIRS[task]
    assert source.count(before) == 1
    (tmp_path / "sut.py").write_text(source.replace(before, after), encoding="utf-8")
    assert not broken_laws(task, str(tmp_path), plain=PLAIN_CALLS, laws=LAW_CASES)
