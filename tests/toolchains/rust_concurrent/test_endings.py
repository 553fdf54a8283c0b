"""Only what the harness said to its end counts: each ending of a run, recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import pytest

from probatum.judge.evidence import GearReport
from probatum.judge.interleaved.clients import Client
from probatum.judge.interleaved.controls import POP, push, stack_interface
from probatum.judge.interleaved.gears import rejudge_client
from probatum.judge.interleaved.trial import Trial
from probatum.judge.schedules.programs import Program
from probatum.judge.suite import Suite
from probatum.sandbox.spawn import Completed, Ended
from probatum.toolchains.rust.concurrent.explore import read_output
from probatum.toolchains.rust.concurrent.progress import read_progress

CLIENT = Client(program=Program(owner="Stack", made=(), before=(), threads=((push(7),), (POP,))))
GOOD = "[1,0],[1,0,[0,null]],[2,0],[2,0,[0,7]]"
EMPTY = GOOD.replace("[0,7]", "[0,null]")
BAD = GOOD.replace("[0,7]", "[0,9]")
DONE = 'E {"client":0,"executions":3,"histories":1}\nEND 1\n'
NAMES = [[["push"], ["pop"]]]


def history(events: str, stale: bool = False) -> str:
    return f'H {{"client":0,"stale":{str(stale).lower()},"events":[{events}]}}\n'


def failure(kind: str, why: str, events: str = "") -> str:
    return f'F {{"client":0,"kind":"{kind}","why":"{why}","stale":false,"events":[{events}],"steps":[]}}\n'


def completed(output: str, *, signal: int | None = None, truncated: bool = False, stderr: str = "") -> Completed:
    return Completed(
        exit_code=None if signal else 0,
        signal=signal,
        stdout=output.encode(),
        stderr=stderr.encode(),
        cpu_s=0.1,
        wall_s=0.1,
        max_rss_mb=1.0,
        ended="signal" if signal else "exit",
        truncated=truncated,
    )


def judged(output: str, *, stronger: str | None = None, **more: Any) -> GearReport:
    """What comes of a run that said this; ``stronger``: what it says where SeqCst accesses have one order."""
    ended = {False: completed(output, **more), True: completed(output if stronger is None else stronger, **more)}

    def run(clients: Sequence[str], steps: bool, strong: bool) -> dict[str, Any]:
        return asdict(read_output(ended[strong], len(clients)))

    trial = Trial(declared=stack_interface().classes[0], run=run, seed="endings")
    trial.every(iter([CLIENT]), "patterns")
    trial.finish()
    return trial.report


def laws(report: GearReport) -> list[str]:
    return [shown.law for shown in report.shown]


def test_a_run_that_said_it_is_complete_holds() -> None:
    report = judged(history(GOOD) + DONE)
    assert report.problem is None and not report.shown and report.transcripts


@pytest.mark.parametrize(
    "output",
    [
        "",
        history(GOOD),
        history(GOOD) + "END 1\n",
        history(GOOD) + DONE.replace("END 1", "END 2"),
        history(GOOD) + DONE.replace("END 1\n", ""),
        history(GOOD) + "nonsense\n" + DONE,
        history(GOOD) + DONE.replace('"client":0', '"client":7'),
        history("") + DONE,
        DONE,
        history("[1,0],[1,0,[0,null]]") + DONE,
        history(GOOD.replace("[2,0,", "[2,1,")) + DONE,
        history("[2,0,[0,7]],[2,0]") + DONE,
        history(GOOD).replace('"client":0', '"client":true') + DONE,
    ],
)
def test_a_run_that_did_not_say_so_of_every_client_is_not_known(output: str) -> None:
    report = judged(output)
    assert report.problem is not None and report.problem[0] == "INCONCLUSIVE" and not report.shown


def test_output_cut_short_completes_nothing() -> None:
    assert judged(history(GOOD) + DONE, truncated=True).problem is not None


def test_being_killed_from_outside_refutes_nothing() -> None:
    report = judged(history(GOOD), signal=9)
    assert not report.shown and report.problem is not None and "signal 9" in report.problem[1]


def test_a_signal_refutes_and_is_named() -> None:
    report = judged(history(GOOD), signal=11)
    assert laws(report) == ["memory_safe"] and "11" in report.shown[0].observed


def test_a_history_that_no_order_explains_refutes_even_when_the_run_did_not_end() -> None:
    assert laws(judged(history(BAD))) == ["linearizable"]


def test_the_order_between_threads_binds_unless_a_load_was_stale() -> None:
    assert laws(judged(history(EMPTY) + DONE)) == ["linearizable"]
    assert laws(judged(history(EMPTY, stale=True) + DONE)) == []
    assert laws(judged(history(BAD, stale=True) + DONE)) == ["linearizable"]


@pytest.mark.parametrize(
    ("kind", "law"),
    [
        ("memory", "memory_safe"),
        ("address", "memory_safe"),
        ("leak", "no_leak"),
        ("panic", "never_raises"),
    ],
)
def test_each_failure_breaks_its_law(kind: str, law: str) -> None:
    assert laws(judged(failure(kind, "said", GOOD))) == [law]


@pytest.mark.parametrize(
    ("why", "law"), [("Causality violation: Concurrent write", "no_race"), ("deadlock; threads = ...", "no_deadlock")]
)
def test_the_words_of_the_model_are_told_apart(why: str, law: str) -> None:
    assert laws(judged(failure("model", why))) == [law]


def test_a_wrong_answer_says_more_than_the_leak_at_its_end() -> None:
    assert laws(judged(failure("leak", "1 block", BAD))) == ["linearizable"]


@pytest.mark.parametrize("why", ["Model exceeded maximum number of branches", "something else"])
def test_a_limit_or_an_unknown_complaint_of_the_model_refutes_nothing(why: str) -> None:
    report = judged(failure("model", why))
    assert not report.shown and report.problem is not None and report.problem[0] == "INCONCLUSIVE"


HOLDING = history(GOOD) + DONE


@pytest.mark.parametrize("kind", ["address", "leak", "deadlock"])
def test_what_fails_while_every_load_returns_the_latest_fails_whatever_the_accesses_are(kind: str) -> None:
    assert len(laws(judged(failure(kind, "it", GOOD), stronger=HOLDING))) == 1
    assert laws(judged(history(BAD) + DONE, stronger=HOLDING)) == ["linearizable"]


@pytest.mark.parametrize(
    "weak",
    [
        failure("address", "it").replace('"stale":false', '"stale":true'),
        failure("model", "Causality violation"),
        history(BAD, stale=True) + DONE,
    ],
    ids=["an outdated load", "a race", "an outdated answer"],
)
def test_anything_else_has_to_fail_with_one_order_of_the_accesses_too(weak: str) -> None:
    report = judged(weak, stronger=HOLDING)
    assert not laws(report) and report.problem is not None and "as Loom has" in report.problem[1]
    assert len(laws(judged(weak, stronger=weak))) == 1


def test_a_process_that_was_killed_says_nothing_of_its_loads() -> None:
    ended = {False: completed("", signal=11), True: completed(HOLDING)}
    declared = stack_interface().classes[0]
    trial = Trial(
        declared=declared, run=lambda c, steps, strong: asdict(read_output(ended[strong], len(c))), seed="endings"
    )
    trial.every(iter([CLIENT]), "patterns")
    trial.finish()
    assert not laws(trial.report) and trial.report.problem is not None


def test_of_two_failures_the_one_that_is_certain_counts() -> None:
    both = history(BAD, stale=True) + history(BAD) + DONE
    assert laws(judged(both, stronger=HOLDING)) == ["linearizable"]


LIMIT = failure("model", "Model exceeded maximum number of branches")


def tried(*outputs: str) -> tuple[GearReport, list[int]]:
    """Runs of as many clients as there are outputs, of which the first is stuck in each run but the last."""
    asked: list[int] = []

    def run(clients: Sequence[str], steps: bool, strong: bool) -> dict[str, Any]:
        asked.append(len(clients))
        done = completed(outputs[min(len(asked), len(outputs)) - 1])
        return asdict(read_output(done, len(clients)))

    trial = Trial(declared=stack_interface().classes[0], run=run, seed="endings")
    trial.every(iter([CLIENT] * 6), "patterns")
    return trial.report, asked


def test_a_client_that_gets_stuck_hides_no_wrong_answer_of_the_next() -> None:
    report, asked = tried(LIMIT, history(BAD))
    assert laws(report) == ["linearizable"] and report.problem is None and asked[:2] == [6, 5]


def test_a_client_that_gets_stuck_leaves_the_trial_inconclusive_whatever_holds_after_it() -> None:
    done = "".join(history(GOOD).replace('"client":0', f'"client":{at}') for at in range(5))
    done += "".join(f'E {{"client":{at},"executions":1,"histories":1}}\n' for at in range(5)) + "END 5\n"
    report, asked = tried(LIMIT, done)
    assert not report.shown and report.problem is not None and asked == [6, 5]
    assert report.problem[0] == "INCONCLUSIVE" and "does not come to an end" in report.problem[1]


def test_a_few_clients_that_get_stuck_end_the_trial() -> None:
    report, asked = tried(LIMIT)
    assert report.problem is not None and asked == [6, 5, 4, 3]


def test_what_is_shown_breaks_the_same_law_when_it_is_judged_again() -> None:
    shown = judged(history(BAD)).shown[0].transcript
    suite = Suite(interface=stack_interface(), laws=(), goals=())
    assert rejudge_client(suite, shown.segments[0], shown.replies[0]) == ["linearizable"]
    kept = judged(history(GOOD) + DONE).transcripts[0]
    assert rejudge_client(suite, kept.segments[0], kept.replies[0]) == []


@pytest.mark.parametrize(
    "output", [b"", b"END\n", b'P {"runs":1}\nEND\n', b'P {"runs":1,"longest":2,"starved":null}\n']
)
def test_progress_without_its_last_line_is_unknown(output: bytes) -> None:
    assert read_progress(output, NAMES).tested == "unknown"


def test_what_is_answered_beside_a_call_that_stands_still_is_read_to_the_end() -> None:
    line = b'H {"client":0,"events":[]}\n'
    free = b'P {"runs":1,"longest":2,"starved":null,"kept":null}\nEND\n'
    assert read_progress(line + line + free, NAMES).histories == ({"client": 0, "events": []},) * 2
    assert read_progress(line + line, NAMES).histories == read_progress(b"H {\n" + free, NAMES).histories == ()
    failed = read_progress(line + b'F {"client":0,"kind":"panic","why":"no"}\nEND\n', NAMES)
    assert (failed.tested, failed.why, len(failed.histories)) == ("unknown", "no", 2)


def test_progress_is_told_with_the_calls() -> None:
    line = b'B {"client":0,"frozen":0,"after":1,"before_line":4,"stopped":0,"line":9}\nEND\n'
    found = read_progress(line, NAMES)
    assert found.tested == "blocking" and found.why.startswith(
        "push frozen after 1 accesses, before sut.rs:4 keeps pop"
    )


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (b"null", ""),
        (b"[]", "stallable not shown (whichever call stood still, what others retired was freed)"),
        (
            b"[0,0,3,38,32]",
            "stallable (push frozen after 3 accesses, before sut.rs:38, keeps what others retire from being freed: "
            "32 objects so far)",
        ),
    ],
)
def test_what_standing_still_does_to_freeing_is_told_where_something_is_retired(kept: bytes, said: str) -> None:
    found = read_progress(b'P {"runs":1,"longest":2,"starved":null,"kept":' + kept + b"}\nEND\n", NAMES)
    assert found.tested == "wait-free not refuted" and found.reclamation == said


@pytest.mark.parametrize(
    ("how", "words"),
    [("cpu", "60 CPU-s"), ("wall", "180 s"), ("memory", "2048 MB"), ("signal", "comes from outside")],
)
def test_a_run_that_was_stopped_at_a_limit_says_at_which(how: Ended, words: str) -> None:
    """It is stopped by SIGKILL, which alone would say nothing to whoever reads the verdict."""
    stopped = replace(completed(history(GOOD), signal=9), ended=how)
    said = read_output(stopped, 1)
    assert said.ended == how and words in said.why and not said.complete
