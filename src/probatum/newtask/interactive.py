"""The questions of `probatum init` without arguments."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from probatum.errors import UsageError
from probatum.newtask.create import SUFFIX
from probatum.newtask.options import InitOptions
from probatum.newtask.signature import annotated, arguments
from probatum.newtask.source import SourceFile, find, read_source
from probatum.newtask.subject import raised

Ask = Callable[[str, str], str]
T = TypeVar("T")
TRIES = 3
BEFORE = (
    "slow_",
    "naive_",
    "reference_",
    "ref_",
    "simple_",
    "obvious_",
    "oracle_",
    "brute_force_",
    "Slow",
    "Naive",
    "Reference",
    "Simple",
    "Oracle",
)
AFTER = (
    "_slow",
    "_naive",
    "_reference",
    "_ref",
    "_simple",
    "_oracle",
    "_brute_force",
    "Slow",
    "Naive",
    "Reference",
    "Oracle",
)


def interactive(ask: Ask) -> InitOptions:
    """Options from answers; ``ask`` takes a question and a default and gives the answer.

    An answer that cannot be used is asked for again with the reason; after three of them its `UsageError` is raised.
    """
    path, file = _ask(ask, "Python file with the oracle (the obvious version)?", "", _file)
    pair = pairs(file)
    oracle, node = _choose(ask, "oracle, obviously right", file, pair[0][0] if pair else "")
    other_path, other = _ask(ask, "Python file with the implementation to try?", path, _file)
    found = [fast for slow, fast in pair if slow == oracle] if other.path == file.path else [partner(oracle, other)]
    candidate, _ = _choose(
        ask, "implementation", other, found[0] if found else "", but=oracle if other.path == file.path else ""
    )
    args = returns = None
    if isinstance(node, ast.FunctionDef) and not annotated(node):
        names = ", ".join(a.arg for a in arguments(node))
        args = ask(f"Types of {names} (list[I64], str, U64 | None, ...)?", "")
        returns = ask("Type of the result?", "")
    requires = ask("Precondition, a Python expression over the parameters (empty: none)?", "")
    errors = ", ".join(raised(file, node))
    raises = ask("Errors that are part of the answer (names separated by commas, or none)?", errors or "none").strip()
    folder = _ask(
        ask, f"Folder for the new task? (The implementation goes beside it, into FOLDER{SUFFIX}.)", candidate, _folder
    )
    return InitOptions(
        folder=folder,
        oracle=f"{path}:{oracle}",
        candidate=f"{other_path}:{candidate}",
        args=args or None,
        returns=returns or None,
        requires=requires.strip() or None,
        raises="" if raises.lower() == "none" else raises,
    )


def pairs(file: SourceFile) -> list[tuple[str, str]]:
    """(obvious, other) names of a file that belong together, such as ``slow_sort`` and ``sort``."""
    names = [d.name for d in file.definitions()]
    made = [(slow, partner(slow, file)) for slow in names]
    return [(slow, fast) for slow, fast in made if fast not in ("", slow)]


def partner(slow: str, file: SourceFile) -> str:
    """The name in a file that a name such as ``x_reference`` goes with; "" when there is none."""
    names = {d.name for d in file.definitions()}
    stems = [slow.removeprefix(b) for b in BEFORE if slow.startswith(b)] + [
        slow.removesuffix(a) for a in AFTER if slow.endswith(a)
    ]
    for stem in stems:
        for name in (stem, f"fast_{stem}", f"{stem}_fast", f"Fast{stem}"):
            if name in names and name != slow:
                return name
    return slow if slow in names and not stems else ""


def _ask(ask: Ask, question: str, default: str, use: Callable[[str], T]) -> T:
    reason = ""
    for left in range(TRIES, 0, -1):
        try:
            return use(ask(f"{reason}{question}", default).strip())
        except UsageError as problem:
            if left == 1:
                raise
            reason = f"{problem}\n"
    raise UsageError("no answer", fix="Run `probatum init --help`")


def _file(answer: str) -> tuple[str, SourceFile]:
    if not answer:
        raise UsageError("no file is named", fix="Give the path of a Python file")
    file = read_source(Path(answer))
    if not list(file.definitions()):
        raise UsageError(f"{answer} defines no function and no class", fix="Give a file that does")
    return answer, file


def _folder(answer: str) -> str:
    if not answer:
        raise UsageError("no folder is named", fix="Give a new folder")
    if Path(answer).exists() and (not Path(answer).is_dir() or any(Path(answer).iterdir())):
        raise UsageError(f"{answer} exists and is not empty", fix="Give a new folder")
    return answer


def _choose(
    ask: Ask, what: str, file: SourceFile, default: str, but: str = ""
) -> tuple[str, ast.FunctionDef | ast.ClassDef]:
    names = [d.name for d in file.definitions() if d.name != but]
    usual = default if default in names else names[0] if len(names) == 1 else ""

    def use(answer: str) -> tuple[str, ast.FunctionDef | ast.ClassDef]:
        return answer, find(file, answer)

    return _ask(ask, f"Which is the {what}: {', '.join(names)}?", usual, use)
