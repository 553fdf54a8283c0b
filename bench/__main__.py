"""``python -m bench [NAME...]``: print figures."""

from __future__ import annotations

import sys

from bench import gears, histories, ladder, mutants, refine, schedules, search, valley, weights

BENCHES = {
    "weights": weights.main,
    "gears": gears.main,
    "mutants": mutants.main,
    "refine": refine.main,
    "schedules": schedules.main,
    "ladder": ladder.main,
    "histories": histories.main,
    "valley": valley.main,
    "search": search.main,
}


def main() -> None:
    """Run the named benches, or all."""
    for name in sys.argv[1:] or list(BENCHES):
        print(f"== {name}")
        BENCHES[name]()


if __name__ == "__main__":
    main()
