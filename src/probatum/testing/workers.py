"""Workers without processes, for tests of the judge and of tasks: honest ones in process, and scripted hostile ones.

Nothing here confines the candidate: it runs in the process of the test. Use it for code you wrote yourself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from probatum.judge.ports import Opening, Worker
from probatum.lab.rng import swap_shared_state
from probatum.toolchains.python import boundary
from probatum.toolchains.python import worker as worker_module
from probatum.toolchains.python.interleave.programs import Player
from probatum.transcript import Ending
from probatum.types import codec

OWN_MODULES = ("sut", "interface", "probatum.sync", "probatum.aio")
"""Modules that a worker installs for its candidate; put aside between calls, so that several candidates can live side
by side.
"""


class InProcessWorker:
    """The real worker code in this process: the same replies, byte for byte, without a sandbox or limits."""

    def __init__(self, source: str, outline: Mapping[str, Any], random_seed: int, threads: int = 0) -> None:
        make_player = Player if outline.get("sync") else None
        outline = {**outline, "threads": threads} if threads else outline
        self._worker = worker_module.Worker(codec, boundary, make_player)  # type: ignore[no-untyped-call]
        self._modules: dict[str, ModuleType] = {}
        self._random: object | None = None
        self._segments = 0
        self.loaded = self._ask(f'["load",{codec.encode(source)},{codec.encode(dict(outline))},{random_seed}]')[0]

    def run(self, texts: Sequence[str]) -> Iterator[bytes]:
        """Replies to segments, one each."""
        yield from self._ask('["run",[' + ",".join(texts) + "]]")

    def programs(self, items: Sequence[str]) -> Iterator[bytes]:
        """Replies to programs of threads, one each."""
        yield from self._ask('["threads",[' + ",".join(items) + "]]")

    def segment(self) -> bool:
        """Begin a stepped segment."""
        return self._ask('["segment"]') == [b"null"]

    def step(self, text: str) -> bytes | None:
        """Make one call."""
        return self._ask(f'["step",{text}]')[0]

    def steps(self, texts: Sequence[str]) -> Iterator[bytes]:
        """Make calls, all before the first reply is taken."""
        yield from [self._ask(f'["step",{text}]')[0] for text in texts]

    def close(self) -> Ending:
        """Nothing to end but calls that wait for ever: the candidate's module is dropped."""
        self._ask('["segment"]')
        return Ending(how="exit", detail="status 0")

    def _ask(self, frame: str) -> list[bytes]:
        """Answer one frame with the candidate's own modules and random generator in place."""
        outer_random = swap_shared_state(self._random)
        outer_modules = {name: sys.modules.pop(name) for name in OWN_MODULES if name in sys.modules}
        sys.modules.update(self._modules)
        try:
            return [reply.encode() for reply in self._worker.answer(frame.encode())]  # type: ignore[no-untyped-call]
        finally:
            self._random = swap_shared_state(outer_random)
            self._modules = {name: sys.modules.pop(name) for name in OWN_MODULES if name in sys.modules}
            sys.modules.update(outer_modules)


@dataclass(slots=True, kw_only=True)
class InProcessWorkers:
    """Opens workers in this process. ``outline`` is `Interface.outline()`, ``control`` the source deciding blame."""

    outline: Mapping[str, Any]
    candidate: str
    control: str = ""
    opened: list[Opening] = field(default_factory=list)
    """Every opening so far: what a trial would have cost in processes."""

    def open(self, opening: Opening) -> tuple[Worker, bytes | None]:
        """A fresh worker and its reply to loading."""
        self.opened.append(opening)
        source = self.control or self.candidate if opening.control else self.candidate
        worker = InProcessWorker(source, self.outline, opening.random_seed, opening.threads)
        return worker, worker.loaded


LOST = Ending(how="signal", detail="signal 11", cpu_s=0.01, wall_s=0.01, max_rss_mb=10.0)

Twist = Callable[[int, bytes], bytes | None]
"""From the number of a reply (of this process, loading not counted) and the honest bytes to the bytes sent; None
loses the process.
"""


class ScriptedWorker:
    """An honest worker whose bytes are twisted on the way out."""

    def __init__(self, honest: InProcessWorker, twist: Twist, ending: Ending) -> None:
        self._honest = honest
        self._twist = twist
        self._ending = ending
        self._count = 0
        self._lost = False

    def run(self, texts: Sequence[str]) -> Iterator[bytes]:
        """Twisted replies until the process is lost."""
        for text in texts:
            reply = self._say(b"".join(self._honest.run([text])))
            if reply is None:
                return
            yield reply

    def programs(self, items: Sequence[str]) -> Iterator[bytes]:
        """Twisted replies until the process is lost."""
        for item in items:
            reply = self._say(b"".join(self._honest.programs([item])))
            if reply is None:
                return
            yield reply

    def segment(self) -> bool:
        """Begin a stepped segment; a lost process does not."""
        return not self._lost and self._honest.segment()

    def step(self, text: str) -> bytes | None:
        """One call, its bytes twisted."""
        return self._say(self._honest.step(text) or b"")

    def steps(self, texts: Sequence[str]) -> Iterator[bytes]:
        """Twisted replies until the process is lost."""
        for honest in self._honest.steps(texts):
            reply = self._say(honest)
            if reply is None:
                return
            yield reply

    def close(self) -> Ending:
        """How the script says that the process ended."""
        return self._ending if self._lost or self._ending.how == "protocol" else Ending(how="exit")

    def _say(self, honest: bytes) -> bytes | None:
        if self._lost:
            return None
        said = self._twist(self._count, honest)
        self._count += 1
        self._lost = said is None
        return said


@dataclass(slots=True, kw_only=True)
class ScriptedWorkers:
    """Opens workers that say what a script wants: hostile bytes without hostile processes. The control stays honest.

    ``ending`` is how a lost process ended; ``how="protocol"`` stands for bytes after the last reply. ``loading``
    replaces the reply to loading, and ``control_twist`` makes the control fail too.
    """

    honest: InProcessWorkers
    twist: Twist = lambda number, reply: reply
    ending: Ending = LOST
    loading: Callable[[bytes], bytes | None] = lambda reply: reply
    control_twist: Twist | None = None

    def open(self, opening: Opening) -> tuple[Worker, bytes | None]:
        """A fresh worker and its (perhaps replaced) reply to loading."""
        worker, loaded = self.honest.open(opening)
        assert isinstance(worker, InProcessWorker) and loaded is not None
        twist = self.control_twist if opening.control else self.twist
        if twist is None:
            return worker, loaded
        return ScriptedWorker(worker, twist, self.ending), loaded if opening.control else self.loading(loaded)
