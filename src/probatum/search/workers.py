"""Workers: candidates are tried side by side, each worker with a lane of its own; results wait for their turn."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from queue import SimpleQueue

from probatum.candidate import Candidate
from probatum.errors import InfrastructureError
from probatum.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A candidate to try. Its result is a function of this value, the task and the run's secret."""

    index: int
    candidate: Candidate
    stored: tuple[str, ...]
    best_of: int = 1
    confirming: bool = False
    """Whether it was found good before, and is now tried for acceptance: types are asked for, inputs are its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What trying gave: the events to write, or why the infrastructure failed."""

    entries: tuple[Entry, ...] = ()
    failure: str = ""


Assess = Callable[[Job], Result]
Opens = Callable[[], AbstractContextManager[Assess]]
"""Opens what one worker needs (a lane) and gives the function that tries a job with it."""


class _Bench:
    """One worker's place; reopened after it broke."""

    def __init__(self, opens: Opens) -> None:
        self._opens = opens
        self._stack = ExitStack()
        self._assess: Assess | None = None

    def run(self, job: Job) -> Result:
        try:
            if self._assess is None:
                self._assess = self._stack.enter_context(self._opens())
            return self._assess(job)
        except InfrastructureError as problem:
            self.close()
            return Result(failure=str(problem))

    def close(self) -> None:
        self._assess = None
        self._stack.close()


class Workers:
    """A context manager. Jobs run in any order; whoever waits for a `Future` decides the order of results."""

    def __init__(self, opens: Opens, number: int) -> None:
        self._pool = ThreadPoolExecutor(number, thread_name_prefix="probatum-worker")
        self._benches = [_Bench(opens) for _ in range(number)]
        self._free: SimpleQueue[_Bench] = SimpleQueue()
        for bench in self._benches:
            self._free.put(bench)

    def submit(self, job: Job) -> Future[Result]:
        """Try a job as soon as a worker is free."""
        return self._pool.submit(self._run, job)

    def _run(self, job: Job) -> Result:
        bench = self._free.get()
        try:
            return bench.run(job)
        finally:
            self._free.put(bench)

    def close(self) -> None:
        """Drop what has not begun, wait for what has, close the lanes."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        for bench in self._benches:
            bench.close()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
