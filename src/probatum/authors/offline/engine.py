"""The offline author: a fixed order of candidates around the fittest one, the first that was not tried yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, product

from probatum.authors.base import Brief, Feedback, Parent, Proposal, PublicView
from probatum.authors.offline.blend import crossings, mutations
from probatum.authors.offline.express import expressions
from probatum.authors.offline.operators import expression_changes
from probatum.authors.offline.rust import changed, rust_changes
from probatum.authors.offline.sketch import Sketches
from probatum.authors.offline.spots import Change, Source, applied, normal_form, read
from probatum.authors.offline.statements import statement_changes
from probatum.authors.offline.tune import tunings
from probatum.authors.patterns import applied as applied_pattern
from probatum.candidate import EDITABLE, Candidate
from probatum.task.model import digest_files
from probatum.verdict import Outcome

PAIRED = 60
"""How many of the most suspicious changes are combined in pairs."""
FIRST_REPAIRS, SKETCH_EVERY = 24, 8
"""Small faults are repaired first; after so many questions, one in so many goes to a sketch where the task has some."""
REMEMBERED = 48
"""Parents whose enumeration is kept where it stopped."""
_CALL = re.compile(r"(?:^|[.\s=])([A-Za-z_]\w*)\(")


@dataclass(slots=True)
class Offline:
    """Stateless but for a memory of where the last questions stopped: answers depend on the brief alone."""

    name: str = "offline"
    sketches_only: bool = False
    """Complete sketches and do nothing else (``--author offline:sketch``)."""
    _sketches: Sketches = field(default_factory=Sketches)
    _ahead: dict[tuple[str, str], Iterator[Proposal]] = field(default_factory=dict)
    _changes: dict[str, tuple[bytes, list[Change]]] = field(default_factory=dict)

    def propose(self, brief: Brief) -> Proposal | None:
        """The next untried candidate around one of the parents, in turns; None when all neighbourhoods are used up.

        A strategy's operator is tried first. Where it brings nothing new, the order of repairs is gone on with. After
        the first two dozen, every eighth question about Python goes to the task's sketches, and so do those that
        nothing else answers.
        """
        python = not any(parent.candidate.language == "rust" for parent in brief.parents)
        due = brief.turn >= FIRST_REPAIRS and brief.turn % SKETCH_EVERY == 0
        early = brief.operator in ("inject", "full") or due
        if self.sketches_only or (early and python):
            found = self._sketches.propose(brief)
            if found is not None or self.sketches_only:
                return found
        known = (
            bool(brief.parents) or not brief.tried
        )  # else the first candidates are still being judged: wait for them
        return self._edited(brief) or (self._sketches.propose(brief) if known else None)

    def _edited(self, brief: Brief) -> Proposal | None:
        for proposal in self._drawn(brief):
            if _digest(proposal) not in brief.tried:
                return proposal
        first = brief.turn % max(1, len(brief.parents))
        ordered: list[Parent | None] = [*brief.parents[first:], *brief.parents[:first]]
        for parent in ordered or [None]:
            for proposal in self._around(brief.view, parent):
                if _digest(proposal) not in brief.tried:
                    return proposal
        return None

    def _drawn(self, brief: Brief) -> Iterator[Proposal]:
        """What the operator of the brief brings."""
        if brief.operator == "crossover":
            yield from crossings(brief)
        elif brief.operator in ("inject", "full"):
            for start in brief.parents:
                yield from patterned(brief.view, start)
            yield from filled_templates(brief.view)
        elif brief.operator == "tune" and brief.parents and brief.parents[0].candidate.language == "python":
            yield from tunings(brief)
        elif brief.operator == "express" and brief.parents and brief.parents[0].candidate.language == "python":
            yield from expressions(brief)
        elif brief.operator == "mutate" and brief.parents and brief.parents[0].candidate.language == "python":
            parent = brief.parents[0].candidate
            yield from mutations(*self._changes_of(parent), parent.digest, brief)

    def _changes_of(self, parent: Candidate) -> tuple[bytes, list[Change]]:
        """The text and every single change of a parent, kept for a while."""
        if parent.digest not in self._changes:
            while len(self._changes) >= REMEMBERED:
                del self._changes[next(iter(self._changes))]
            source = read(parent.source)
            changes = [] if source is None else [*expression_changes(source), *statement_changes(source)]
            self._changes[parent.digest] = (b"" if source is None else source.text, changes)
        return self._changes[parent.digest]

    def _around(self, view: PublicView, parent: Parent | None) -> Iterator[Proposal]:
        """Where the enumeration around a parent stopped: everything before is tried, and stays so."""
        origin = ("", "") if parent is None else (parent.candidate.digest, parent.feedback.text)
        if origin not in self._ahead:
            while len(self._ahead) >= REMEMBERED:
                del self._ahead[next(iter(self._ahead))]
            self._ahead[origin] = _candidates(view, parent)
        return self._ahead[origin]


def _digest(proposal: Proposal) -> str:
    return digest_files(proposal.files)


def _rust_repairs(parent: Parent, several: Iterable[tuple[Change, ...]], author: str) -> Iterator[Proposal]:
    for changes in several:
        text = changed(parent.candidate.source, changes)
        if text is not None:
            note = "; ".join(f"{c.kind} {c.text}" for c in changes)
            files = {EDITABLE["rust"]: text.encode()}
            yield Proposal(author=author, files=files, note=note, parent=parent.candidate.digest)


def _candidates(view: PublicView, parent: Parent | None) -> Iterator[Proposal]:
    holds = parent is not None and parent.feedback.outcome == Outcome.HOLDS
    if holds:  # nothing is left to repair: what an operator wrote promises more
        yield from filled_templates(view)
    if parent is not None and parent.candidate.language == "rust":
        singles = rust_changes(parent.candidate.source)
        yield from _rust_repairs(parent, ((change,) for change in singles), "offline/repair")
        yield from patterned(view, parent)
        yield from filled_templates(view)
        yield from _rust_repairs(parent, _pairs(singles[:PAIRED]), "offline/repair-2")
        return
    source = None if parent is None else read(parent.candidate.source)
    if parent is None or source is None or parent.candidate.language != "python":
        yield from filled_templates(view)
        return
    digest, singles = parent.candidate.digest, list[Change]()
    for change in ranked(source, parent.feedback):
        singles.append(change)
        yield from _repairs(source, [(change,)], "offline/repair", digest)
    yield from filled_templates(view)
    yield from _repairs(source, _pairs(singles[:PAIRED]), "offline/repair-2", digest)


def ranked(source: Source, feedback: Feedback) -> Iterator[Change]:
    """Every single change once, most suspicious first: priors, weighed by closeness to the failing calls.

    Lazy, because parsing every variant of a long file at once would take longer than trying the first ones.
    """
    near = _closeness(feedback)
    changes = [*expression_changes(source), *statement_changes(source)]
    changes.sort(key=lambda c: (c.weight * near.get(c.function, 3.0 if near else 1.0), c.start, c.text))
    seen = {normal_form(source.text.decode())}
    for change in changes:
        text = applied(source.text, (change,))
        form = normal_form(text) if text is not None else None
        if form is not None and form not in seen:
            seen.add(form)
            yield change


def _closeness(feedback: Feedback) -> dict[str, float]:
    """Factor by function: the last call of the smallest counterexample is where the wrong answer was seen; the calls
    before it made the state."""
    near: dict[str, float] = {}
    for shown in feedback.shown[:2]:
        calls = [_CALL.findall(line.partition("->")[0])[:1] for line in shown.input]
        names = [name for call in calls for name in call]
        for name in names[:-1]:
            near.setdefault(name, 1.5)
            near.setdefault("__init__", 1.5)
        for name in names[-1:]:
            near[name] = 1.0
    return near


def _pairs(changes: list[Change]) -> Iterator[tuple[Change, ...]]:
    """Pairs, those of the most suspicious changes first."""
    numbered = combinations(range(len(changes)), 2)
    yield from ((changes[i], changes[j]) for i, j in sorted(numbered, key=lambda pair: (sum(pair), pair)))


def _repairs(source: Source, several: Iterable[tuple[Change, ...]], author: str, parent: str) -> Iterator[Proposal]:
    for changes in several:
        text = applied(source.text, changes)
        if text is not None and normal_form(text) is not None:
            note = "; ".join(f"{c.kind} in {c.function or 'the module'}" for c in changes)
            yield Proposal(author=author, files={EDITABLE["python"]: text.encode()}, note=note, parent=parent)


def patterned(view: PublicView, parent: Parent) -> Iterator[Proposal]:
    """The parent after each pattern of the task that has its places in it."""
    candidate = parent.candidate
    for path, pattern in view.patterns if candidate.language == "rust" else ():
        text = applied_pattern(pattern, candidate.source)
        if text is not None:
            files = {EDITABLE["rust"]: text.encode()}
            yield Proposal(
                author="offline/pattern", files=files, note=f"{path}: {pattern.about}", parent=candidate.digest
            )


def filled_templates(view: PublicView) -> Iterator[Proposal]:
    """Every filling of every template: ``HOLE_name`` stands for the texts that the task lists under ``[holes]``."""
    for path, text in view.templates:
        holes = [(name, values) for name, values in view.holes if re.search(rf"\bHOLE_{re.escape(name)}\b", text)]
        for values in product(*(values for _, values in holes)):
            filled = text
            for (name, _), value in zip(holes, values, strict=True):
                filled = re.sub(rf"\bHOLE_{re.escape(name)}\b", lambda _, value=value: value, filled)  # type: ignore[misc]
            note = ", ".join(f"{name} = {value}" for (name, _), value in zip(holes, values, strict=True))
            file = EDITABLE["rust" if path.endswith(".rs") else "python"]
            yield Proposal(author="offline/template", files={file: filled.encode()}, note=f"{path}: {note}")
