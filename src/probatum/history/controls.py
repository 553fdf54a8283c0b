"""Controls of the levels that run concurrent Rust: one that cannot see its own bad stack, or refuses a good one, is
absent on this machine."""

from __future__ import annotations

from pathlib import Path

from probatum.history.explored import STACK, judge_explored
from probatum.sandbox.policy import Tier
from probatum.toolchains.rust.compiler import Compiler
from probatum.toolchains.rust.concurrent import explore as concurrent
from probatum.toolchains.rust.concurrent.clients import Call, Client, Method, Subject
from probatum.toolchains.rust.concurrent.crates import Crates
from probatum.toolchains.rust.concurrent.progress import progress_of

CONTROLS = Path(concurrent.__file__).with_name("controls")
METHODS = (Method(name="push", takes="value"), Method(name="pop"), Method(name="is_empty"))
SUBJECT = Subject(type="Stack<VALUE>", make="Stack::new()", methods=METHODS)
POP: Call = ("pop", 0)
CLIENT = Client(threads=((("push", 1), POP), (("push", 2), ("push", 3), POP)), after=(POP,) * 4)
FREEZING = Client(before=(("push", 1), ("push", 2)), threads=((("push", 3), POP), (("push", 4), POP)))


def interleaving_blind(compiler: Compiler, crates: Crates, *, cache: Path, tier: Tier) -> str:
    """Why interleavings are not to be trusted here; empty when a lock is held and a bad stack refuted for its reason.

    Without the sanitizer the bad one hands a node over without an ordering; with it, it frees a node too early.
    """
    name, kind = ("early_free", "address") if crates.asan else ("relaxed_publish", "race")
    for control, expected in (("mutex", (True, "complete")), (name, (False, kind))):
        source = (CONTROLS / f"{control}.rs").read_text()
        explored = concurrent.explore(compiler, crates, source, SUBJECT, [CLIENT], bound=2, cache=cache, tier=tier)
        found = judge_explored(explored, STACK, [method.name for method in METHODS])
        if (found.holds, found.kind) != expected:
            return f"control {control}.rs should end in {expected[1]}, but ends in {found.kind}: {found.why}"
    return ""


def freezing_blind(compiler: Compiler, *, cache: Path, tier: Tier) -> str:
    """Why freezing is not to be trusted here; empty when it tells a lock from a stack without one."""
    for control, expected in (("mutex", "blocking"), ("kept_garbage", "lock-free not refuted")):
        source = (CONTROLS / f"{control}.rs").read_text()
        found = progress_of(compiler, source, SUBJECT, [FREEZING], cache=cache, tier=tier)
        if found.tested != expected:
            return f"control {control}.rs should be {expected}, but is {found.tested}: {found.why}"
    return ""
