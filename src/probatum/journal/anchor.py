"""A note beside the journal of the last acknowledged event, so that a file cut short at a valid place is noticed.

A hash chain proves that nothing before its head was changed; it cannot show that the tail was cut off (the write-ahead
log deleted, an older copy put back). The note is written after each commit, so it is never ahead of the truth; a lost
or torn note only loses the check.
"""

from __future__ import annotations

import os
import zlib
from contextlib import suppress
from pathlib import Path

from probatum.errors import JournalError
from probatum.journal.chain import Tip

_LONGEST = 256  # bytes: identity, number, digest and checksum fit in half of it


class Anchor:
    """The open note of one journal; `identity` tells a journal from a recovered copy, which has its own history."""

    def __init__(self, journal: Path, identity: str) -> None:
        self._identity = identity
        self._fd = os.open(f"{journal}-head", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def write(self, tip: Tip) -> None:
        """Note that `tip` is acknowledged. Never fails: the event is stored, and saying otherwise would be a lie."""
        line = f"{self._identity} {tip.seq} {tip.digest}"
        with suppress(OSError):
            os.pwrite(self._fd, f"{line} {zlib.crc32(line.encode()):08x}\n".encode(), 0)

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self._fd)


def read(journal: Path, identity: str) -> Tip | None:
    """The last acknowledged event of this very journal, or None when nothing certain is known."""
    try:
        with open(f"{journal}-head", "rb") as note:
            fields = note.read(_LONGEST).split(b"\n")[0].decode("ascii").split(" ")
        owner, seq, digest, check = fields
        if owner != identity or f"{zlib.crc32(' '.join(fields[:3]).encode()):08x}" != check:
            return None
        return Tip(seq=int(seq), digest=digest)
    except (OSError, ValueError):
        return None


def require(journal: Path, acknowledged: Tip | None, found: str | None, last: int) -> None:
    """Raise JournalError when a journal lacks its last acknowledged event.

    `found` is the digest it has at that number, `last` the number of its last event.
    """
    if acknowledged is None or acknowledged.seq == 0 or found == acknowledged.digest:
        return
    lost = f"it ends at event {last}" if found is None else f"its event {acknowledged.seq} is {found[:12]}…"
    raise JournalError(
        f"the journal {journal} has lost acknowledged events: {lost}, but event {acknowledged.seq} "
        f"({acknowledged.digest[:12]}…) was written "
        f"(was {journal.name}-wal deleted, an older copy put back, or power lost?)",
        fix=f"Put the missing file back, or go on from what is there: delete {journal}-head",
    )
