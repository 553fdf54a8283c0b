"""New tasks made from source text, and tried in process: the oracle by selfcheck, candidates by playing histories."""

from __future__ import annotations

import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from probatum.judge.compare import compare
from probatum.judge.histories import Planned
from probatum.judge.selfcheck import selfcheck
from probatum.judge.suite import Suite, load_suite
from probatum.judge.trial import Trial
from probatum.lab.files import read_candidate, read_task
from probatum.newtask import InitOptions, InitResult, init_task
from probatum.task.model import Task
from probatum.toolchains.python.allowed import ALLOWED
from probatum.toolchains.python.boundary import inspect
from probatum.toolchains.python.worker import Worker
from probatum.transcript import read_answers
from probatum.types import codec


def made(tmp_path: Path, text: str, oracle: str, candidate: str, **more: Any) -> InitResult:
    """A task from one file that holds oracle and candidate."""
    file = tmp_path / "mine.py"
    file.write_text(text, encoding="utf-8")
    folder = str(tmp_path / "new")
    return init_task(InitOptions(folder=folder, oracle=f"{file}:{oracle}", candidate=f"{file}:{candidate}", **more))


class Loaded:
    """A task read back from its folder, with its suite."""

    def __init__(self, result: InitResult) -> None:
        self.result = result
        self.task: Task = read_task(str(result.folder))
        self.source = self.task.files["task.py"].decode()
        self.suite: Suite = load_suite(self.source)
        self.trial = Trial(self.suite, cpu_s=1.0)

    def selfcheck(self) -> dict[str, Any]:
        return selfcheck(self.trial, requirements=tuple(r.id for r in self.task.requirements))

    def plans(self) -> list[Planned]:
        """The corpus, the small scope and a fresh trial."""
        gate = self.task.gate_level("behaviour")
        assert gate is not None
        counts = dict(gate.at_least)
        small = self.trial.exhaustive(counts.get("exhaustive_depth", 0), counts.get("exhaustive_calls", 0))
        fresh = self.trial.fresh("tests", calls=1500, histories=80)
        return [planned for plan in (*self.trial.corpus(), *small, *fresh) for planned in plan]

    def candidate(self) -> str:
        return read_candidate(self.result.candidate).source

    def canary(self, name: str) -> str:
        return self.task.canary(name).files["sut.py"].decode()


def broken_laws(loaded: Loaded, source: str, plans: Sequence[Planned] | None = None) -> set[str]:
    """Names of the laws that a candidate's answers break; raises AssertionError when it cannot be loaded."""
    allowed = (*ALLOWED, "interface", *loaded.task.packages)
    assert '"listed":[]' in inspect(source, allowed).replace(" ", ""), inspect(source, allowed)
    worker = Worker(codec, types.SimpleNamespace())
    outline = codec.parse(codec.encode(loaded.suite.interface.outline()))
    reply = codec.decode(worker.load(source, outline, 0))
    assert reply == ["loaded", []], reply
    broken: set[str] = set()
    for planned in loaded.plans() if plans is None else plans:
        worker.start_segment()
        calls = codec.parse(planned.text)
        replies = "[" + ",".join([worker.call(call) for call in calls]) + "]"
        if replies != planned.expected:
            answers = read_answers(replies, len(planned.ops))
            broken |= {failure.law for failure in compare(loaded.suite, planned, answers).failures}
    return broken


def assert_works(result: InitResult, *, unreached: Sequence[str] = ()) -> Loaded:
    """The folder does all that a task must: oracle sound, goals reached, canaries as promised, candidate accepted."""
    loaded = Loaded(result)
    report = loaded.selfcheck()
    assert report["untried"] == []
    assert report["unreached"] == list(unreached)
    assert len(loaded.suite.laws) >= 1 and len(loaded.suite.goals) >= 1
    plans = loaded.plans()
    assert sum(len(p.ops) for p in plans) >= 500
    for canary in loaded.task.canaries:
        laws = broken_laws(loaded, loaded.canary(canary.name), plans)
        assert (laws == set()) if canary.kind == "good" else (canary.law in laws and "never_raises" not in laws), (
            canary.name
        )
    assert sum(c.kind == "bad" for c in loaded.task.canaries) >= 2
    assert broken_laws(loaded, loaded.candidate(), plans) == set()
    return loaded
