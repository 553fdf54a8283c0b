"""The author `replay`: the replies that a journal holds of an earlier run, turn by turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from probatum.authors.base import Brief, Proposal
from probatum.authors.edits import candidate_of
from probatum.authors.plain import proposal_from_bytes
from probatum.candidate import Candidate
from probatum.errors import BudgetError, EditError, UsageError
from probatum.events import EventKind
from probatum.journal import Journal

Reply = Proposal | EditError | BudgetError | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Gives again what was given; a turn without a usable reply fails again with the same words."""

    replies: Mapping[int, Reply]
    """By turn: the proposal, why there was none (and what that cost), or None when the author passed."""
    name: str = "replay"

    def propose(self, brief: Brief) -> Proposal | None:
        """The reply of this turn."""
        reply = self.replies.get(brief.turn)
        if isinstance(reply, BudgetError):
            raise reply
        if isinstance(reply, EditError):
            raise EditError(reply.message, tokens=reply.tokens, cost_usd=reply.cost_usd, said=reply.said)
        return reply


def read_replies(journal: Journal, run: str, name: str = "replay") -> Replay:
    """The replies of a run, given under the name of an author. Raises `UsageError` when the journal has no such run."""
    replies: dict[int, Reply] = {}
    for event in journal.events(run=run):
        if event.kind in (EventKind.AUTHOR_CALLED, EventKind.AUTHOR_FAILED):
            body: Any = event.body
            replies[int(body["asked"])] = _reply(journal, body, event.blobs)
    if not replies:
        raise UsageError(f"the journal holds no reply of a run {run}", fix="Name a run that `probatum report` lists")
    return Replay(replies={turn: reply for turn, reply in replies.items() if turn >= 0}, name=name)


def recorded_seed(journal: Journal, run: str) -> Candidate | None:
    """The candidate that a run started from."""
    for event in journal.events(run=run, kind=EventKind.AUTHOR_CALLED):
        if event.body["asked"] == -1:
            return candidate_of(proposal_from_bytes(journal.get(event.blobs["reply"])), None)
    return None


def _reply(
    journal: Journal, body: Mapping[str, Any], blobs: Mapping[str, str]
) -> Proposal | EditError | BudgetError | None:
    if "reply" in blobs:
        return proposal_from_bytes(journal.get(blobs["reply"]))
    if body.get("over_budget"):
        return BudgetError(str(body["over_budget"]))
    if body.get("passed"):
        return None
    said = journal.get(blobs["said"]).decode() if "said" in blobs else ""
    return EditError(str(body["why"]), tokens=body.get("tokens", 0), cost_usd=body.get("cost_usd", 0.0), said=said)
