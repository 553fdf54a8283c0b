"""Level 0: only the editable file, and in it no listed construct."""

from __future__ import annotations

from probatum.candidate import EDITABLE, Candidate
from probatum.judge.compare import SENTENCES
from probatum.levels.context import Context, refuted_text
from probatum.task.model import Task
from probatum.toolchains.rust.listed import EXPLANATION
from probatum.verdict import Outcome, Scope, Strength, Verdict

MOST = 3
"""Listed constructs of a candidate in Rust of which it is told what to do instead."""


class Boundary:
    """What is read off the candidate's bytes before anything runs. A second line: the first is the locked worker."""

    name = "boundary"
    number = 0

    def check(self, task: Task, candidate: Candidate, context: Context) -> Verdict:
        """UNIVERSAL of that text: a listed construct is in it or not."""
        if candidate.refusal is not None:
            return _refuted("editable_files", (candidate.refusal,), candidate.refusal, context)
        name = EDITABLE[candidate.language]
        if candidate.language not in task.languages:
            wanted = " or ".join(EDITABLE[language] for language in task.languages)
            why = f"this task takes {wanted}, not {name}"
            return _refuted("editable_files", (why,), why, context)
        read, ending = context.inspect(candidate)
        if read is None:
            return _unreadable(task, ending.how, context)
        if read["listed"]:
            lines = tuple(f"{name}:{line}: {text}" if text else construct for line, construct, text in read["listed"])
            found = list(dict.fromkeys(construct for _, construct, _ in read["listed"]))
            said = " ".join(EXPLANATION[each] for each in found[:MOST] if each in EXPLANATION)
            rust = candidate.language == "rust"
            return _refuted("listed_constructs", lines, "; ".join(found), context, instead=said if rust else "")
        if read["error"] is not None:
            return Verdict(
                level=self.name,
                outcome=Outcome.INCONCLUSIVE,
                reason="the source does not parse, so it cannot be searched",
            )
        if absent := context.lane.workers.absent(candidate):
            return Verdict(level=self.name, outcome=Outcome.SKIPPED, reason=absent)
        scope = Scope(text=f"the whole text of {name} ({len(candidate.files[name])} bytes)")
        return Verdict(
            level=self.name,
            outcome=Outcome.HOLDS,
            strength=Strength.UNIVERSAL,
            scope=scope,
            tools=("ast", "tokenize") if candidate.language == "python" else ("probatum's lexer for Rust",),
            credit=1.0,
        )


def _refuted(law: str, lines: tuple[str, ...], observed: str, context: Context, *, instead: str = "") -> Verdict:
    return refuted_text(
        level="boundary",
        law=law,
        sentence=SENTENCES[law],
        lines=lines,
        observed=observed,
        expected=instead or SENTENCES[law],
        context=context,
    )


def _unreadable(task: Task, how: str, context: Context) -> Verdict:
    """The reader was lost: the text is to blame when the control's text can be read."""
    control = Candidate(files=task.canary(task.control).files)
    if context.inspect(control)[0] is None:
        return Verdict(
            level="boundary", outcome=Outcome.ERROR, reason=f"the reader was lost ({how}), also on the control"
        )
    return _refuted(
        "alive",
        (f"reading the source takes the reader down ({how})",),
        f"reading it takes the reader down ({how})",
        context,
    )
