"""Proposals as plain data, which is how replies are kept in the journal."""

from __future__ import annotations

import base64
import json
from typing import Any

from probatum.authors.base import Edit, Proposal
from probatum.errors import JournalError


def proposal_to_bytes(proposal: Proposal) -> bytes:
    """A proposal as JSON; `proposal_from_bytes` is its inverse."""
    body: dict[str, Any] = {"author": proposal.author, "note": proposal.note, "refusal": proposal.refusal}
    body["parent"] = proposal.parent
    body |= {"tokens": proposal.tokens, "cost_usd": proposal.cost_usd}
    body |= {name: words for name in ("asked", "said", "proved") if (words := getattr(proposal, name))}
    body["files"] = {name: _packed(data) for name, data in sorted(proposal.files.items())}
    body["edits"] = [[e.old, e.new] for e in proposal.edits]
    return json.dumps(body, sort_keys=True).encode()


def proposal_from_bytes(data: bytes) -> Proposal:
    """The proposal of stored bytes. Raises JournalError for anything else."""
    try:
        body = json.loads(data)
        files = {str(name): _unpacked(kept) for name, kept in body.pop("files").items()}
        edits = tuple(Edit(old=old, new=new) for old, new in body.pop("edits"))
        return Proposal(files=files, edits=edits, **body)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise JournalError(f"a stored reply cannot be read: {problem}", fix="Start a new run") from None


def _packed(data: bytes) -> dict[str, str]:
    try:
        return {"text": data.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def _unpacked(kept: dict[str, str]) -> bytes:
    return kept["text"].encode() if "text" in kept else base64.b64decode(kept["base64"])
