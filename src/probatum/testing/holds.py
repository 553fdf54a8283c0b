"""`assert_holds` and `assert_refuted`: a candidate through the cascade, as one line of a test."""

from __future__ import annotations

import ast
import inspect
import shlex
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from probatum.candidate import Candidate, python_candidate
from probatum.checking import Request, TierWord, check
from probatum.errors import InfrastructureError, UsageError
from probatum.journal import Journal
from probatum.lab.files import read_candidate, read_task
from probatum.lab.seeds import fresh_seeds
from probatum.report.ending import law_words, smallest
from probatum.report.words import visible
from probatum.task.model import Task
from probatum.verdict import Assessment, Finding, Outcome, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A candidate as a test handed it in."""

    candidate: Candidate
    words: str
    """What to call it in a message."""
    folder: str = ""
    """Its folder, where it has one of its own, so that the command line can check it too."""
    hint: str = ""


def assert_holds(
    task: str | Path,
    candidate: object,
    *,
    seed: int | None = None,
    workspace: str | Path | None = None,
    sandbox: TierWord = "auto",
) -> Assessment:
    """Assert that the task accepts a candidate: a folder, the path of a Python file, or a class or function.

    A class or function stands for the whole module that defines it. ``seed`` repeats the inputs of an earlier call; by
    default they are new each time and a failure names their seed. Nothing is written to the current folder: the journal
    is temporary unless a ``workspace`` is given. Raises AssertionError with the smallest failing input;
    `InfrastructureError` when the machine is to blame, `TaskError` and `UsageError` for mistakes in what was given.
    """
    known = read_task(str(task))
    handed = _handed(candidate, known)
    number = _seed(seed)
    assessment = _assessed(known, handed, str(task), number, workspace, sandbox)
    if not assessment.accepted:
        raise AssertionError(_message(assessment, handed, str(task), number))
    return assessment


def assert_refuted(
    task: str | Path,
    candidate: object,
    by: str = "behaviour",
    law: str | None = None,
    *,
    seed: int | None = None,
    workspace: str | Path | None = None,
    sandbox: TierWord = "auto",
) -> Finding:
    """Assert that level ``by`` refutes a candidate (with a finding of ``law``, when given), and return that finding."""
    known = read_task(str(task))
    handed = _handed(candidate, known)
    number = _seed(seed)
    assessment = _assessed(known, handed, str(task), number, workspace, sandbox)
    verdict = next((v for v in assessment.verdicts if v.refuting), None)
    if verdict is None:
        seeded = f" (seed={number})"
        raise AssertionError(
            f"{handed.words} is not refuted but {assessment.outcome.value}: {assessment.reason}{seeded}"
        )
    found = [f for f in verdict.refuting if law is None or f.law == law]
    if verdict.level != by or not found:
        wanted = f"level {by}" + (f", law {law}" if law else "")
        raise AssertionError(
            f"{wanted} should have refuted it, but something else did:\n"
            + _message(assessment, handed, str(task), number)
        )
    return found[0]


def _seed(given: int | None) -> int:
    """A new number, unless one was given: it can be named in a message and given back."""
    return fresh_seeds().number("testing") if given is None else given


def _assessed(
    task: Task, handed: Handed, word: str, seed: int, workspace: str | Path | None, sandbox: TierWord
) -> Assessment:
    request = Request(
        task=task,
        candidate=handed.candidate,
        task_word=shlex.quote(word),
        candidate_word=shlex.quote(handed.folder or handed.words),
        seed=seed,
        tier=sandbox,
    )
    with _workspace(workspace) as place, Journal.open(place) as journal:
        assessment = check(request, journal, place).assessment
    if assessment.outcome is Outcome.ERROR:
        raise InfrastructureError(f"nothing is known about {handed.words}: {assessment.reason}", fix="probatum doctor")
    return assessment


@contextmanager
def _workspace(given: str | Path | None) -> Iterator[Path]:
    if given is not None:
        yield Path(given)
        return
    with tempfile.TemporaryDirectory(prefix="probatum-") as temporary:
        yield Path(temporary)


def _handed(candidate: object, task: Task) -> Handed:
    if isinstance(candidate, str | Path):
        path = Path(candidate)
        if path.is_dir():
            return Handed(candidate=read_candidate(path), words=str(path), folder=str(path))
        if path.is_file():
            return Handed(candidate=python_candidate(_read(path)), words=str(path))
        raise UsageError(f"there is no candidate at {path}", fix="Give a folder, a Python file, a class or a function")
    if inspect.isclass(candidate) or inspect.isfunction(candidate):
        return _from_object(candidate, candidate.__name__, task)
    raise UsageError(
        f"a {type(candidate).__name__} cannot be a candidate", fix="Give a folder, a Python file, a class or a function"
    )


def _from_object(thing: type | object, name: str, task: Task) -> Handed:
    """The module that defines a class or function, with its name changed to the one the task wants."""
    try:
        file = inspect.getsourcefile(thing)  # type: ignore[arg-type]
    except TypeError:
        file = None
    if file is None or not Path(file).is_file():
        raise UsageError(
            f"the source of {name} cannot be found, and a candidate is source code", fix="Put it into a file of its own"
        )
    text = _read(Path(file))
    if name not in _defined(text):
        raise UsageError(
            f"{name} is not defined at the top level of {file}",
            fix="A class made inside a function cannot be taken out of it: define it in a module of its own",
        )
    alias = _alias(name, text, task)
    return Handed(
        candidate=python_candidate(text + alias),
        words=f"{name} ({file})",
        hint=f"{name} is judged as the whole module {file}. A module that imports pytest or reads files cannot be a "
        "candidate: define it in a module of its own that imports only computation.",
    )


def _alias(name: str, text: str, task: Task) -> str:
    """A line that gives the task's name to a class or function of another name; "" when none is needed."""
    wanted = sut_names(task)
    if name in wanted:
        return ""
    if len(wanted) == 1:
        return f"\n\n{wanted[0]} = {name}\n"
    lacking = [w for w in wanted if w not in _defined(text)]
    if not lacking:
        return ""
    raise UsageError(
        f"the task {task.name} asks for {', '.join(wanted)}; the module of {name} does not define {', '.join(lacking)}",
        fix="Use the task's names",
    )


def sut_names(task: Task) -> tuple[str, ...]:
    """The classes and functions that a task asks for, read off the text of its task.py."""
    tree = ast.parse(task.files["task.py"])
    nodes = [n for n in tree.body if isinstance(n, ast.ClassDef | ast.FunctionDef)]
    return tuple(n.name for n in nodes if any(_is_sut(d) for d in n.decorator_list))


def _is_sut(decorator: ast.expr) -> bool:
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.unparse(target).rpartition(".")[2] == "sut"


def _defined(text: str) -> set[str]:
    try:
        body = ast.parse(text).body
    except SyntaxError:
        return set()
    kinds = ast.ClassDef | ast.FunctionDef
    assigned = {t.id for n in body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)}
    return {n.name for n in body if isinstance(n, kinds)} | assigned


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError(f"cannot read {path}: {problem}", fix="Give a readable UTF-8 file") from None


def _message(assessment: Assessment, handed: Handed, task: str, seed: int) -> str:
    """What a person needs to act: the law, the smallest input, what was seen and wanted, and how to see it again."""
    found = smallest(assessment)
    if found is None:
        lines = [f"{assessment.task} does not accept {handed.words}: {assessment.reason}"]
    else:
        lines = _refutation(assessment, handed, *found[:2])
    again = f"probatum check {shlex.quote(task)} --candidate {shlex.quote(handed.folder)} --seed {seed}"
    lines.append(f"  again: {again if handed.folder else f'the same call with seed={seed}'}")
    if handed.hint and found is not None and found[0].level == "boundary":
        lines.append(f"  note: {handed.hint}")
    return "\n".join(map(visible, lines))


def _refutation(assessment: Assessment, handed: Handed, verdict: Verdict, finding: Finding) -> list[str]:
    shown = finding.counterexample
    assert shown is not None
    return [
        f"{assessment.task} refutes {handed.words} at level {verdict.level}",
        f"  law {law_words(finding)}",
        *(f"      {line}" for line in shown.input),
        f"    observed  {shown.observed}",
        f"    expected  {shown.expected}",
    ]


__all__ = ["assert_holds", "assert_refuted"]
