"""Loading: does the module import, does it provide the interface, and if the process was lost, is that the
candidate's doing?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from probatum.judge.loss import describe, law_of
from probatum.judge.ports import Opening, Workers, read_loaded
from probatum.transcript import Ending

MACHINE_MAY_CAUSE = ("cpu", "wall", "memory")
"""Endings that a busy machine can bring about; a process that ends in another way once has done so itself."""


def load_candidate(workers: Workers) -> dict[str, Any]:
    """``{"loaded": [missing...]}``, ``{"failed": [error, message]}``, ``{"lost": [law, detail]}`` or ``{"problem":
    [outcome, text]}``."""
    opening = Opening()
    loaded, ending = _attempt(workers, opening)
    if loaded[:1] == ("loaded",):
        return {"loaded": list(loaded[1:])}
    if loaded[:1] == ("failed",):
        return {"failed": list(loaded[1:])}
    again, second = _attempt(workers, replace(opening, host=1))
    control, _ = _attempt(workers, replace(opening, control=True))
    if control != ("loaded",):
        return {"problem": ["ERROR", "the control cannot be loaded either, so the machine or the task is to blame"]}
    if again:
        if ending.how in MACHINE_MAY_CAUSE:
            return {"problem": ["INCONCLUSIVE", f"loading was cut off once ({ending.how}) and not again"]}
        detail = f"while importing the module, in one process of two: {describe(ending.how, ending.detail)}"
        return {"lost": [law_of(ending.how), detail]}
    return {"lost": [law_of(second.how), f"while importing the module: {describe(second.how, second.detail)}"]}


def _attempt(workers: Workers, opening: Opening) -> tuple[tuple[str, ...], Ending]:
    worker, first = workers.open(opening)
    loaded = read_loaded(first)
    ending = worker.close()
    if first is not None and not loaded:
        ending = replace(ending, how="protocol", detail="the reply to loading does not parse")
    return loaded, ending
