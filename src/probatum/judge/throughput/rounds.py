"""The traffic of one measurement, and the rounds of answers to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from probatum.errors import TaskError
from probatum.judge.compare import SENTENCES
from probatum.judge.evidence import GearReport, Shown
from probatum.judge.suite import Suite
from probatum.judge.throughput.answers import Wrong, expected_reply, judged, transcript_of
from probatum.judge.throughput.traffic import Declared, Traffic, drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Measuring:
    """What each round of a run asks for, as it is told, and the oracle's reply where one thread calls."""

    declared: Declared
    traffic: tuple[Traffic, ...]
    texts: tuple[str, ...]
    expected: tuple[str | None, ...]

    @staticmethod
    def of(suite: Suite, seed: str, threads: int) -> Measuring:
        """The calls of a seed; raises `TaskError` where the task declares none."""
        if suite.throughput is None:
            raise TaskError("the task declares no throughput", file="task.py", fix="Write a class under @throughput")
        rounds = range(suite.throughput.mark.rounds)
        traffic = tuple(drawn(suite.throughput, f"{seed} {number}", threads, checked=number > 0) for number in rounds)
        return Measuring(
            declared=suite.throughput,
            traffic=traffic,
            texts=tuple(each.text(suite.throughput.shared) for each in traffic),
            expected=tuple(expected_reply(suite.throughput, each) for each in traffic),
        )

    @property
    def text(self) -> str:
        """All rounds, as the driver reads them."""
        return f"[{','.join(self.texts)}]"

    def judged(self, replies: Sequence[str]) -> GearReport:
        """Each round's answers; the first that is wrong is shown."""
        report = GearReport()
        for reply, traffic, text, expected in zip(replies, self.traffic, self.texts, self.expected, strict=True):
            wrong = judged(self.declared, traffic, reply, expected)
            if wrong is not None:
                report.shown.append(self._shown(wrong, text, reply))
                break
        return report

    def _shown(self, wrong: Wrong, text: str, reply: str) -> Shown:
        mark = self.declared.shared.concurrent
        return Shown(
            law=wrong.law,
            sentence=SENTENCES[wrong.law],
            requirements=mark.requirements if mark is not None else (),
            input=(f"measured: {self.declared.sentence}", *wrong.lines),
            observed=wrong.observed,
            expected=wrong.expected or SENTENCES[wrong.law],
            transcript=transcript_of(text, reply),
            minimal=False,
        )
