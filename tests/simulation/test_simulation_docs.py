"""docs/worlds.md shows a real task, a real candidate and what the judge really says."""

import re
from pathlib import Path

from simulating import Bench

from probatum.judge.simulation.trial import selfcheck_worlds
from probatum.judge.suite import load_suite

PAGE = Path(__file__).resolve().parents[2] / "docs" / "worlds.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    """The page's blocks in a language."""
    return [text for found, text in BLOCK.findall(PAGE.read_text()) if found == language]


def oracle(task: str) -> str:
    """The declarations of the page's task as a candidate."""
    classes = task[task.index("@sut") : task.index("@world")].replace('@sut(answers="any")\n', "")
    return "from interface import Packet\n\n\nU8 = U64 = int\n\n\n" + classes


def test_the_page_shows_what_the_judge_says() -> None:
    task, candidate = blocks("python")
    suite = load_suite(task)
    assert selfcheck_worlds(suite) == []
    bench = Bench(suite=suite, control=oracle(task))
    assert bench.tried(oracle(task), schedules=100).shown == []
    shown = bench.tried(candidate, schedules=100).shown[0]
    lines = [
        f"law {shown.law}: {shown.sentence}",
        *(f"    {line}" for line in shown.input),
        f"observed  {shown.observed}",
    ]
    assert blocks("text")[0].splitlines() == lines, "\n".join(lines)


def test_the_world_of_the_page_is_small() -> None:
    task = blocks("python")[0]
    lines = [line for line in task[task.index("@world") :].splitlines() if line.strip()]
    assert len(lines) <= 35
