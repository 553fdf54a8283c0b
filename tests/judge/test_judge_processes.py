"""Real processes: what a hostile candidate can do in its own, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from textwrap import dedent
from typing import Any

import pytest
from judging import GOOD_STORE, HEADER, STORE, store_with

from probatum.candidate import Candidate
from probatum.errors import InfrastructureError
from probatum.judge.lane import Lane
from probatum.sandbox import probe
from probatum.task.model import Canary, Limits, Task

LIMITS = Limits(cpu_s=0.5, wall_s=4.0, memory_mb=256, output_kb=64, reply_kb=256)
KEYS, LEN, GET = "return sorted(self.m)", "return len(self.m)", "return self.m.get(key)"


def task_of(text: str, control: str, limits: Limits = LIMITS) -> Task:
    return Task(
        name="inline",
        title="inline",
        files={"task.py": (HEADER + text).encode()},
        requirements=(),
        assumptions=(),
        failure_modes=(),
        invariants=(),
        gate=(),
        limits=limits,
        packages=(),
        types="interface",
        control="reference",
        canaries=(Canary(name="reference", kind="good", files={"sut.py": dedent(control).encode()}),),
    )


def tried(lane: Lane, source: str, *, calls: int = 150, histories: int = 8, both: bool = False) -> dict[str, Any]:
    candidate = Candidate(files={"sut.py": dedent(source).encode()}, author="test")
    report = lane.trial(
        candidate,
        gear="fresh",
        seed="s",
        calls=calls,
        histories=histories,
        host=0,
        random_seed=1,
        open_goals=[],
        both=both,
    )
    for shown in report["shown"]:
        assert shown["law"] in lane.rejudge(report["transcripts"][shown["transcript"]])
    return report


def laws(report: dict[str, Any]) -> set[str]:
    return {shown["law"] for shown in report["shown"]}


@pytest.fixture(scope="module", params=["bwrap", "plain"])
def lane(request: pytest.FixtureRequest) -> Iterator[Lane]:
    if request.param == "bwrap" and (reason := probe.absent_reason()) is not None:
        pytest.skip(reason)
    with Lane(task_of(STORE, GOOD_STORE), tier=request.param) as opened:
        yield opened


def test_an_honest_candidate_passes_and_leaves_no_doubt(lane: Lane) -> None:
    report = tried(lane, GOOD_STORE, both=True)
    assert (report["shown"], report["problem"]) == ([], None)
    assert report["tally"]["calls"] >= 150


def test_an_endless_loop_does_not_return_and_is_shown_with_the_call(lane: Lane) -> None:
    report = tried(lane, store_with(GET, "\n        while key == 1: pass\n        return self.m.get(key)"))
    assert laws(report) == {"returns"}
    assert report["shown"][0]["input"] == ["s0 = Store()", "s0.get(1)"]
    assert "CPU" in report["shown"][0]["observed"]


@pytest.mark.parametrize(
    "doing",
    [
        "import os; os._exit(0)",
        "import sys; sys.setrecursionlimit(10**8); f = lambda g: [g(g)]; f(f)",
        "import os; os.close(3)",
        "import os; os.abort()",
    ],
)
def test_a_process_that_ends_itself_is_not_alive(lane: Lane, doing: str) -> None:
    report = tried(
        lane, store_with(LEN, f"\n        if len(self.m) == 2:\n            {doing}\n        return len(self.m)")
    )
    assert laws(report) & {"alive", "memory", "returns"}, report["shown"]
    assert not laws(report) & {"equality", "protocol"}
    assert len(report["shown"][0]["input"]) == 4


@pytest.mark.parametrize(
    ("doing", "law", "words"),
    [
        ("while True: pass", "returns", "does not return within the CPU limit: "),
        ("import sys; vars(sys)['modules']['os']._exit(0)", "alive", "the process ended itself: status 0"),
    ],
)
def test_a_module_that_does_not_finish_importing_is_told_of_in_words(
    lane: Lane, doing: str, law: str, words: str
) -> None:
    loaded = lane.load(Candidate(files={"sut.py": (doing + dedent(GOOD_STORE)).encode()}, author="test"))
    assert loaded["lost"][0] == law and loaded["lost"][1].startswith(f"while importing the module: {words}")


def test_memory_that_is_not_there_breaks_the_law_memory(lane: Lane) -> None:
    report = tried(lane, store_with(LEN, "x = bytearray(10**9); return len(self.m)"))
    assert laws(report) == {"memory"}
    assert report["shown"][0]["input"] == ["s0 = Store()", "s0.len()"]


@pytest.mark.parametrize(
    "out", ["print('x' * 1000)", "import sys; sys.stderr.write('y' * 1000)", "import os; os.write(1, b'z' * 1000)"]
)
def test_a_flood_of_output_breaks_the_law_output_and_a_little_does_not(lane: Lane, out: str) -> None:
    assert not tried(lane, store_with(LEN, f"\n        {out}\n        return len(self.m)"), calls=40, histories=4)[
        "shown"
    ]
    flood = tried(
        lane, store_with(LEN, f"\n        for _ in range(300):\n            {out}\n        return len(self.m)")
    )
    assert laws(flood) == {"output"}


FORGERIES = {
    "a frame too many": "import os; os.write(3, b'\\x00\\x00\\x00\\x02[]')",
    "a whole answer": "import os; b = b'[[0,null],[0,3]]'; os.write(3, len(b).to_bytes(4, 'big') + b)",
    "half a frame": "import os; os.write(3, b'\\x00\\x00\\x00\\xff[')",
    "a huge frame": "import os; os.write(3, b'\\xff\\xff\\xff\\xff')",
    "one byte": "import os; os.write(3, b'\\x00')",
    "no JSON": "import io; io.FileIO(3, 'w', closefd=False).write(b'\\x00\\x00\\x00\\x05hello')",
}


@pytest.mark.parametrize("name", FORGERIES)
def test_bytes_written_to_the_socket_never_help(lane: Lane, name: str) -> None:
    """In the middle of a history, and after all that was asked: refuted, by whatever law notices first."""
    report = tried(lane, store_with(LEN, f"\n        {FORGERIES[name]}\n        return 7"))
    assert laws(report) & {"protocol", "equality", "alive", "returns", "result_type"}, report


def test_bytes_after_the_last_reply_are_seen(lane: Lane) -> None:
    """Every answer is right, and the instance's end writes one more frame."""
    source = GOOD_STORE + "    def __del__(self):\n        import os\n        os.write(3, b'\\x00\\x00\\x00\\x02[]')\n"
    assert "protocol" in laws(tried(lane, source, calls=6, histories=1))


@pytest.mark.slow
def test_a_finalizer_that_loops_or_ends_the_process_is_found(lane: Lane) -> None:
    for doing, law in (("while True: pass", "returns"), ("import os; os._exit(0)", "alive")):
        assert laws(tried(lane, GOOD_STORE + f"    def __del__(self):\n        {doing}\n")) == {law}


@pytest.mark.parametrize(
    "trick",
    [
        "import sys; sys.stdout = None",
        "import sys; sys.stdout = object(); sys.stderr = 3",
        "import sys; sys.stdout.close()",
        "import builtins; builtins.print = None",
        "import _signal; _signal.signal(_signal.SIGTERM, lambda *a: None)",
        "import logging, threading; threading.Thread(target=lambda: None, daemon=True)",
        "import gc; gc.disable()",
        "import random; random.seed = None",
        "import sys; sys.modules.pop('sut', None); sys.modules.pop('interface', None)",
        "import weakref; weakref.finalize(Store, print, 'gone')",
    ],
)
def test_odd_but_harmless_tricks_change_no_answer(lane: Lane, trick: str) -> None:
    report = tried(lane, GOOD_STORE + "\n" + trick + "\n", calls=60, histories=4)
    assert (report["shown"], report["problem"]) == ([], None)


def test_patching_the_worker_itself_does_not_make_a_wrong_answer_right(lane: Lane) -> None:
    """A candidate owns its process: it can find the encoder and make it say anything. It still has to know
    the right answer."""
    patch = """
    import gc
    def find():
        for thing in gc.get_objects():
            if type(thing).__name__ == "Worker" and hasattr(thing, "codec"):
                thing.codec.encode = lambda value, *a, **k: "null" if value is None else "0"
    find()
    """
    assert tried(lane, store_with(LEN, "return 0") + dedent(patch))["shown"]


SCAN = """
def seen():
    import os
    found = []
    for fd in range(64):
        try:
            os.fstat(fd)
            found.append(fd)
        except OSError:
            pass
    return found
"""


def test_a_candidate_finds_no_descriptor_but_its_own(lane: Lane) -> None:
    """Standard streams, its socket, nothing of the host or of siblings (two are alive while the law steps)."""
    source = SCAN + store_with(
        LEN, "extra = [fd for fd in seen() if fd > 3]; return len(self.m) if not extra else 1000 + len(extra)"
    )
    report = tried(lane, source)
    assert report["shown"] == []


def test_nothing_of_another_candidate_is_left_in_the_memory_of_the_next(lane: Lane) -> None:
    marker = "MARKER_" + "QX7" * 5
    first = GOOD_STORE + f"\nSECRET = ['{marker}!']\n"
    assert tried(lane, first)["shown"] == []
    half = "('MARKER_' + 'QX7' * 5)"
    search = f"""
def remembered():
    import gc
    wanted = {half}
    def holds(thing):
        return isinstance(thing, str) and wanted in thing and thing != wanted
    for thing in gc.get_objects():
        parts = thing.values() if isinstance(thing, dict) else thing if isinstance(thing, (list, tuple)) else ()
        if any(map(holds, list(parts))):
            return True
    return False
"""
    second = search + store_with(LEN, "return len(self.m) + 1000 * remembered()")
    report = tried(lane, second, calls=30, histories=2)
    assert report["shown"] == []
    planted = search + f"KEPT = ['{marker}!']\n" + store_with(LEN, "return len(self.m) + 1000 * remembered()")
    assert tried(lane, planted, calls=30, histories=2)["shown"], "the search must be able to find it"


@pytest.mark.slow
def test_limits_too_small_for_the_control_are_nobodys_fault() -> None:
    slow = store_with(GET, "\n        for _ in range(10**7): pass\n        return self.m.get(key)")
    with Lane(task_of(STORE, slow, replace(LIMITS, cpu_s=0.05)), tier="plain") as lane:
        report = tried(lane, slow)
    assert report["shown"] == []
    assert report["problem"][0] in ("INCONCLUSIVE", "ERROR")


@pytest.mark.slow
def test_a_candidate_that_waits_without_computing_does_not_return() -> None:
    task = task_of(STORE, GOOD_STORE, replace(LIMITS, wall_s=0.6))
    source = store_with(LEN, "\n        import os\n        os.read(3, 1)\n        return len(self.m)")
    with Lane(task, tier="plain") as lane:
        report = tried(lane, source)
    assert laws(report) == {"returns"}
    assert re.search(r" 0\.0\d CPU-s used", report["shown"][0]["observed"])


def test_a_second_process_with_another_hash_seed_finds_what_depends_on_it(lane: Lane) -> None:
    source = store_with(KEYS, "return sorted(self.m, key=lambda k: (hash(str(k)) if len(self.m) > 2 else 0, k))")
    any_order = task_of(STORE.replace("@sut(", '@sut(answers="any", '), GOOD_STORE)
    with Lane(any_order, tier=lane.tier) as other:
        assert laws(tried(other, source, both=False)) == set()
        assert laws(tried(other, source, both=True)) == {"deterministic"}


def test_a_judge_that_fails_says_how_and_nothing_is_said_of_the_candidate() -> None:
    with Lane(task_of(STORE, GOOD_STORE), tier="plain") as lane, pytest.raises(InfrastructureError) as caught:
        lane.ask({"op": "trial", "gear": "exhaustive", "host": 0, "random_seed": 1, "open_goals": [], "both": False})
    assert "KeyError: 'depth' (gears.py:" in caught.value.message and caught.value.exit_code == 4
