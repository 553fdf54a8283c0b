"""Attacks on shipped tasks: none is accepted, none breaks the judge, and what stops each is what the table says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from attacking import assessed, descendants

from probatum.attacks.render import MARK, render, shape_of
from probatum.attacks.table import Attack, attacks
from probatum.candidate import Candidate
from probatum.cascade import LADDER
from probatum.checking import choose_tier
from probatum.errors import InfrastructureError
from probatum.judge.lane import Lane
from probatum.lab.files import read_task, shipped_tasks
from probatum.lab.seeds import fresh_seeds
from probatum.levels.context import Context
from probatum.sandbox import probe
from probatum.selftest.hardness import still_accepts, try_attacks
from probatum.selftest.run import Options, harden
from probatum.task.model import Task
from probatum.transcript import load_transcript, read_answers, read_segment
from probatum.verdict import Verdict

BY_NAME = {attack.name: attack for attack in attacks()}
RESOURCE = [attack for attack in attacks() if attack.resource]
NAMES = (
    "exit_at_import_tunnelled",
    "exit_in_a_call",
    "system_exit",
    "walks_the_stack_tunnelled",
    "hunts_objects_tunnelled",
    "replaces_the_worker",
    "forges_frames_at_import",
    "forges_frames_in_calls",
    "takes_the_conversation_over",
    "garbage_frames",
    "always_equal",
    "right_in_other_clothes",
    "odd_type_names",
    "instructions_in_an_error",
    "instructions_in_a_forged_frame",
    "tells_a_checker_without_a_space",
    "disguised_names",
    "network_tunnelled",
    "secrets_tunnelled",
    "detached_daemon",
    "odd_system_calls",
    "one_time_in_a_hundred",
    "differs_between_processes",
    "lies_about_its_interface",
    "crashes_by_address",
    "is_a_symbolic_link",
    "is_a_pipe",
    "has_an_odd_name_beside_it",
)
QUICK = [BY_NAME[name] for name in NAMES]

pytestmark = pytest.mark.skipif(probe.best_tier() == "plain", reason="needs a sandbox (Linux with seccomp)")


def tiers() -> list[str]:
    return ["lock"] if probe.absent_reason() is not None else ["bwrap", "lock"]


@pytest.fixture(scope="module")
def task() -> Task:
    """Half a CPU-second and three seconds of wall time: attacks that only wait are over sooner."""
    shipped = read_task("kv_store_v1")
    return replace(shipped, limits=replace(shipped.limits, cpu_s=0.5, wall_s=3.0))


@pytest.fixture(scope="module", params=tiers())
def lane(task: Task, request: pytest.FixtureRequest) -> Iterator[Lane]:
    with Lane(task, tier=request.param) as opened:
        yield opened


def source_of(attack: Attack, task: Task, lane: Lane) -> str:
    control = task.canary(task.control).files["sut.py"].decode()
    return render(attack, shape_of(lane.workers.outline), control)


@pytest.mark.parametrize("attack", QUICK, ids=lambda a: a.name)
def test_an_attack_is_stopped_by_what_the_table_names(attack: Attack, task: Task, lane: Lane) -> None:
    [tried] = try_attacks(task, lane, [attack], fresh_seeds())
    assert (tried.result, tried.as_listed) == ("stopped", True), tried


TRIED = ("kv_store_v1", "binary_search", "quorum_count")
"""A class, laws that decide, an oracle that decides; the other shipped tasks are tried by `make soak`."""
IN_PYTHON = [name for name in shipped_tasks() if "python" in read_task(name).languages]
"""Attacks are programs in Python; elsewhere the command refuses them."""


@pytest.mark.slow
@pytest.mark.parametrize("name", [n if n in TRIED else pytest.param(n, marks=pytest.mark.soak) for n in IN_PYTHON])
def test_no_attack_on_a_shipped_task_is_accepted(name: str) -> None:
    chosen = [a for a in attacks() if not a.resource]
    hardness = harden(read_task(name), Options(tier=choose_tier("auto")), chosen)
    assert hardness.ok, hardness.line
    assert [t.attack.name for t in hardness.tried if not t.as_listed] == []


@pytest.mark.slow
@pytest.mark.parametrize("attack", RESOURCE, ids=lambda a: a.name)
def test_an_attack_on_the_machine_ends_in_time_and_leaves_nothing(attack: Attack, task: Task, lane: Lane) -> None:
    assert still_accepts(task, lane, fresh_seeds()) == ""
    before = descendants()
    assessment, context = assessed(task, lane, source_of(attack, task, lane))
    assert assessment.outcome.value == "REFUTED", assessment.reason
    for cpu_s, wall_s, rss_mb in context.resources.values():
        assert (
            cpu_s <= 3 * task.limits.cpu_s + 1
        )  # a run whose last part finished alone is tried with three times the time
        assert wall_s <= task.limits.wall_s + 1
        assert rss_mb <= task.limits.memory_mb + 64
    assert descendants() <= before
    assert still_accepts(task, lane, fresh_seeds()) == ""


def test_what_an_error_says_reaches_a_report_short_and_printable(task: Task, lane: Lane) -> None:
    for name in (
        "instructions_in_an_error",
        "instructions_in_a_forged_frame",
        "odd_type_names",
        "instructions_at_import",
    ):
        assessment, _ = assessed(task, lane, source_of(BY_NAME[name], task, lane))
        shown = [f.counterexample for v in assessment.verdicts for f in v.refuting]
        texts = [text for c in shown if c for text in (c.observed, c.expected, *c.input)] + [assessment.reason]
        assert texts and all(text.isprintable() and len(text) < 1500 for text in texts), name


def test_a_quoted_line_of_the_source_is_printable(task: Task, lane: Lane) -> None:
    assessment, _ = assessed(task, lane, source_of(BY_NAME["instructions_in_a_listed_line"], task, lane))
    [finding] = assessment.verdicts[0].refuting
    assert finding.counterexample is not None
    assert finding.counterexample.input[0].isprintable() and "eval" in finding.counterexample.input[0]


def test_a_candidate_finds_no_other_candidate_in_its_memory(task: Task, lane: Lane) -> None:
    hunter = BY_NAME["searches_its_memory"]
    [tried] = try_attacks(task, lane, [hunter], fresh_seeds())
    assert tried.result == "stopped" and tried.level == "behaviour", tried.said


def test_the_hunter_would_find_a_mark_that_is_there(task: Task, lane: Lane) -> None:
    source = f"OWN = {MARK!r}\n" + source_of(BY_NAME["searches_its_memory"], task, lane)
    assessment, _ = assessed(task, lane, source)
    assert "raises FOUND" in assessment.reason


def test_answers_of_the_public_corpus_do_not_help(task: Task, lane: Lane) -> None:
    """Every answer of the corpus, read from the control's transcript, keyed by the history of the instance."""
    control = Candidate(files=task.canary(task.control).files)
    corpus = {"gear": "corpus", "host": 0, "random_seed": 1, "open_goals": [], "both": False}
    table: dict[str, object] = {}
    for blob in lane.trial(control, **corpus)["transcripts"].values():
        transcript = load_transcript(blob.encode())
        for calls, reply in zip(transcript.segments, transcript.replies, strict=True):
            ops = read_segment(calls)
            histories: dict[int, str] = {}
            for op, answer in zip(ops, read_answers(reply, len(ops)), strict=True):
                if op.verb == "c":
                    histories[op.handle] = histories.get(op.handle, "") + f"{op.method}{op.args}"
                    table[histories[op.handle]] = answer.value
    source = f"TABLE = {table!r}\n\n\nclass KvStore:\n    def __init__(self):\n        self.seen = ''\n"
    for method in ("put", "get", "delete", "len", "keys_sorted"):
        source += f"    def {method}(self, *args):\n        self.seen += f'{method}{{args}}'\n"
        source += "        found = TABLE.get(self.seen)\n        return found[:] if type(found) is list else found\n"
    candidate = Candidate(files={"sut.py": source.encode()})
    assert lane.trial(candidate, **corpus)["shown"] == []
    assessment, _ = assessed(task, lane, source)
    assert assessment.outcome.value == "REFUTED"
    assert json.dumps(sorted(table)).count("keys_sorted") > 5


def test_replies_are_bounded_together(task: Task, lane: Lane) -> None:
    assessment, context = assessed(task, lane, source_of(BY_NAME["flood_of_large_replies"], task, lane))
    assert assessment.outcome.value == "REFUTED"
    assert max(map(len, context.blobs.values())) < 64 << 20


def test_a_process_that_waits_late_is_refuted(lane: Lane) -> None:
    quick = read_task("kv_store_v1")
    limits = replace(quick.limits, wall_s=1.5)
    short = replace(quick, limits=limits)
    with Lane(short, tier=lane.tier) as other:
        assessment, _ = assessed(short, other, source_of(BY_NAME["sleeps_late"], short, other))
    assert (assessment.outcome.value, assessment.verdicts[-1].findings[0].law) == ("REFUTED", "returns")


def test_a_module_that_loads_only_sometimes_is_refuted(task: Task, lane: Lane) -> None:
    assessment, context = assessed(task, lane, source_of(BY_NAME["loads_sometimes"], task, lane))
    assert assessment.outcome.value == "REFUTED", assessment.reason
    last = assessment.verdicts[-1]
    assert {f.law for f in last.refuting} == {"loads"}
    shown = last.refuting[0].counterexample
    if shown is not None and shown.transcript:
        assert lane.rejudge(context.blobs[shown.transcript].decode()) == ["loads"]


def test_the_wrapping_itself_refutes_nobody(task: Task, lane: Lane) -> None:
    """Attacks on top of right answers are refuted for what they do, not for how they are put together."""
    wrapper = Attack(
        name="none", row=25, form="evasive", why="", stopped_by=("behaviour/*",), base="control", tunnel=True
    )
    harmless = replace(wrapper, source="def act(name, args, right):\n    return right()\n")
    assessment, _ = assessed(task, lane, source_of(harmless, task, lane))
    assert assessment.accepted, assessment.reason


def test_a_lane_that_breaks_is_a_hole_and_the_rest_is_still_tried(task: Task) -> None:
    broken = [BY_NAME["exit_in_a_call"], BY_NAME["always_equal"]]
    levels = (Breaks(),)
    hardness = harden(task, Options(tier="lock", levels=levels), broken)
    assert [t.result for t in hardness.tried] == ["UNSETTLED", "UNSETTLED"] and not hardness.ok
    assert "NOT: exit_in_a_call (UNSETTLED)" in hardness.line


def test_an_accepted_attack_is_a_hole(task: Task) -> None:
    hardness = harden(task, Options(tier="lock", levels=LADDER[:1]), [BY_NAME["swallows_everything"]])
    assert not hardness.ok


class Breaks:
    """A level that takes the lane down."""

    name, number = "behaviour", 3

    def check(self, task: Task, candidate: Candidate, context: Context) -> Verdict:
        raise InfrastructureError("broken on purpose")


@pytest.mark.parametrize(
    "body",
    [
        "OUT[:] = answer\n        return OUT",
        "[kept.append(1) for kept in OUT]\n        OUT.append(answer)",
    ],
    ids=["one list for every answer", "earlier answers are changed"],
)
def test_what_was_answered_belongs_to_the_caller(body: str, task: Task, lane: Lane) -> None:
    """Right at the moment of every answer; wrong for a caller who keeps what it got."""
    text = "OUT = []\ndef act(name, args, right):\n    answer = right()\n"
    text += f"    if type(answer) is list:\n        {body}\n    return answer\n"
    attack = Attack(name="x", row=10, form="evasive", why="", stopped_by=("behaviour/*",), base="control", source=text)
    assessment, _ = assessed(task, lane, source_of(attack, task, lane))
    assert assessment.outcome.value == "REFUTED"
    assert "answered before" in assessment.reason
