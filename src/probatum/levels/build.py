"""Level 1: the source compiles, imports, provides the interface and type-checks against it."""

from __future__ import annotations

from typing import Any

from probatum.candidate import EDITABLE, Candidate
from probatum.judge.compare import SENTENCES
from probatum.levels.compiling import compile_problem, compiled
from probatum.levels.context import Context, refuted_text
from probatum.task.model import Task
from probatum.toolchains.python import typecheck
from probatum.verdict import Outcome, Scope, Strength, Verdict


class Build:
    """UNIVERSAL of the claim "compiles and types", nothing about behaviour."""

    name = "build"
    number = 1

    def check(self, task: Task, candidate: Candidate, context: Context) -> Verdict:
        """Compile, load in a locked worker, type-check when a checker is present."""
        if candidate.refusal is not None:
            return Verdict(level=self.name, outcome=Outcome.SKIPPED, reason="there is nothing that can be built")
        if candidate.language == "rust":
            return self._compiled(candidate, context)
        if (problem := _source_problem(candidate, context)) is not None:
            return _refuted("compiles", problem, context)
        loaded = context.lane.load(candidate)
        if (verdict := _loading(loaded, context)) is not None:
            return verdict
        return self._typed(task, candidate, context) if context.types else _untyped()

    def _compiled(self, candidate: Candidate, context: Context) -> Verdict:
        if (problem := compile_problem(candidate, context)) is not None:
            outcome, text = problem
            if outcome is Outcome.REFUTED:
                return _refuted("compiles", text, context)
            return Verdict(level=self.name, outcome=outcome, reason=text)
        if (verdict := _loading(context.lane.load(candidate), context)) is not None:
            return verdict
        rust = context.lane.workers.rust
        compiler = rust.compiler()
        version = compiler.version.splitlines()[0] if compiler is not None else "rustc"
        return compiled(version)

    def _typed(self, task: Task, candidate: Candidate, context: Context) -> Verdict:
        read, _ = context.inspect(candidate)
        excused = (read or {}).get("excused") or typecheck.NOTHING
        checked = typecheck.check(task, candidate, tier=context.lane.tier, excused=excused)
        if checked.problems:
            lines = checked.problems[:20]
            return _refuted("types", lines[0], context, lines=lines)
        if checked.absent and task.types == "strict":
            return Verdict(level=self.name, outcome=Outcome.SKIPPED, reason=checked.absent)
        return Verdict(
            level=self.name,
            outcome=Outcome.HOLDS,
            strength=Strength.UNIVERSAL,
            scope=Scope(text="compiles, imports, provides the interface; types: " + (checked.absent or checked.scope)),
            tools=("py_compile", *((checked.tool,) if checked.tool else ())),
            credit=1.0,
        )


def _untyped() -> Verdict:
    return Verdict(
        level="build",
        outcome=Outcome.HOLDS,
        strength=Strength.UNIVERSAL,
        scope=Scope(text="compiles, imports, provides the interface; types: not checked yet"),
        tools=("py_compile",),
        credit=1.0,
    )


def _source_problem(candidate: Candidate, context: Context) -> str | None:
    try:
        candidate.files[EDITABLE["python"]].decode()
    except UnicodeDecodeError as problem:
        return f"the source is not UTF-8 (byte {problem.start})"
    read, ending = context.inspect(candidate)
    if read is None:
        return f"the source cannot be read: the reader was lost ({ending.how})"
    return None if read["error"] is None else f"line {read['error'][0]}: {read['error'][1]}"


def _loading(loaded: dict[str, Any], context: Context) -> Verdict | None:
    match loaded:
        case {"loaded": []}:
            return None
        case {"loaded": missing}:
            return _refuted(
                "interface", f"missing: {', '.join(missing)}", context, lines=tuple(f"no {name}" for name in missing)
            )
        case {"failed": [error, message]}:
            return _refuted("loads", f"raises {error}" + (f": {message}" if message else ""), context)
        case {"lost": [law, detail]}:
            return _refuted(law, detail, context)
    outcome, text = loaded["problem"]
    return Verdict(level="build", outcome=Outcome(outcome), reason=text)


def _refuted(law: str, observed: str, context: Context, *, lines: tuple[str, ...] = ()) -> Verdict:
    return refuted_text(
        level="build",
        law=law,
        sentence=SENTENCES[law],
        lines=lines or (observed,),
        observed=observed,
        expected=SENTENCES[law],
        context=context,
    )
