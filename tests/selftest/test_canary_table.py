"""The table of canaries in the documentation is what the tasks list."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_table_of_canaries_is_what_the_tasks_list() -> None:
    sys.path.insert(0, str(ROOT))
    try:
        from bench.canaries import table
    finally:
        sys.path.remove(str(ROOT))
    text = (ROOT / "docs" / "canaries.md").read_text(encoding="utf-8")
    told = text.partition("<!-- canaries: begin -->\n")[2].partition("\n<!-- canaries: end -->")[0]
    assert told == table(), "print it anew: python -m bench canaries"
