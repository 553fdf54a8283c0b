"""What works on this machine, what is absent, and the one command that closes each gap."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from types import ModuleType

from probatum.engines import kani, miri, mutants, verus
from probatum.engines.reading import Engine
from probatum.errors import SandboxError
from probatum.sandbox import bwrap, landlock, probe, seccomp
from probatum.task.model import LEVELS
from probatum.toolchains.rust.cache import cache_folder
from probatum.toolchains.rust.compiler import INSTALL, Compiler, find_compiler
from probatum.toolchains.rust.concurrent.crates import Crates, Tool, built_crates
from probatum.toolchains.rust.concurrent.instrumented import built_std, source_absent

LEAST_PYTHON = (3, 11)
OK, DEGRADED, BROKEN = "ok", "degraded", "broken"

CORE = ("click", "hypothesis", "rich")
OPTIONAL = (
    ("mypy", "level build: types", "pip install 'probatum[types]'"),
    ("cmaes", "tuning the numbers of programs with an objective", "pip install 'probatum[tune]'"),
    ("z3-solver", "sketches are solved, and that none fits is proved", "pip install 'probatum[smt]'"),
    ("cachetools", "comparing lru_cache with a well-known one", "pip install 'probatum[examples]'"),
    ("sortedcontainers", "candidates of sorted_map may import it", "pip install 'probatum[examples]'"),
)
"""Distribution, what it enables, the command that installs it: only what this version uses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that is there or not."""

    name: str
    present: bool
    needed: bool
    """Whether probatum cannot work without it."""
    detail: str = ""
    """Version or place; or what was seen instead."""
    enables: str = ""
    fix: str = ""
    """The command that changes it; "" when nothing is to be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelHere:
    """A level of the ladder on this machine."""

    level: str
    available: bool
    by: str = ""
    """What does the checking; or why nothing does."""
    fix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The whole examination."""

    state: str
    """ok; degraded: the sandbox does not keep what it should; broken: nothing can be checked."""
    tier: str
    items: tuple[Item, ...]
    levels: tuple[LevelHere, ...]
    protections: tuple[probe.Protection, ...]
    problem: str = ""
    """The worst thing found, in one sentence; "" when all is well."""


def examine() -> Health:
    """Look at everything; the sandbox is tried for real."""
    tier, protections, trouble = _sandbox()
    items = (*_python(), *(_core(name) for name in CORE), *_confinement(tier), *_optional())
    absent = [p.name for p in protections if not p.holds]
    missing = [i for i in items if i.needed and not i.present]
    problem = trouble or (f"{missing[0].name} is missing" if missing else "")
    state = BROKEN if problem else OK
    if not problem and (tier == "plain" or absent):
        state, problem = DEGRADED, f"the sandbox tier {tier} lacks: {', '.join(absent) or 'everything but limits'}"
    present = {i.name for i in items if i.present}
    return Health(
        state=state, tier=tier, items=items, levels=_levels(present), protections=protections, problem=problem
    )


def _sandbox() -> tuple[str, tuple[probe.Protection, ...], str]:
    """The tier, what trying it showed, and why it does not work at all."""
    tier = probe.best_tier()
    try:
        return tier, probe.probe(tier), ""
    except SandboxError as problem:
        return tier, (), f"the sandbox does not start: {problem}"


def _python() -> tuple[Item, ...]:
    version = ".".join(map(str, sys.version_info[:3]))
    fine = sys.version_info[:2] >= LEAST_PYTHON
    fix = "" if fine else "install Python 3.11 or later"
    return (
        Item(name="python", present=fine, needed=True, detail=version, enables="everything", fix=fix),
        Item(name="sqlite", present=True, needed=True, detail=sqlite3.sqlite_version, enables="the journal"),
    )


def _core(name: str) -> Item:
    found = _version(name)
    fix = "" if found else f"pip install {name}"
    return Item(name=name, present=bool(found), needed=True, detail=found, enables="everything", fix=fix)


def _confinement(tier: str) -> tuple[Item, ...]:
    reason = probe.absent_reason()
    linux = sys.platform == "linux"
    abi = landlock.abi() if linux else 0
    machine = seccomp.machine()
    program = bwrap.executable() or ""
    fix = "sysctl -w user.max_user_namespaces=15000" if program else "apt-get install bubblewrap"
    return (
        Item(
            name="bwrap",
            present=reason is None,
            needed=False,
            detail=reason or program,
            enables="sandbox tier bwrap: namespaces around hosts and tools",
            fix=fix if reason and linux else "",
        ),
        Item(
            name="landlock",
            present=abi > 0,
            needed=False,
            detail=f"ABI {abi}" if abi else "not in this kernel",
            enables="sandbox tier lock: no files, no network",
            fix="" if abi else "use Linux 5.13 or later with Landlock enabled (lsm=landlock,...)",
        ),
        Item(
            name="seccomp",
            present=bool(machine),
            needed=False,
            detail=machine or "no filter for this machine",
            enables="sandbox tier lock: a short list of system calls",
            fix="" if machine else "use x86-64 or aarch64 Linux",
        ),
        Item(name="sandbox", present=tier != "plain", needed=False, detail=f"tier {tier}", enables="untrusted code"),
    )


def _optional() -> tuple[Item, ...]:
    made = []
    for name, enables, fix in OPTIONAL:
        found = _version(name)
        made.append(
            Item(name=name, present=bool(found), needed=False, detail=found, enables=enables, fix="" if found else fix)
        )
    rust = find_compiler()
    version = rust.version.splitlines()[0] if rust else ""
    fix = "" if rust else INSTALL
    made.append(Item(name="rustc", present=bool(rust), needed=False, detail=version, enables="Rust", fix=fix))
    made.append(_crates(rust, "loom", "levels memory and schedules of Rust that threads share"))
    made.append(_crates(rust, "shuttle", "in them, drawn schedules of more threads and calls"))
    made += [_engine(engine.find()) for engine in (miri, kani, verus, mutants)]
    return tuple(made)


def _engine(engine: Engine) -> Item:
    """A checker that is installed by hand, and that no shipped task needs."""
    return Item(
        name=engine.name.lower(),
        present=bool(engine.version),
        needed=False,
        detail=engine.version or "absent",
        enables=engine.enables,
        fix="" if engine.version else engine.install,
    )


def _crates(compiler: Compiler | None, tool: Tool, enables: str) -> Item:
    """Whether Loom or Shuttle is built for this compiler; the levels that need it build it where it is not."""
    found = None if compiler is None else built_crates(compiler, cache_folder(), asan=True, tool=tool, fetch=False)
    there = isinstance(found, Crates)
    return Item(
        name=tool,
        present=there,
        needed=False,
        detail="built" if there else "not built" if compiler else "needs rustc",
        enables=enables,
        fix="" if there or compiler is None else "probatum doctor --install rust",
    )


def install_rust(say: Callable[[str], None]) -> str:
    """Fetch and build what levels memory and schedules need for Rust, and try it on its controls; why not, or ""."""
    from probatum.judge.interleaved.controls import freezing_blind, interleaving_blind, sampling_blind
    from probatum.levels.raced import raced_blind

    compiler, cache = find_compiler(), cache_folder()
    if compiler is None:
        return f"there is no Rust compiler here. {INSTALL}"
    tier = probe.best_tier()
    variants: tuple[tuple[Tool, bool], ...] = (("loom", False), ("loom", True), ("shuttle", True))
    for tool, asan in variants:
        say(tool.title() + (" with AddressSanitizer" if asan else ""))
        found = built_crates(compiler, cache, asan=asan, tool=tool)
        blind = interleaving_blind if tool == "loom" else sampling_blind
        why = found if isinstance(found, str) else blind(compiler, found, cache=cache, tier=tier)
        if why:
            return why
    if source_absent(compiler):
        say(f"no ThreadSanitizer: {source_absent(compiler)}")
    else:
        say("a standard library with ThreadSanitizer")
        std = built_std(compiler, cache)
        if why := std if isinstance(std, str) else raced_blind(compiler, std, cache=cache, tier=tier):
            return why
    say("freezing threads")
    return freezing_blind(compiler, cache=cache, tier=tier)


def _levels(present: set[str]) -> tuple[LevelHere, ...]:
    """The ladder here. A level that this version does not have is said to be absent, not left out."""
    from probatum.cascade import EXPLORING, LADDER

    types, rust = "mypy" in present, "rustc" in present
    by = {
        "boundary": "tokenize and ast, in a locked worker",
        "build": "py_compile"
        + (", mypy" if types else "; types are not checked")
        + (", rustc" if rust else "; no Rust candidates"),
        "regression": "stored counterexamples",
        "behaviour": "oracle and laws, exhaustive small scope, fresh inputs",
        "memory": "Loom with AddressSanitizer for Rust that threads share, AddressSanitizer for other `unsafe` Rust"
        if rust
        else "no Rust candidates",
        "conformance": "built in, where a task explores its worlds",
        "schedules": "built in for Python" + ("; Loom and Shuttle for Rust" if rust else ""),
    }
    built = {level.name for level in (*LADDER, EXPLORING)}
    provers = {"bounded": kani, "deductive": verus}
    return tuple(
        _proving(name, provers[name], present)
        if name in provers
        else LevelHere(
            level=name,
            available=name in built,
            by=by.get(name, "built in") if name in built else "not in this version of probatum",
            fix="pip install 'probatum[types]'" if name == "build" and not types else "",
        )
        for name in LEVELS
    )


def _proving(level: str, engine: ModuleType, present: set[str]) -> LevelHere:
    there = engine.NAME.lower() in present
    by = f"{engine.NAME}, for Rust, where a task asks for it" if there else f"{engine.NAME} is absent"
    return LevelHere(level=level, available=there, by=by, fix="" if there else engine.INSTALL)


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""
