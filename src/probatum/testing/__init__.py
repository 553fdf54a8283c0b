"""What tests use: `assert_holds` and `assert_refuted`, workers without processes, the conformance kit of workers."""

from __future__ import annotations

from probatum.testing.holds import assert_holds, assert_refuted

__all__ = ["assert_holds", "assert_refuted"]
