"""From a proposal to a candidate: edits match exactly once or nothing is evaluated."""

from __future__ import annotations

from itertools import pairwise

from probatum.authors.base import Edit, Proposal
from probatum.candidate import EDITABLE, Candidate
from probatum.errors import EditError


def candidate_of(proposal: Proposal, parent: Candidate | None) -> Candidate:
    """The candidate a proposal means. Raises `EditError` with a sentence for the author."""
    if proposal.proved:
        raise EditError(proposal.proved)
    parents = () if parent is None else (parent.digest,)
    if proposal.refusal is not None or (proposal.files and not proposal.edits):
        return Candidate(files=dict(proposal.files), parents=parents, author=proposal.author, refusal=proposal.refusal)
    if proposal.files:
        raise EditError("the proposal has whole files and edits", fix="Give one of them")
    if not proposal.edits:
        raise EditError("the proposal is empty", fix="Give the whole file, or at least one edit")
    if parent is None or parent.language not in EDITABLE:
        raise EditError("there is no parent to edit", fix="Give the whole file")
    text = edited(parent.source, proposal.edits)
    return Candidate(files={EDITABLE[parent.language]: text.encode()}, parents=parents, author=proposal.author)


def edited(text: str, edits: tuple[Edit, ...]) -> str:
    """The text with every edit made; each is looked up in the text as it was, and no two may touch."""
    spans = sorted((*_span(text, edit), edit.new) for edit in edits)
    for (_, end, _), (start, _, new) in pairwise(spans):
        if start < end:
            raise EditError(f"two edits overlap, the second puts {_short(new)}", fix="Join them into one edit")
    for start, end, new in reversed(spans):
        text = text[:start] + new + text[end:]
    return text


def _span(text: str, edit: Edit) -> tuple[int, int]:
    if not edit.old:
        raise EditError("an edit's old text is empty", fix="Name the text to replace, exactly as it stands in the file")
    start = text.find(edit.old)
    if start < 0:
        raise EditError(
            f"the old text {_short(edit.old)} does not occur in the parent's file",
            fix="Copy it from the file, spaces and line ends included",
        )
    if text.find(edit.old, start + 1) >= 0:
        raise EditError(
            f"the old text {_short(edit.old)} occurs more than once in the parent's file",
            fix="Add a line before or after it until it is unique",
        )
    return start, start + len(edit.old)


def _short(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:60] + " ... " + text[-15:])
