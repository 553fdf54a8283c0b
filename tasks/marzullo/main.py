"""Fuse what time servers say about a clock: python main.py CANDIDATE_DIR [--faults F] [--server=LO,HI ...]

Each server says that the local clock is LO to HI microseconds behind. Without --server an example of seven servers
runs, for every number of faults that has an answer.
The candidate runs in this process, without a sandbox: use accepted ones.
"""

import argparse
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import NamedTuple


class Interval(NamedTuple):
    "All points from lo to hi."

    lo: int
    hi: int


# Offset plus and minus half the round trip, as a client would compute them; the last two servers have wrong clocks.
SERVERS = [
    Interval(-420, 1380),
    Interval(110, 910),
    Interval(240, 700),
    Interval(-90, 560),
    Interval(395, 1105),
    Interval(2350, 2610),
    Interval(-3900, -3300),
]


def load(folder: Path) -> ModuleType:
    """The candidate's module, with the record it may use by name, import from `interface`, or declare itself."""
    interface = ModuleType("interface")
    vars(interface)["Interval"] = Interval
    sys.modules["interface"] = interface
    spec = importlib.util.spec_from_file_location("sut", folder / "sut.py")
    if spec is None or spec.loader is None or not (folder / "sut.py").is_file():
        raise SystemExit(f"{folder} holds no sut.py; give the folder of an accepted candidate")
    module = importlib.util.module_from_spec(spec)
    vars(module)["Interval"] = Interval
    spec.loader.exec_module(module)
    return module


def server(text: str) -> Interval:
    lo, hi = (int(part) for part in text.split(","))
    if not -(2**63) <= lo <= hi < 2**63:
        raise ValueError(text)
    return Interval(lo, hi)


def supported(intervals: list[Interval], faults: int) -> bool:
    """Whether `fuse` may be asked: enough intervals, and a point that enough of them contain."""
    most = max(sum(i.lo <= start.lo <= i.hi for i in intervals) for start in intervals)
    return len(intervals) >= 2 * faults + 1 and most >= len(intervals) - faults


def main() -> None:
    parser = argparse.ArgumentParser(description="Fuse what time servers say about a clock.")
    parser.add_argument("candidate", type=Path, help="folder that holds sut.py")
    parser.add_argument("--server", type=server, action="append", help="LO,HI in microseconds; repeat it per server")
    parser.add_argument("--faults", type=int, help="how many may be wrong; default: every number that has an answer")
    options = parser.parse_args()
    sut, intervals = load(options.candidate), options.server or SERVERS
    wanted = [options.faults] if options.faults is not None else range(len(intervals) // 2 + 1)
    for faults in wanted:
        if faults < 0 or not supported(intervals, faults):
            print(f"{faults} faults of {len(intervals)}: no answer, the servers contradict each other too much")
            continue
        lo, hi = sut.fuse([sut.Interval(*interval) for interval in intervals], faults)
        print(f"{faults} faults of {len(intervals)}: the clock is {lo} to {hi} microseconds behind")


if __name__ == "__main__":
    main()
