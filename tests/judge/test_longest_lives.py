"""The scope says how many calls one instance and one process got at most: what changes later was not tried."""

import pytest
from judging import Bench, bench

from probatum.verdict.values import Scope

BELL = """
@sut
class Bell:
    def __init__(self) -> None: ...
    def ring(self) -> U8:
        return 1
"""
COUNTS = """
everywhere = 0
class Bell:
    def __init__(self):
        self.here = 0
    def ring(self):
        global everywhere
        everywhere += 1
        self.here += 1
        return int({} < {})
"""


@pytest.fixture(scope="module")
def bell() -> Bench:
    return bench(BELL, COUNTS.format("self.here", 10**9))


@pytest.mark.parametrize("calls", [300, 1500])
def test_a_fault_in_the_last_call_that_an_instance_gets_is_seen_and_one_after_it_is_not(
    bell: Bench, calls: int
) -> None:
    longest = bell.fresh(bell.control, calls=calls).tally.on_one_instance
    assert bell.fresh(COUNTS.format("self.here", longest), calls=calls).shown
    assert not bell.fresh(COUNTS.format("self.here", longest + 1), calls=calls).shown


def test_no_process_gets_more_calls_than_is_said(bell: Bench) -> None:
    most = bell.fresh(bell.control).tally.in_one_process
    assert not bell.fresh(COUNTS.format("everywhere", most + 1)).shown
    assert bell.fresh(COUNTS.format("everywhere", most - most // 4)).shown


def test_the_scope_says_so_in_words() -> None:
    scope = Scope(counts=(("fresh_calls", 2000), ("most_calls_on_one_instance", 1007)))
    assert scope.sentence == "2000 fresh calls, at most 1007 calls on one instance"
