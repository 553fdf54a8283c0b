"""What happens to an event before the journal is locked: encoding, hashing, packing; the transaction is short."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from probatum.errors import JournalError
from probatum.events import BLOBS, JSON, Event, blobs_of, reread, seal
from probatum.journal.blobs import Packed, digest_of, pack
from probatum.journal.chain import Tip


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What `append_many` takes: one event to be, with the blobs that must be stored with it."""

    run: str
    kind: str
    body: Mapping[str, JSON]
    blobs: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An entry that lacks only its place in the chain. `elsewhere` are blobs it names but does not bring."""

    run: str
    kind: str
    encoded: bytes
    body: dict[str, JSON]
    packed: tuple[Packed, ...]
    elsewhere: tuple[str, ...]

    def after(self, tip: Tip, at: float) -> Event:
        """The event this becomes when it follows `tip`."""
        seq = tip.seq + 1
        digest = seal(tip.digest, seq, self.run, self.kind, at, self.encoded)
        return Event(seq=seq, run=self.run, kind=self.kind, at=at, body=self.body, prev=tip.digest, digest=digest)


def prepare(entry: Entry, present: Callable[[Collection[str]], set[str]]) -> Pending:
    """Do the work that needs no lock; `present` says which digests are stored already. Raises JournalError."""
    if not entry.run or not entry.kind:
        raise JournalError(f"an event needs a run and a kind, not {entry.run!r} and {str(entry.kind)!r}")
    brought = {name: digest_of(content) for name, content in entry.blobs.items()}
    earlier = blobs_of(entry.body)
    for name in brought.keys() & earlier.keys():
        if brought[name] != earlier[name]:
            raise JournalError(f"the event names two different blobs {name!r}", fix="Give each blob its own name")
    encoded, body = reread({**entry.body, BLOBS: {**earlier, **brought}} if brought else entry.body)
    stored = present(brought.values()) if brought else set()
    fresh = {digest: entry.blobs[name] for name, digest in brought.items() if digest not in stored}
    return Pending(
        run=entry.run,
        kind=str(entry.kind),
        encoded=encoded,
        body=body,
        packed=tuple(pack(content, digest) for digest, content in fresh.items()),
        elsewhere=tuple(set(earlier.values()) - set(brought.values())),
    )
