"""`@concurrent`: threads use a declared class at once, and its oracle is the sequential specification."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, overload

T = TypeVar("T")
CONCURRENT_MARK = "__probatum_concurrent__"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcurrentMark:
    """What `@concurrent` was told."""

    threads: int = 2
    """The most threads, or tasks, of a program."""
    tasks: bool = False
    """Whether tasks share the object, which take turns where they await, and not threads."""
    calls: int = 2
    """The most calls of one thread."""
    preemptions: int = 2
    """Switches away from a thread within a call that could have gone on; switches between calls are free."""
    waits: tuple[str, ...] = ()
    """Methods that wait while `assume` in their oracle is not met; for the others that is outside of what is said."""
    states: int = 8
    """The most states, those after the fewest calls, that programs start in."""
    requirements: tuple[str, ...] = ()
    """Requirements that linearizability and the absence of deadlock cover."""
    values: int = 2
    """Small values of each argument that programs choose from."""
    patterns: tuple[str, ...] = ()
    """Programs that are tried for sure (Rust): ``"push push / pop | pop pop push"`` names the calls before threads
    start, then those of each thread. Arguments are drawn from the small ones; ``insert#2`` takes the third of them, and
    ``free@0`` what the first call answered, counted from those before on, then within the thread."""
    choices: int = 4
    """How often a pattern is tried with other arguments, where they matter."""
    after: tuple[str, ...] = ()
    """Methods that look at the object when the threads have ended (Rust); one without arguments is called once for
    each time it is named."""
    hints: tuple[str, ...] = ()
    """Methods that change nothing and answer exactly only while no other call is open, such as a length."""
    gives_up: tuple[str, ...] = ()
    """Methods that beside another call may do nothing and answer nothing, None or an empty list (Rust).
    An oracle that allows several answers has a method for that, which takes the answer last: ``_beside_NAME`` for calls
    that others are open beside, ``_allows_NAME`` for all."""
    apart: tuple[str, ...] = ()
    """Parameters whose value belongs to one thread at a time, such as a handle."""
    crowd: int = 0
    """The threads of larger programs of which some schedules are drawn (Rust); 0: as many as ``threads``."""
    cancels: tuple[str, ...] = ()
    """Coroutine methods whose calls may be cancelled while they wait; then they end in CancelledError and leave no
    trace."""

    @property
    def who(self) -> str:
        """What makes the calls of a program."""
        return "task" if self.tasks else "thread"


def methods_in(pattern: str) -> list[str]:
    """The methods that a pattern names, without the arguments it picks; one that is not said so stays as it is."""
    return [re.sub(r"[#@]\d+$", "", name) for name in re.split(r"[\s/|]+", pattern) if name]


@overload
def concurrent(target: T, /) -> T: ...
@overload
def concurrent(
    *,
    threads: int | None = ...,
    tasks: int | None = ...,
    calls: int = ...,
    preemptions: int = ...,
    waits: Sequence[str] = ...,
    states: int = ...,
    requirements: Sequence[str] = ...,
    values: int = ...,
    patterns: Sequence[str] = ...,
    choices: int = ...,
    after: Sequence[str] = ...,
    hints: Sequence[str] = ...,
    gives_up: Sequence[str] = ...,
    apart: Sequence[str] = ...,
    crowd: int = ...,
    cancels: Sequence[str] = ...,
) -> Callable[[T], T]: ...
def concurrent(
    target: Any = None,
    /,
    *,
    threads: int | None = None,
    tasks: int | None = None,
    calls: int = 2,
    preemptions: int = 2,
    waits: Sequence[str] = (),
    states: int = 8,
    requirements: Sequence[str] = (),
    values: int = 2,
    patterns: Sequence[str] = (),
    choices: int = 4,
    after: Sequence[str] = (),
    hints: Sequence[str] = (),
    gives_up: Sequence[str] = (),
    apart: Sequence[str] = (),
    crowd: int = 0,
    cancels: Sequence[str] = (),
) -> Any:
    """Declare that instances of a `@sut` class are shared by threads: small programs of ``threads`` threads with up to
    ``calls`` calls each are run by every schedule of up to ``preemptions`` preemptions, and every history must be
    linearizable against the oracle. Candidates may import `probatum.sync`; in Rust, where ``patterns`` of calls can be
    named and ``after`` looks at what is left, they use ``crate::sync``. Answers of ``hints`` are held to the oracle
    only where no other call is open; methods of ``gives_up`` may do nothing beside another call; no two threads pass
    the same value for a parameter of ``apart``. In Rust some schedules of programs of ``crowd`` threads are drawn
    besides.

    A class with `async def` methods is shared by ``tasks`` tasks of one event loop instead: they take turns where they
    await, and candidates import `probatum.aio`. Calls of ``cancels`` are also cancelled at each of their awaits."""
    if threads is not None and tasks is not None:
        raise ValueError("@concurrent is told of threads or of tasks, not of both")
    mark = ConcurrentMark(
        threads=threads or tasks or 2,
        tasks=tasks is not None,
        calls=calls,
        preemptions=preemptions,
        waits=tuple(waits),
        states=states,
        requirements=tuple(requirements),
        values=values,
        patterns=tuple(patterns),
        choices=choices,
        after=tuple(after),
        hints=tuple(hints),
        gives_up=tuple(gives_up),
        apart=tuple(apart),
        crowd=crowd,
        cancels=tuple(cancels),
    )

    def attach(cls: Any) -> Any:
        setattr(cls, CONCURRENT_MARK, mark)
        return cls

    return attach if target is None else attach(target)
