"""Failures that need earlier segments: state that outlives an instance. Which segments, and which of their calls?

Every attempt is one fresh process that runs what is left. It counts when any segment fails the law; what comes after
that one is dropped,
so that a fault which counts calls is found again wherever the count comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from probatum.judge.compare import Failure
from probatum.judge.histories import Planned
from probatum.judge.shrink import realise
from probatum.judge.suite import Suite
from probatum.judge.variants import Case, deletions, renumbered, simplifications, without_twins
from probatum.transcript import Transcript

MAX_TRIES = 240
"""Fresh processes spent on finding which earlier calls a failure needs."""
MAX_CALLS = 60_000
"""Calls made in all of them."""

Run = Callable[[Sequence[Planned]], tuple[int, Failure, Transcript] | None]
"""Runs segments in a fresh process: the first that fails the law, how it fails, and the transcript up to it."""


@dataclass(slots=True, kw_only=True)
class Earlier:
    """A failing run while it is being made smaller: its segments, the failing one last."""

    suite: Suite
    run: Run
    segments: list[Planned]
    failure: Failure
    transcript: Transcript
    tries: int = 0
    calls: int = 0
    tried: set[tuple[str, ...]] = field(default_factory=set)

    @property
    def spent(self) -> bool:
        """Whether the effort is used up."""
        return self.tries >= MAX_TRIES or self.calls >= MAX_CALLS

    def shrink(self) -> None:
        """Make it smaller until nothing simpler fails or the effort is spent."""
        self._drop_segments()
        while not self.spent and any(self._improve(index) for index in reversed(range(len(self.segments)))):
            pass
        for index in range(len(self.segments)):
            if index < len(self.segments):
                self._replace(index, renumbered(self._case(index)))

    def _drop_segments(self) -> None:
        chunk = max(1, len(self.segments) // 2)
        while chunk >= 1 and not self.spent:
            start = 0
            while start < len(self.segments) - 1:
                end = min(start + chunk, len(self.segments) - 1)
                if not self._adopt([*self.segments[:start], *self.segments[end:]]):
                    start = end
            chunk //= 2

    def _improve(self, index: int) -> bool:
        """Adopt the first variant of one segment with which the run still fails."""
        if index >= len(self.segments):
            return False
        return any(self._replace(index, variant) for variant in self._variants(index) if not self.spent)

    def _replace(self, index: int, case: Case) -> bool:
        """Adopt the run with another case in place of one segment, if it still fails."""
        planned = realise(self.suite, case)
        if planned is None or index >= len(self.segments):
            return False
        return self._adopt([*self.segments[:index], planned, *self.segments[index + 1 :]])

    def _case(self, index: int) -> Case:
        last = index == len(self.segments) - 1
        return failing_case(self.failure) if last else (self.segments[index].ops, None)

    def _variants(self, index: int) -> Iterator[Case]:
        case = self._case(index)
        yield case
        yield from deletions(case)
        yield from simplifications(self.suite, case)

    def _adopt(self, segments: list[Planned]) -> bool:
        key = tuple(planned.text + planned.uses_text for planned in segments)
        if key in self.tried or self.spent:
            return False
        self.tried.add(key)
        self.tries += 1
        self.calls += sum(len(planned.ops) for planned in segments)
        found = self.run(segments)
        if found is None:
            return False
        at, self.failure, self.transcript = found
        self.segments = segments[: at + 1]
        return True


def failing_case(failure: Failure) -> Case:
    """What of a failing segment is shrunk."""
    ops, use = failure.planned.ops, failure.use
    return without_twins(ops[: use.start], use) if use is not None else (ops[: failure.at + 1], None)


def with_earlier(suite: Suite, run: Run, segments: Sequence[Planned]) -> Earlier | None:
    """The smallest run found on which the law fails, from one whose segments failed it; None when it does not recur."""
    found = run(segments)
    if found is None:
        return None
    at, failure, transcript = found
    earlier = Earlier(suite=suite, run=run, segments=list(segments[: at + 1]), failure=failure, transcript=transcript)
    earlier.shrink()
    return earlier
