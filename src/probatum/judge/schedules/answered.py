"""One call on a copy of an oracle."""

from __future__ import annotations

import copy
from typing import Any

from probatum.task.declare import Unsatisfied
from probatum.task.interface import SutClass


def answered(declared: SutClass, oracle: Any, call: tuple[str, tuple[Any, ...]]) -> tuple[Any, Any] | None:
    """A copy of the oracle after the call, and its answer (None for a declared error); None where the call is outside
    of the specification, or waits."""
    name, args = call
    copied = copy.deepcopy(oracle)
    try:
        return copied, getattr(copied, name)(*copy.deepcopy(args))
    except Unsatisfied:
        return None
    except declared.method(name).errors:
        return copied, None
