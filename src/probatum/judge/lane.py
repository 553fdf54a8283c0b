"""A lane: one sandboxed judge process and the workers it may ask for. The controller runs no task or candidate code
itself."""

from __future__ import annotations

import site
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from probatum.candidate import Candidate
from probatum.errors import InfrastructureError, TaskError, UsageError, WireError
from probatum.sandbox import spawn as sandbox_spawn
from probatum.sandbox.policy import Limits as SandboxLimits
from probatum.sandbox.policy import Policy, Tier
from probatum.sandbox.process import Process
from probatum.task.model import Task
from probatum.toolchains.python.pair import HASH_SEEDS
from probatum.toolchains.rust.own import own_names
from probatum.toolchains.workers import Workers
from probatum.wire.frames import Stream
from probatum.wire.pairs import stream_pair

JUDGE_WALL_S = 180.0
"""How long the judge may stay silent: laws and oracles are meant to be trivial."""
JUDGE_MEMORY_MB = 2048
PACKAGE = Path(__file__).resolve().parents[1]


class Lane:
    """One judge, two hosts, one task. Not thread-safe; parallel runs use several lanes."""

    def __init__(self, task: Task, *, tier: Tier, hash_seeds: tuple[int, ...] = HASH_SEEDS) -> None:
        self.task = task
        self.tier: Tier = tier
        self.probed: tuple[str, ...] = ()
        """What probing the sandbox found, set by who opened the lane."""
        self.racing_blind: str | None = None
        """Why the scheduler of Python threads is not to be trusted here, "" where it is; None: not looked at yet."""
        self.workers = Workers(
            limits=task.limits, packages=task.packages, tier=tier, hash_seeds=hash_seeds, glue=self.glue
        )
        self.parting_blind: str | None = None
        """The same of processes of their own for the nodes of a world."""
        self.process, self.stream = _start_judge(tier)
        self._open: dict[int, Any] = {}
        self._candidate: Candidate | None = None
        self._whole = False
        self._sanitized = False
        control = task.canary(task.control)
        self._control = Candidate(files=control.files, author="operator")
        self.suite: dict[str, Any] = {}
        self._load()

    def _load(self) -> None:
        request = {
            "op": "task",
            "source": self.task.files["task.py"].decode(),
            "cpu_s": self.task.limits.cpu_s,
            "reply_kb": self.task.limits.reply_kb,
        }
        try:
            answer = self.ask(request)
        except (TaskError, InfrastructureError):
            self.close()
            raise
        self.workers.describe(answer["outline"])
        self.suite = answer["suite"]
        self.workers.shares = bool(self.suite["shared"])

    def selfcheck(self) -> dict[str, Any]:
        """Try every law on the oracle; raises `TaskError` for one that is false of it."""
        return self.ask({"op": "selfcheck", "requirements": [r.id for r in self.task.requirements]})

    def glue(self, candidate: Candidate, form: str = "worker") -> str:
        """What joins a candidate in Rust to the worker's runtime, to the harness that runs its object on threads
        ("shared"), to the driver that measures it ("timed"), or to a question about it ("sendable"); raises `TaskError`
        for an interface without a form in Rust."""
        text: str = self.ask({"op": "glue", "own": own_names(candidate.source), "form": form})["glue"]
        return text

    def traffic(self, seed: str, threads: int) -> dict[str, Any]:
        """Calls by which a shared object is measured: their ``text`` for the driver, the number of ``rounds``, and the
        ``cpu_s`` that drawing them took."""
        return self.ask({"op": "traffic", "seed": seed, "threads": threads})

    def rounds(self, replies: Sequence[str]) -> dict[str, Any]:
        """The judge's report about answers to the latest traffic."""
        report: dict[str, Any] = self.ask({"op": "rounds", "replies": list(replies)})["report"]
        return report

    def interleaved(self, candidate: Candidate, *, variant: dict[str, Any], **request: Any) -> dict[str, Any]:
        """Clients of a shared object in Rust; the judge's report. ``variant``: how its harness is compiled and run."""
        self._candidate = candidate
        report: dict[str, Any] = self.ask({"op": "trial", "gear": "interleaved", "variant": variant, **request})[
            "report"
        ]
        return report

    def freezing(self, seed: str) -> list[dict[str, Any]]:
        """Clients whose threads are frozen."""
        found: list[dict[str, Any]] = self.ask({"op": "freezing", "seed": seed})["clients"]
        return found

    def frozen(self, seed: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """What was answered while they stood still, judged."""
        report: dict[str, Any] = self.ask({"op": "frozen", "seed": seed, "rows": list(rows)})["report"]
        return report

    def crowd(self, seed: str, count: int) -> list[dict[str, Any]]:
        """Larger clients, for threads of the system."""
        found: list[dict[str, Any]] = self.ask({"op": "crowd", "seed": seed, "count": count})["clients"]
        return found

    def trial(self, candidate: Candidate, **request: Any) -> dict[str, Any]:
        """Run one gear on a candidate; the judge's report as plain data."""
        self._seat(candidate)
        report: dict[str, Any] = self.ask({"op": "trial", **request})["report"]
        return report

    def sanitized(self, candidate: Candidate, **request: Any) -> dict[str, Any]:
        """The same on a candidate in Rust as `Workers.sanitize` compiled it; the control is run as always."""
        self._sanitized = True
        try:
            return self.trial(candidate, **request)
        finally:
            self._sanitized = False

    def objective(self, candidate: Candidate, *, benchmark: bool = False, **request: Any) -> dict[str, Any]:
        """Measure a candidate by the task's objective: the judge's report, and its number and the oracle's per case
        (``rows``), and per case of the benchmark if that is asked for (``known``)."""
        self._seat(candidate)
        return self.ask({"op": "objective", "benchmark": benchmark, **request})

    def load(self, candidate: Candidate) -> dict[str, Any]:
        """Load a candidate in a fresh worker: what came of it, see `judge.loading`."""
        self._seat(candidate)
        self._whole = True
        try:
            loaded: dict[str, Any] = self.ask({"op": "load"})["load"]
        finally:
            self._whole = False
        return loaded

    def protections(self) -> tuple[str, ...]:
        """The tier, what probing it found, and what the in-fork lock applies."""
        return (f"tier {self.tier}", *self.probed, *(f"lock: {name}" for name in self.workers.protections()))

    def rejudge(self, transcript: str) -> list[str]:
        """The laws that a stored transcript breaks."""
        laws: list[str] = self.ask({"op": "rejudge", "transcript": transcript})["laws"]
        return laws

    def matrix(self, candidate: Candidate, *, cpu_s: float) -> dict[str, Any]:
        """Every law that a candidate breaks on the inputs shared by all, see `judge.matrix`."""
        self._seat(candidate)
        row: dict[str, Any] = self.ask({"op": "matrix", "cpu_s": cpu_s})["row"]
        return row

    def differ(self, one: Candidate, other: Candidate, **request: Any) -> dict[str, Any] | None:
        """The smallest input found on which two candidates answer differently, see `judge.differ`; None when none
        was found."""
        self._seat(one, other)
        control = self._control
        self._control = other  # the judge knows two programs: the candidate and the one it is held against
        try:
            found: dict[str, Any] | None = self.ask({"op": "differ", "other": other.digest, **request})["difference"]
        finally:
            self._control = control
        return found

    def history(self, rows: list[dict[str, Any]], made_with: list[Any], most_steps: int) -> dict[str, Any]:
        """A recorded history against the oracle, see `judge.historical`; raises `UsageError`."""
        answer = self.ask({"op": "history", "rows": rows, "made_with": made_with, "most_steps": most_steps})
        if "usage" in answer:
            raise UsageError(answer["usage"], fix=answer["fix"])
        judged: dict[str, Any] = answer["history"]
        return judged

    def exercised(self) -> dict[str, Any]:
        """How often premises, goals and assertions are exercised on the oracle, see `judge.exercised`."""
        return self.ask({"op": "exercised"})

    def shape(self) -> list[dict[str, Any]]:
        """The methods of the interface with some legal answers each, see `judge.shape`."""
        found: list[dict[str, Any]] = self.ask({"op": "shape"})["shape"]
        return found

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """One request to the judge, serving its demands for workers meanwhile."""
        try:
            self.stream.send_json(request)
            while True:
                answer = self.stream.receive_json()
                if answer is None:
                    raise InfrastructureError("the judge process ended unexpectedly", fix="Run `probatum doctor`")
                if "need" in answer:
                    self._provide(answer["need"])
                elif "interleave" in answer:
                    self.stream.send_json({"said": self._interleave(**answer["interleave"])})
                elif "done" in answer:
                    ending = self.workers.end(self._open.pop(answer["done"]))
                    self.stream.send_json({"ending": asdict(ending)})
                elif "fault" in answer:
                    raise InfrastructureError(
                        f"the judge process failed: {answer['fault']}", fix="This is a fault of probatum: report it"
                    )
                elif "task_error" in answer:
                    raise TaskError(answer["task_error"].pop("message"), **answer["task_error"])
                else:
                    return dict(answer)
        except TimeoutError:
            raise TaskError(
                f"the judge did not answer within {JUDGE_WALL_S:g} s: a law or the oracle does not return",
                file="task.py",
                fix="Keep oracle and laws trivially terminating",
            ) from None
        except WireError as problem:
            raise InfrastructureError(f"the judge process is gone: {problem.message}") from None

    def _seat(self, candidate: Candidate, *others: Candidate) -> None:
        """Make a candidate the one that is judged. What must be compiled is, before the judge is busy with it."""
        for each in (candidate, self._control, *others):
            self.workers.prepare(each)
        self._candidate = candidate

    def _interleave(self, *, clients: list[str], **how: Any) -> dict[str, Any]:
        """Run clients as the variant and the judge say: every interleaving, or of a ``sampled`` variant some."""
        compiler, candidate = self.workers.rust.compiler(), self._candidate
        assert compiler is not None and candidate is not None
        shared = self.workers.shared
        if how.pop("sampled", False):
            del how["strong"]  # there is nothing but that
            return shared.sample(compiler, candidate, clients, **how).plain()
        return shared.explore(compiler, candidate, clients, **how).plain()

    def _provide(self, opening: dict[str, Any]) -> None:
        candidate = self._control if opening["control"] else self._candidate
        assert candidate is not None
        self.workers.python.cpu = opening["cpu"]
        ticket, stream = self.workers.open(
            candidate,
            opening["host"],
            opening["random_seed"],
            opening["cpu_s"],
            whole=self._whole,
            threads=opening["threads"],
            sanitized=self._sanitized and not opening["control"],
        )
        ident = max(self._open, default=0) + 1
        self._open[ident] = ticket
        self.stream.send_json({"worker": ident})
        self.stream.send_fd(stream.sock.fileno())
        stream.close()

    def close(self) -> float:
        """End the judge and the hosts; their CPU seconds, workers included."""
        self.stream.close()
        return self.process.end().cpu_s + self.workers.close()

    def __enter__(self) -> Lane:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _start_judge(tier: Tier) -> tuple[Process, Stream]:
    ours, theirs = stream_pair()
    paths = [str(PACKAGE.parent), *site.getsitepackages(), sysconfig.get_path("purelib")]
    env = (
        ("PYTHONPATH", ":".join(dict.fromkeys(paths))),
        ("PYTHONDONTWRITEBYTECODE", "1"),
        ("LANG", "C.UTF-8"),
        ("PYTHONHASHSEED", "0"),
    )
    limits = SandboxLimits(cpu_s=1e7, wall_s=1e7, memory_mb=JUDGE_MEMORY_MB, processes=64, open_files=256)
    # The folder above the package must be listable too, or nothing in it is found where no mount makes it so.
    policy = Policy(tier=tier, read_only=tuple(map(Path, dict.fromkeys(paths))), env=env, limits=limits)
    command = [
        sys.executable,
        "-s",
        "-S",
        "-P",
        "-c",
        "from probatum.judge.server import main; main()",
        str(theirs.fileno()),
    ]
    try:
        process = sandbox_spawn.spawn(command, policy, pass_fds=(theirs.fileno(),))
    finally:
        theirs.close()
    ours.settimeout(JUDGE_WALL_S)
    return process, Stream(ours)
