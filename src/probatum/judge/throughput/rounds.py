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
    """``expected``: the oracle's reply, where one thread calls."""

    declared: Declared
    traffic: Traffic
    text: str
    expected: str | None

    @staticmethod
    def of(suite: Suite, seed: str, threads: int) -> Measuring:
        """The calls of a seed; raises `TaskError` where the task declares none."""
        if suite.throughput is None:
            raise TaskError("the task declares no throughput", file="task.py", fix="Write a class under @throughput")
        traffic = drawn(suite.throughput, seed, threads)
        text = traffic.text(suite.throughput.shared)
        return Measuring(
            declared=suite.throughput,
            traffic=traffic,
            text=text,
            expected=expected_reply(suite.throughput, traffic),
        )

    def judged(self, replies: Sequence[str]) -> GearReport:
        """Each round's answers; the first that is wrong is shown."""
        report = GearReport()
        for reply in dict.fromkeys(replies):
            wrong = judged(self.declared, self.traffic, reply, self.expected)
            if wrong is not None:
                report.shown.append(self._shown(wrong, reply))
                break
        return report

    def _shown(self, wrong: Wrong, reply: str) -> Shown:
        mark = self.declared.shared.concurrent
        return Shown(
            law=wrong.law,
            sentence=SENTENCES[wrong.law],
            requirements=mark.requirements if mark is not None else (),
            input=(f"measured: {self.declared.sentence}", *wrong.lines),
            observed=wrong.observed,
            expected=wrong.expected or SENTENCES[wrong.law],
            transcript=transcript_of(self.text, reply),
            minimal=False,
        )
