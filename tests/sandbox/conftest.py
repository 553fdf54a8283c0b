"""Every test that starts processes gets a word to recognise them by."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator

import pytest
from sandbox_support import alive


@pytest.fixture
def marker() -> Iterator[str]:
    """An argument to recognise the processes of this test by; none of them may outlive it."""
    word = f"marker-{secrets.token_hex(8)}"
    yield word
    if sys.platform == "linux":
        assert alive(word) == []
