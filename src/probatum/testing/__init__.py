"""What tests use: `assert_holds` and `assert_refuted` for candidates, workers without processes, and the conformance kit."""

from __future__ import annotations
