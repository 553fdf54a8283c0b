"""A meter knows what was run while it was held, by whomever, and nothing else."""

from __future__ import annotations

from threading import Thread

import pytest
from sandbox_support import python, small

from probatum.sandbox.meter import charge, metered
from probatum.sandbox.spawn import run

BUSY = "import time\nwhile time.process_time() < 0.25:\n    pass"


def test_a_command_is_charged_to_every_meter_that_is_held(marker: str) -> None:
    with metered() as outer:
        done = run(python(BUSY, marker), small("plain"))
        with metered() as inner:
            pass
        run(python("", marker), small("plain"))
    assert done.cpu_s >= 0.25 and outer.cpu_s > done.cpu_s
    assert inner.cpu_s == 0.0


def test_a_command_is_charged_to_nobody_who_no_longer_holds_one(marker: str) -> None:
    with metered() as before:
        pass
    with pytest.raises(KeyError), metered() as failing:
        raise KeyError
    run(python("", marker), small("plain"))
    assert before.cpu_s == failing.cpu_s == 0.0


def test_what_another_thread_runs_is_not_charged_here() -> None:
    with metered() as here:
        other = Thread(target=charge, args=(1.0,))
        other.start()
        other.join()
        charge(0.5)
    assert here.cpu_s == 0.5
