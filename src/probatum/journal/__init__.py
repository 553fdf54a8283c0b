"""The journal: one append-only, hash-chained SQLite file per workspace, with the blobs its events refer to."""

from probatum.journal.pending import Entry
from probatum.journal.salvage import recover
from probatum.journal.secrets import forget_secret, load_secret, save_secret
from probatum.journal.store import Journal

__all__ = ["Entry", "Journal", "forget_secret", "load_secret", "recover", "save_secret"]
