"""What the sandbox costs, in CPU milliseconds: `pytest -m bench -s tests/sandbox`."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sandbox_support import TIERS, needs_linux, needs_lock, python

from probatum.sandbox.lock import prepare_lock
from probatum.sandbox.policy import Limits, Policy, Tier
from probatum.sandbox.probe import probe
from probatum.sandbox.spawn import run

pytestmark = [pytest.mark.bench, needs_linux]


def cpu_ms(act: Callable[[], object], times: int) -> float:
    """CPU time per call, of this process and of the children it waited for."""

    def spent() -> float:
        own, below = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
        return own.ru_utime + own.ru_stime + below.ru_utime + below.ru_stime

    before = spent()
    for _ in range(times):
        act()
    return (spent() - before) / times * 1e3


@needs_lock
def test_lock_apply() -> None:
    lock = prepare_lock(Limits())
    read, write = os.pipe()
    figures = []
    for _ in range(50):
        pid = os.fork()
        if pid == 0:
            begun = time.thread_time_ns()
            lock.apply()
            os.write(write, (time.thread_time_ns() - begun).to_bytes(8, "little"))
            os._exit(0)
        figures.append(int.from_bytes(os.read(read, 8), "little") / 1e6)
        os.waitpid(pid, 0)
    figures.sort()
    print(f"\nLock.apply: median {figures[25]:.3f} ms, least {figures[0]:.3f} ms")
    assert figures[25] < 1.0


@pytest.mark.parametrize("tier", TIERS)
def test_run_of_nothing(tier: Tier) -> None:
    figure = cpu_ms(lambda: run(["/bin/true"], Policy(tier=tier)), 20)
    print(f"\nrun(true) in {tier}: {figure:.1f} ms")
    assert figure < 200


@pytest.mark.parametrize("tier", TIERS)
def test_watching_for_a_second(tier: Tier) -> None:
    idle = cpu_ms(lambda: run(["/bin/sleep", "1"], Policy(tier=tier)), 1)
    print(f"\nrun(sleep 1) in {tier}: {idle:.1f} ms")
    assert idle < 300


@pytest.mark.parametrize("tier", TIERS)
def test_probe(tier: Tier, tmp_path: Path) -> None:
    figure = cpu_ms(lambda: probe(tier), 5)
    print(f"\nprobe({tier!r}): {figure:.0f} ms")
    assert figure < 500


ENDLESS = {
    "cpu": ("while True: pass", 1.0),
    "wall": ("import time; time.sleep(60)", 1.5),
    "output": ("while True: print('x' * 1000)", 1.0),
    "memory": ("kept = []\nwhile True: kept.append(bytearray(1 << 20) + b'x')", 1.0),
}


@pytest.mark.parametrize("limit", ENDLESS)
@pytest.mark.parametrize("tier", TIERS)
def test_whatever_goes_on_ends_a_second_after_its_limit_at_the_latest(tier: Tier, limit: str) -> None:
    code, after_s = ENDLESS[limit]
    limits = Limits(cpu_s=1, wall_s=1.5, memory_mb=200, output_kb=256, address_space=False)
    done = run(python(code), Policy(tier=tier, limits=limits))
    print(f"\n{limit} in {tier}: ended by {done.ended} after {done.wall_s:.2f} s")
    assert done.ended == limit
    assert done.wall_s < after_s + 1
