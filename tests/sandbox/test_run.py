"""`run`: whatever a command does, it ends within its limits, is described truly, and leaves nobody behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from sandbox_support import CONFINED, TIERS, alive, needs_linux, python, small

from probatum.errors import SandboxError
from probatum.sandbox import tree
from probatum.sandbox.policy import Limits, Policy, Tier
from probatum.sandbox.spawn import run

every_tier = pytest.mark.parametrize("tier", TIERS)
confined_tier = pytest.mark.parametrize("tier", CONFINED)

FORK_BOMB = """
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
"""
DAEMON = """
import os, sys, time
read, write = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        print("here", flush=True)
        os.write(write, b"!")
        time.sleep(60)
        print("still here", flush=True)
    os._exit(0)
os.read(read, 1)
"""
SLOW_MEMORY = """
import os, time
kept = []
for _ in range(8):
    if os.fork() == 0:
        break
for _ in range(9):
    kept.append(os.urandom(10 << 20))
time.sleep(60)
"""


@every_tier
def test_output_exit_code_and_input_arrive(tier: Tier, marker: str) -> None:
    code = "import sys; print(sys.stdin.read()[::-1]); print('oh', file=sys.stderr); sys.exit(3)"
    done = run(python(code, marker), small(tier), stdin=b"abc")
    assert (done.stdout, done.stderr, done.exit_code, done.signal) == (b"cba\n", b"oh\n", 3, None)
    assert (done.ended, done.truncated) == ("exit", False)


@every_tier
def test_large_input_that_nobody_reads_is_no_error(tier: Tier) -> None:
    done = run(python("print('done')"), small(tier), stdin=b"x" * (1 << 22))
    assert (done.stdout, done.ended) == (b"done\n", "exit")


@every_tier
def test_large_input_and_output_do_not_block_each_other(tier: Tier) -> None:
    text = b"y" * 200_000
    code = "import sys\nwhile c := sys.stdin.buffer.read(1000): sys.stdout.buffer.write(c)"
    assert run(python(code), small(tier), stdin=text).stdout == text


@every_tier
def test_a_crash_is_a_signal(tier: Tier) -> None:
    done = run(python("import os; os.kill(os.getpid(), 11)"), small(tier))
    assert (done.ended, done.signal, done.exit_code) == ("signal", 11, None)


@every_tier
def test_nothing_of_our_environment_is_inherited(tier: Tier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBATUM_TEST_SECRET", "s3cret")
    policy = Policy(tier=tier, env=(("GIVEN", "yes"),))
    done = run(python("import os; print(sorted(os.environ))"), policy)
    assert b"PROBATUM_TEST_SECRET" not in done.stdout
    assert b"GIVEN" in done.stdout


@every_tier
def test_endless_loop_ends_by_cpu_time(tier: Tier, marker: str) -> None:
    done = run(python("while True: pass", marker), small(tier, wall_s=20))
    assert done.ended == "cpu"
    assert done.cpu_s < 2.5


@needs_linux
@every_tier
def test_cpu_time_of_the_whole_tree_counts(tier: Tier, marker: str) -> None:
    code = "import os\nfor _ in range(3): os.fork()\nwhile True: pass"
    done = run(python(code, marker), small(tier, wall_s=20))
    assert done.ended == "cpu"
    assert done.cpu_s < 2.5


@every_tier
def test_cpu_time_is_measured_over_children(tier: Tier, marker: str) -> None:
    code = "import os, time\nif os.fork():\n    os.wait()\nelse:\n    while time.process_time() < 0.3: pass"
    assert run(python(code, marker), small(tier)).cpu_s >= 0.25


@every_tier
def test_a_sleeper_ends_by_wall_time(tier: Tier, marker: str) -> None:
    done = run(python("import time; time.sleep(60)", marker), small(tier, wall_s=0.5))
    assert (done.ended, done.signal) == ("wall", 9)


@every_tier
def test_a_command_that_ignores_signals_ends_too(tier: Tier, marker: str) -> None:
    code = (
        "import signal, time\nfor n in set(signal.Signals) - {9, 19}: signal.signal(n, signal.SIG_IGN)\ntime.sleep(60)"
    )
    done = run(python(code, marker), small(tier, wall_s=0.5))
    assert done.ended == "wall"


@needs_linux
@every_tier
def test_ten_gigabytes_are_not_to_be_had(tier: Tier, marker: str) -> None:
    done = run(python("b = bytearray(10 << 30)", marker), small(tier))
    assert b"MemoryError" in done.stderr
    assert done.max_rss_mb < 200


@needs_linux
@every_tier
def test_memory_of_many_processes_is_summed(tier: Tier, marker: str) -> None:
    done = run(python(SLOW_MEMORY, marker), small(tier, cpu_s=20, wall_s=20))
    assert done.ended == "memory"


@needs_linux
@every_tier
def test_shared_pages_are_not_counted_twice(tier: Tier, marker: str) -> None:
    code = "import os, time\nb = os.urandom(60 << 20)\nfor _ in range(6):\n    if not os.fork(): break\ntime.sleep(0.4)"
    assert run(python(code, marker), small(tier)).ended == "exit"


@needs_linux
@every_tier
def test_memory_is_watched_where_address_space_is_not_limited(tier: Tier, marker: str) -> None:
    policy = Policy(tier=tier, limits=Limits(cpu_s=20, wall_s=20, memory_mb=100, address_space=False))
    code = "import os, time\nkept = [os.urandom(1 << 20) for _ in range(300)]\ntime.sleep(60)"
    assert run(python(code, marker), policy).ended == "memory"


@every_tier
def test_a_gigabyte_of_output_is_cut_off(tier: Tier, marker: str) -> None:
    code = "import sys\nfor _ in range(1 << 20): sys.stdout.write('x' * 1024)"
    done = run(python(code, marker), small(tier))
    assert (done.ended, done.truncated) == ("output", True)
    assert len(done.stdout) == 256 << 10


@every_tier
def test_a_file_cannot_grow_beyond_its_limit(tier: Tier, tmp_path: Path) -> None:
    policy = Policy(tier=tier, read_write=(tmp_path,), limits=Limits(file_mb=1))
    code = "import sys\nwith open(sys.argv[1], 'wb', 0) as f:\n    f.write(b'x' * (3 << 20)); f.write(b'x')"
    done = run(python(code, str(tmp_path / "large")), policy)
    assert b"File too large" in done.stderr
    assert (tmp_path / "large").stat().st_size == 1 << 20


@needs_linux
@every_tier
def test_a_fork_bomb_ends(tier: Tier, marker: str) -> None:
    done = run(python(FORK_BOMB, marker), small(tier))
    assert done.ended in ("processes", "cpu", "wall")


@needs_linux
@every_tier
def test_a_daemon_does_not_outlive_its_command(tier: Tier, marker: str) -> None:
    done = run(python(DAEMON, marker), small(tier))
    assert (done.ended, done.stdout) == ("exit", b"here\n")
    assert alive(marker) == []


@needs_linux
@every_tier
def test_many_runs_at_once_keep_apart(tier: Tier, marker: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(6) as pool:
        results = pool.map(
            lambda n: run(python(f"print({n})", marker), small(tier, wall_s=20, cpu_s=10)).stdout, range(18)
        )
        assert list(results) == [b"%d\n" % n for n in range(18)]


@every_tier
def test_a_missing_command_is_our_fault_and_says_so(tier: Tier) -> None:
    with pytest.raises(SandboxError, match="not found"):
        run(["no-such-command-here"], small(tier))


@confined_tier
def test_a_command_outside_the_walls_is_our_fault_and_says_so(tier: Tier, tmp_path: Path) -> None:
    tool = tmp_path / "tool"
    tool.write_text("#!/bin/sh\necho works\n")
    tool.chmod(0o755)
    with pytest.raises(SandboxError, match="cannot be seen"):
        run([str(tool)], small(tier))
    shown = Policy(tier=tier, read_only=(tmp_path,))
    assert run([str(tool)], shown).stdout == b"works\n"


@confined_tier
def test_only_what_was_given_can_be_read_or_written(tier: Tier, tmp_path: Path) -> None:
    for name in ("hidden", "shown", "own"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    policy = Policy(tier=tier, read_only=(tmp_path / "shown",), read_write=(tmp_path / "own",))
    code = """
import sys
for name in ("hidden", "shown", "own"):
    for mode in "ra":
        try:
            open(f"{sys.argv[1]}/{name}/file", mode)
            print(name, mode)
        except OSError:
            pass
"""
    seen = run(python(code, str(tmp_path)), policy).stdout.decode().splitlines()
    assert seen == ["shown r", "own r", "own a"]
    everything = run(python(code, str(tmp_path)), Policy(tier="plain")).stdout.decode().splitlines()
    assert len(everything) == 6


@needs_linux
def test_children_are_found_without_help_of_the_kernel() -> None:
    import os
    import subprocess

    with subprocess.Popen(["/bin/sleep", "30"]) as child:
        assert child.pid in tree._scan(os.getpid())
        assert child.pid in tree.children(os.getpid())
        assert tree.kill_below(child.pid)
        child.kill()


@every_tier
def test_what_is_to_be_shown_must_exist(tier: Tier, tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="does not exist"):
        run(["/bin/true"], Policy(tier=tier, read_only=(tmp_path / "absent",)))
    with pytest.raises(SandboxError, match="is no folder inside"):
        run(["/bin/true"], Policy(tier=tier, cwd=str(tmp_path / "absent")))


@every_tier
def test_the_working_directory_is_the_one_named(tier: Tier, tmp_path: Path) -> None:
    policy = Policy(tier=tier, read_write=(tmp_path,))
    done = run(python("import os; print(os.getcwd()); open('made', 'w')"), policy, cwd=str(tmp_path))
    assert done.stdout.decode().strip() == str(tmp_path)
    assert (tmp_path / "made").exists()


@confined_tier
def test_root_has_no_privileges_inside(tier: Tier, tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    code = """
import ctypes, os, struct, sys
held = ctypes.create_string_buffer(24)
ctypes.CDLL(None).capget(struct.pack("=Ii", 0x20080522, 0), held)
print("none" if not any(held.raw) else "some")
try:
    os.mknod(sys.argv[1] + "/disk", 0o60600, os.makedev(7, 0))
    print("device made")
except PermissionError:
    print("refused")
"""
    done = run(python(code, str(tmp_path)), Policy(tier=tier, read_write=(tmp_path,)))
    assert done.stdout.split() == [b"none", b"refused"]
    assert not (tmp_path / "disk").exists()


@pytest.mark.parametrize("name", ["cpu_s", "wall_s", "memory_mb", "processes", "file_mb", "output_kb", "open_files"])
def test_a_limit_of_zero_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        Limits(**{name: 0})  # type: ignore[arg-type]
