"""The conformance kit of authors: what every author must keep to, so that a run can be resumed and repeated."""

from __future__ import annotations

from dataclasses import replace

from probatum.authors.base import Author, Brief, Feedback, Parent, Proposal, PublicView, Shown
from probatum.authors.edits import candidate_of
from probatum.authors.plain import proposal_from_bytes, proposal_to_bytes
from probatum.candidate import python_candidate
from probatum.errors import EditError

TURNS = 5

VIEW = PublicView(
    name="double",
    title="Double a number",
    problem="double(x) is twice x.",
    interface="def double(x: U32) -> U64:\n    ...\n",
    laws=(("even", "The answer is even."),),
    requirements=(("D-1", "double(x) is twice x."),),
)
SHOWN = Shown(
    level="behaviour",
    law="equality",
    sentence="Every answer equals the oracle's.",
    input=("double(1)",),
    observed="3",
    expected="2",
)


def sample_briefs() -> tuple[Brief, ...]:
    """A question without a parent, one with a wrong parent, one after a complaint."""
    candidate = python_candidate("def double(x: int) -> int:\n    return x + x + 1\n")
    parent = Parent(candidate=candidate, fitness=(3.0, 0.5), feedback=Feedback(outcome="REFUTED", shown=(SHOWN,)))
    first = Brief(turn=0, view=VIEW)
    second = Brief(turn=1, view=VIEW, parents=(parent,), tried=frozenset({candidate.digest}))
    return first, second, replace(second, turn=2, complaints=("the old text 'x' occurs more than once",))


def check_author(author: Author, *, repeatable: bool = True) -> None:
    """Raise AssertionError, saying what, unless the author keeps to its contract.

    ``repeatable``: the same brief must get the same answer (not asked of a model behind a network).
    """
    assert author.name and author.name == author.name.strip(), f"an author needs a name, not {author.name!r}"
    for brief in sample_briefs():
        answer = _answer(author, brief)
        if isinstance(answer, Proposal):
            _check_proposal(answer, brief)
        if repeatable:
            _check_progress(author, brief, answer)


def _answer(author: Author, brief: Brief) -> Proposal | str | None:
    """What came back; an `EditError` counts as its sentence. Every other error goes through."""
    try:
        answer = author.propose(brief)
    except EditError as problem:
        return str(problem)
    assert answer is None or isinstance(answer, Proposal), f"propose() gave {type(answer).__name__}, not a Proposal"
    return answer


def _check_proposal(proposal: Proposal, brief: Brief) -> None:
    assert proposal.author, "a proposal names its author"
    assert not (proposal.files and proposal.edits), "a proposal has whole files or edits, never both"
    assert proposal_from_bytes(proposal_to_bytes(proposal)) == proposal, "a proposal must survive the journal"
    parent = brief.parent(proposal.parent)
    try:
        candidate_of(proposal, None if parent is None else parent.candidate)
    except EditError:
        return  # it will be told


def _check_progress(author: Author, brief: Brief, first: Proposal | str | None) -> None:
    """What was handed in is not proposed again; questions end or bring something new."""
    if not isinstance(first, Proposal):
        return
    parent = brief.parent(first.parent)
    candidate = candidate_of(first, None if parent is None else parent.candidate)
    tried = brief.tried | {candidate.digest}
    for turn in range(brief.turn + 1, brief.turn + TURNS):
        answer = _answer(author, replace(brief, turn=turn, tried=tried))
        if not isinstance(answer, Proposal):
            return
        made = candidate_of(answer, None if parent is None else parent.candidate)
        assert made.digest not in tried, "an author must not propose what was tried already"
        tried |= {made.digest}
