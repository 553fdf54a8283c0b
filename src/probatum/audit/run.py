"""The audit of a change: every comparison, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from probatum.audit import bypass, fixtures, subjects
from probatum.audit.configs import compare_configs
from probatum.audit.matching import pair
from probatum.audit.model import Audit, Finding, Place, ordered
from probatum.audit.paths import is_config, is_test_code, is_test_python, task_folders
from probatum.audit.pipelines import compare_pipelines
from probatum.audit.pysource import Unit
from probatum.audit.pytests import Pairs, compare_tests, pair_units, suite_of
from probatum.audit.read import Python, broken_findings, read_python
from probatum.audit.rules import finding
from probatum.audit.rust import Rust, compare_cases, compare_rust, pair_functions, rust_occurrences
from probatum.audit.rustsource import RustFn, read_rust
from probatum.audit.tasks import compare_tasks
from probatum.audit.words import word_occurrences
from probatum.lab.trees import Change

Drift = Callable[[Change, Sequence[str]], Sequence[Finding]]
"""Strength before and after: gets the change and the folders of its tasks, gives findings."""


def wanted(path: str) -> bool:
    """Which unchanged files an audit reads besides the changed ones: helpers of tests, and parts of tasks."""
    return is_test_python(path) or is_config(path) or path.endswith(("task.py", "task.toml", "canaries.toml"))


def audit_change(change: Change, *, drift: Drift | None = None) -> Audit:
    """The findings about a change; ``drift`` adds what running the specifications shows. Pure but for ``drift``."""
    old, new = read_python(change.old), read_python(change.new)
    same = read_python(change.same)
    tasks = sorted(task_folders((*change.old, *change.same)))
    before, after = suite_of(old.tests(same), same.tests(old)), suite_of(new.tests(same), same.tests(new))
    pairs = pair_units(before, after)
    rust, rust_now = _rust(change.old), _rust(change.new)
    functions = pair_functions(rust, rust_now)
    found = [
        *_unread(change),
        *broken_findings(old, new),
        *compare_tests(before, after, pairs, renames(old, new)),
        *compare_tasks(change, old, new, tasks),
        *_outside(old, new),
        *compare_rust(rust, rust_now, functions),
        *compare_cases(rust, rust_now),
        *_constructs(change, (old, new), (rust, rust_now), _fresh(old, pairs, rust, functions)),
        *compare_configs(change),
        *compare_pipelines(change),
        *(drift(change, tasks) if drift is not None else ()),
    ]
    return Audit(
        base=change.base,
        head=change.head,
        findings=ordered(found),
        counts=_counts(change, old, new, tasks),
        unread=change.unread,
        empty=not change.paths,
    )


def renames(old: Python, new: Python) -> dict[str, str]:
    """Functions and methods, tests left out, that have another name and the same body, more or less."""
    before, after = ([*tree.program(), *(u for u in tree.tests() if not u.is_test)] for tree in (old, new))
    gone, come = _lost(before, after), _lost(after, before)
    pairs = pair(
        gone,
        come,
        place=lambda unit: (unit.module.path, unit.name),
        name=lambda unit: (unit.node.name, "never the same"),
        body=lambda unit: unit.body,
        least=0.7,
    )
    found = {a.node.name: b.node.name for a, b in pairs if b is not None}
    classes = {a.owner: b.owner for a, b in pairs if b is not None and a.owner and b.owner and a.owner != b.owner}
    return {**found, **classes}


def _lost(units: Sequence[Unit], others: Sequence[Unit]) -> list[Unit]:
    names = {(unit.owner, unit.node.name) for unit in others}
    return [unit for unit in units if (unit.owner, unit.node.name) not in names]


def _unread(change: Change) -> Iterator[Finding]:
    for path, why in change.unread:
        if is_test_code(path) or wanted(path):
            yield finding("not-read", path, f"{path} is {why}", new=Place(file=path, line=1))


def _by_place(python: Python) -> dict[str, Unit]:
    return {f"{unit.module.path}:{unit.name}": unit for unit in python.tests()}


def _outside(old: Python, new: Python) -> Iterator[Finding]:
    before, after = _by_place(old), _by_place(new)
    yield from fixtures.compare_hooks(before, after)
    yield from fixtures.compare_autouse(before, after)
    yield from subjects.compare_subjects(old, new)


def _rust(files: Mapping[str, bytes]) -> Rust:
    return {path: read_rust(path, data) for path, data in sorted(files.items()) if path.endswith(".rs")}


def _fresh(old: Python, pairs: Pairs, rust: Rust, functions: Sequence[tuple[RustFn, RustFn | None]]) -> bypass.Fresh:
    """Test code that is new as a whole: a function without an earlier self, or a file without one."""
    known = {(b.module.path, b.name) for _, b in pairs if b is not None}
    known |= {(b.file.path, b.name) for _, b in functions if b is not None}
    files = {path for path, _ in known} | set(old.modules) | set(rust)

    def fresh(item: bypass.Occurrence) -> bool:
        path = item.place.file
        tests = is_test_code(path) or "tests." in item.scope
        if not tests or not item.scope or path not in files:
            return tests and path not in files
        here = [f"{name}." for where, name in known if where == path]
        return not any(f"{item.scope}.".startswith(name) or name.startswith(f"{item.scope}.") for name in here)

    return fresh


def _constructs(
    change: Change, python: tuple[Python, Python], rust: tuple[Rust, Rust], fresh: bypass.Fresh
) -> Iterator[Finding]:
    before = list(_occurrences(change.old, python[0], rust[0]))
    after = list(_occurrences(change.new, python[1], rust[1]))
    yield from bypass.compare_occurrences(before, after, fresh)


def _occurrences(files: Mapping[str, bytes], python: Python, rust: Rust) -> Iterator[bypass.Occurrence]:
    for path, module in python.modules.items():
        if "/canaries/" in f"/{path}":
            continue  # bad on purpose
        yield from bypass.python_occurrences(module, files[path])
    for file in rust.values():
        yield from rust_occurrences(file)
    for path, data in sorted(files.items()):
        yield from word_occurrences(path, data)


def _counts(change: Change, old: Python, new: Python, tasks: Sequence[str]) -> tuple[tuple[str, int], ...]:
    counts: Mapping[str, int] = {
        "files": len(change.paths),
        "python files": len({*old.modules, *new.modules}),
        "rust files": len({p for p in change.paths if p.endswith(".rs")}),
        "tests before": sum(unit.collected for unit in old.tests()),
        "tests after": sum(unit.collected for unit in new.tests()),
        "tasks": sum(any(path.startswith(f"{folder}/") for path in change.paths) for folder in tasks),
    }
    return tuple(counts.items())
