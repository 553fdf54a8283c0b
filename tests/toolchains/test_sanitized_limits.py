"""What only needs more than a limit under AddressSanitizer is neither refuted nor held, and nothing breaks over it."""

from __future__ import annotations

from typing import Any, cast

import pytest

from probatum.candidate import Candidate
from probatum.levels.context import Context, first_problem
from probatum.levels.sanitized import LIMITS, sanitized_report
from probatum.verdict import Outcome

CANDIDATE = Candidate(files={"sut.rs": b"pub struct List;"})


class Recorded:
    """A lane whose sanitized trials were recorded."""

    def __init__(self, *laws: str) -> None:
        self.shown = [{"law": law, "observed": f"{law} is broken"} for law in laws]

    def sanitized(self, candidate: Candidate, **request: Any) -> dict[str, Any]:
        return {"shown": self.shown, "problem": None}


def reported(*laws: str) -> dict[str, Any]:
    context = cast("Context", type("Surroundings", (), {"lane": Recorded(*laws)}))
    return sanitized_report(CANDIDATE, context)


@pytest.mark.parametrize("law", sorted(LIMITS))
def test_a_limit_that_only_the_sanitizer_breaks_is_inconclusive(law: str) -> None:
    report = reported(law)
    assert report["shown"] == []
    forced = first_problem(report, ())
    assert forced is not None and forced[0] is Outcome.INCONCLUSIVE and f"{law} is broken" in forced[1]


def test_what_the_sanitizer_is_there_for_is_shown_beside_a_limit() -> None:
    report = reported("returns", "memory_safe")
    assert [shown["law"] for shown in report["shown"]] == ["memory_safe"] and report["problem"] is None
