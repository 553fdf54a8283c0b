"""``python -m bench [NAME...]``: print figures."""

from __future__ import annotations

import sys

from bench import (
    canaries,
    gears,
    histories,
    ladder,
    mutants,
    refine,
    rustmutants,
    schedules,
    search,
    throughput,
    tuning,
    valley,
    weights,
)

BENCHES = {
    "canaries": canaries.main,
    "weights": weights.main,
    "gears": gears.main,
    "mutants": mutants.main,
    "refine": refine.main,
    "schedules": schedules.main,
    "ladder": ladder.main,
    "histories": histories.main,
    "valley": valley.main,
    "tuning": tuning.main,
    "search": search.main,
}
LONG = {"rustmutants": rustmutants.main, "throughput": throughput.main}
"""Only when named, alone; the words after the name are its own."""


def main() -> None:
    """Run the named benches, or all."""
    if sys.argv[1:2] and sys.argv[1] in LONG:
        LONG[sys.argv[1]]()
        return
    for name in sys.argv[1:] or list(BENCHES):
        print(f"== {name}")
        BENCHES[name]()


if __name__ == "__main__":
    main()
