"""What a candidate costs besides its trial."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from search_support import STUB, drive

from probatum.authors.script import script_of
from probatum.search.state import Options

CANDIDATES = 1000


@pytest.mark.bench
def test_asking_writing_and_folding_take_at_most_three_milliseconds_of_cpu(tmp_path: Path) -> None:
    author = script_of([f"K = {n}\n{STUB}" for n in range(CANDIDATES)])
    began = time.process_time()
    told = drive(tmp_path, author=author, options=Options(max_candidates=2 * CANDIDATES), workers=2)
    each_ms = 1000 * (time.process_time() - began) / CANDIDATES
    assert told.state.evaluations == CANDIDATES + 1
    assert each_ms <= 3.0, f"{each_ms:.2f} ms"
