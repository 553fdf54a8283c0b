"""Random variation of sources: a few changes at once, and the crossing of two parents by hunks of lines.

Crossing takes a random part of what differs between two texts, as a person merges two branches; it needs no syntax
tree, so it works for any language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from probatum.authors.base import Brief, Proposal
from probatum.authors.offline.spots import Change, applied, normal_form
from probatum.candidate import EDITABLE
from probatum.lab.rng import Rng

DRAWS = 30
"""Draws before an operator gives up."""


def mutations(text: bytes, changes: Sequence[Change], parent: str, brief: Brief) -> Iterator[Proposal]:
    """Random changes of a Python source, one to three at once; likelier ones are drawn more often."""
    if not changes:
        return
    rng = Rng(brief.draw)
    weights = [1.0 / (0.1 + c.weight) for c in changes]
    for _ in range(DRAWS):
        several = rng.choices(changes, weights=weights, k=rng.choice((1, 1, 1, 2, 2, 3)))
        made = applied(text, tuple(several))
        if made is not None and normal_form(made) is not None:
            note = "; ".join(f"{c.kind} in {c.function or 'the module'}" for c in several)
            yield Proposal(author="offline/mutate", files={EDITABLE["python"]: made.encode()}, note=note, parent=parent)


def crossings(brief: Brief) -> Iterator[Proposal]:
    """Children of the brief's two parents; nothing when they do not differ in at least two places."""
    if len(brief.parents) < 2:
        return
    one, two = (parent.candidate for parent in brief.parents[:2])
    if one.language != two.language or one.language not in EDITABLE:
        return
    rng = Rng(brief.draw)
    mine, other = one.source.splitlines(keepends=True), two.source.splitlines(keepends=True)
    hunks = SequenceMatcher(None, mine, other, autojunk=False).get_opcodes()
    places = [number for number, hunk in enumerate(hunks) if hunk[0] != "equal"]
    if len(places) < 2:
        return
    for _ in range(DRAWS):
        taken = set(rng.sample(places, rng.randrange(1, len(places))))
        lines: list[str] = []
        for number, (_, a, b, c, d) in enumerate(hunks):
            lines += other[c:d] if number in taken else mine[a:b]
        text = "".join(lines)
        if one.language == "rust" or normal_form(text) is not None:
            yield Proposal(
                author="offline/crossover",
                files={EDITABLE[one.language]: text.encode()},
                note=f"{len(taken)} of {len(places)} differences taken from {two.digest[:12]}",
                parent=one.digest,
            )
