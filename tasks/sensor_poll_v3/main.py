"""Poll sensors with an accepted candidate: python main.py CANDIDATE_DIR [--faults F] [--input FILE]

Input: lines `id,lo,hi`; a blank line ends a round; `#` starts a comment. `--input -` reads standard input.
Without --input an example runs in which one of four sensors drifts away from the others.
The candidate runs in this process, without a sandbox: use accepted ones.
"""

import argparse
import importlib.util
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple


class Report(NamedTuple):
    "Sensor `sensor_id` says that the value lies between lo and hi."

    sensor_id: int
    lo: int
    hi: int


class Interval(NamedTuple):
    "All points from lo to hi."

    lo: int
    hi: int


def load(folder: Path) -> ModuleType:
    """The candidate's module, with the records it may use by name, import from `interface`, or declare itself."""
    records = {"Report": Report, "Interval": Interval}
    interface = ModuleType("interface")
    vars(interface).update(records)
    sys.modules["interface"] = interface
    spec = importlib.util.spec_from_file_location("sut", folder / "sut.py")
    if spec is None or spec.loader is None or not (folder / "sut.py").is_file():
        raise SystemExit(f"{folder} holds no sut.py; give the folder of an accepted candidate")
    module = importlib.util.module_from_spec(spec)
    vars(module).update(records)
    spec.loader.exec_module(module)
    return module


def drifting_liar(rounds: int = 12) -> Iterator[list[Report]]:
    """Four sensors around a slowly rising value; sensor 4 reads higher every round."""
    for turn in range(rounds):
        value = 1000 + 5 * turn
        wobble = (3 * turn % 7, 5 * turn % 6, 2 * turn % 5)
        honest = [Report(i, value - 8 - w, value + 12 - w) for i, w in enumerate(wobble, start=1)]
        yield [*honest, Report(4, value - 10 + 4 * turn, value + 10 + 4 * turn)]


def read_rounds(lines: Iterable[str]) -> Iterator[list[Report]]:
    """Rounds of reports from text; a line that is no report ends the program with its number."""
    reports: list[Report] = []
    for number, line in enumerate(lines, start=1):
        text = line.split("#")[0].strip()
        if text:
            reports.append(parse_report(text, number))
        elif reports and not line.strip():
            yield reports
            reports = []
    if reports:
        yield reports


def parse_report(text: str, number: int) -> Report:
    try:
        sensor_id, lo, hi = (int(part) for part in text.split(","))
    except ValueError:
        raise SystemExit(f"line {number}: {text!r} is not `id,lo,hi` in whole numbers") from None
    if not (0 <= sensor_id < 2**32 and -(2**63) <= lo < 2**63 and -(2**63) <= hi < 2**63):
        raise SystemExit(f"line {number}: id has 32 bits without sign, lo and hi have 64 bits with sign")
    return Report(sensor_id, lo, hi)


def show(turn: int, reports: list[Report], answer: tuple[int, int] | None) -> str:
    """One line: the fused interval, and who contradicts it."""
    if answer is None:
        return f"round {turn:3}  {len(reports)} reports  no answer"
    lo, hi = answer
    apart = [str(r.sensor_id) for r in reports if r.hi < lo or hi < r.lo]
    doubt = f"  contradicted by {', '.join(apart)}" if apart else ""
    return f"round {turn:3}  {len(reports)} reports  [{lo}, {hi}]{doubt}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Poll sensors with an accepted candidate.")
    parser.add_argument("candidate", type=Path, help="folder that holds sut.py")
    parser.add_argument("--faults", type=int, default=1, help="how many sensors may lie (default 1)")
    parser.add_argument("--input", help="file of `id,lo,hi` lines, - for standard input; default: an example")
    options = parser.parse_args()
    if not 0 <= options.faults < 2**32:
        parser.error("--faults lies between 0 and 4294967295")
    sut = load(options.candidate)
    if options.input is None:
        rounds = drifting_liar()
    elif options.input == "-":
        rounds = read_rounds(sys.stdin)
    else:
        rounds = read_rounds(Path(options.input).read_text(encoding="utf-8").splitlines())
    for turn, reports in enumerate(rounds, start=1):
        print(show(turn, reports, sut.poll([sut.Report(*report) for report in reports], options.faults)))


if __name__ == "__main__":
    main()
