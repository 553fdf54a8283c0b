"""What the worlds of a task refute at once need not go through the whole cascade to be known as refuted."""

from collections.abc import Iterator

import pytest

from probatum.critic.bench import Bench
from probatum.judge.lane import Lane
from probatum.lab.files import read_task
from probatum.lab.seeds import chosen_seeds
from probatum.verdict import Outcome


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    task = read_task("tcp_v2")
    with Lane(task, tier="plain") as lane:
        yield Bench(task=task, lane=lane, seeds=chosen_seeds(3))


def bad(bench: Bench) -> list[str]:
    canaries = [c for c in bench.task.canaries if c.kind == "bad" and c.level == "simulation" and "sut.py" in c.files]
    return [c.files["sut.py"].decode() for c in canaries]


def test_a_glance_refutes_most_of_what_the_worlds_refute_and_not_the_reference(bench: Bench) -> None:
    programs = bad(bench)[:8]
    assert sum(map(bench.refuted_at_a_glance, programs)) * 3 >= len(programs) * 2
    assert not bench.refuted_at_a_glance(bench.reference)


def test_what_a_glance_refutes_the_cascade_refutes(bench: Bench) -> None:
    seen = [source for source in bad(bench) if bench.refuted_at_a_glance(source)][:3]
    assert seen and all(bench.assess(source).outcome is Outcome.REFUTED for source in seen)


def test_without_a_world_a_glance_says_nothing() -> None:
    task = read_task("bounded_log")
    with Lane(task, tier="plain") as lane:
        bench = Bench(task=task, lane=lane, seeds=chosen_seeds(3))
        assert not bench.refuted_at_a_glance("class BoundedLog: pass\n")
