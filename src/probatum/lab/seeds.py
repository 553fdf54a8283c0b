"""Seeds nobody can choose and everybody can check.

Every seed is HMAC-SHA-256 of a run secret over what it is for (candidate digest, level, part). The secret's hash is
committed before any
candidate is seen and the secret is revealed at the end: unpredictable for an author, replayable for a reader,
independent of how many workers
ran, and not re-rollable by submitting again.
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeds:
    """The source of a run's seeds."""

    secret: bytes
    chosen: int | None = None
    """The number a person gave with ``--seed``; inputs are then examples, never fresh."""

    @property
    def commitment(self) -> str:
        """SHA-256 of the secret, published before anything is judged."""
        return sha256(self.secret).hexdigest()

    @property
    def words(self) -> str:
        """How a scope names the origin of its inputs."""
        return self.commitment if self.chosen is None else f"examples chosen by seed {self.chosen}"

    def seed(self, *parts: str) -> str:
        """The seed for a purpose, as hexadecimal text."""
        return hmac.new(self.secret, "\x1f".join(parts).encode(), sha256).hexdigest()

    def hash_seeds(self, count: int) -> tuple[int, ...]:
        """Seeds of hosts, for PYTHONHASHSEED: an order of sets that an author cannot know beforehand."""
        return tuple(self.number("hash seed", str(index)) for index in range(count))

    def number(self, *parts: str) -> int:
        """The seed for a purpose as a non-negative 31-bit number."""
        return int(self.seed(*parts)[:8], 16) >> 1


def fresh_seeds() -> Seeds:
    """Seeds from a new secret of the operating system."""
    return Seeds(secret=secrets.token_bytes(32))


def chosen_seeds(number: int) -> Seeds:
    """Seeds from a number that a person chose: deterministic, hence examples."""
    return Seeds(secret=sha256(f"probatum seed {number}".encode()).digest(), chosen=number)


def new_run_name() -> str:
    """A short unpredictable name for a run, sortable by time."""
    return time.strftime("%Y%m%d-%H%M%S-") + secrets.token_hex(3)
