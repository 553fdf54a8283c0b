"""The changed copy of Loom: made of the crate that the changes were written for, or not at all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from probatum.errors import InfrastructureError
from probatum.toolchains.rust.concurrent.amended import apply, unpublished
from probatum.toolchains.rust.concurrent.change import Change
from probatum.toolchains.rust.concurrent.changes import CHANGES
from probatum.toolchains.rust.concurrent.crates import CRATES

LOCK = (CRATES / "Cargo.lock").read_text()


def test_only_the_changed_crate_comes_from_a_folder() -> None:
    own = unpublished(LOCK, "loom")
    gone = [line for line in LOCK.splitlines() if line not in own.splitlines()]
    assert len(LOCK.splitlines()) - len(own.splitlines()) == 2
    assert [line.split()[0] for line in gone] == ["checksum"]


@pytest.mark.parametrize("times", [0, 2])
@pytest.mark.parametrize("change", CHANGES, ids=range(len(CHANGES)))
def test_another_version_of_the_crate_is_refused(change: Change, times: int, tmp_path: Path) -> None:
    (tmp_path / "atomic.rs").write_text(change.old * times)
    with pytest.raises(InfrastructureError, match=f"has {times} times"):
        apply(tmp_path / "atomic.rs", change)


def test_every_change_says_why_and_keeps_the_words_that_it_finds() -> None:
    for change in CHANGES:
        left = iter(re.split(r"(\W)", change.new))
        assert change.why and change.old != change.new
        assert all(word in left for word in re.split(r"(\W)", change.old) if word.strip())
