"""Constructs of the vocabulary in languages without a reader here: words outside comments and strings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from probatum.audit.bypass import Occurrence
from probatum.audit.model import Place
from probatum.audit.vocabulary import language_of, rows_of

_STRING = r'"(?:\\.|[^"\\\n])*"'
_C_LIKE = re.compile(rf"//[^\n]*|/\*.*?\*/|{_STRING}|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`", re.DOTALL)
_LEAN = re.compile(rf"--[^\n]*|/-.*?-/|{_STRING}", re.DOTALL)
_ML = re.compile(rf"\(\*.*?\*\)|{_STRING}", re.DOTALL)
_COMMENTS = {"lean": _LEAN, "coq": _ML, "isabelle": _ML, "why3": _ML}


def word_occurrences(path: str, data: bytes) -> Iterator[Occurrence]:
    """Constructs of a file by language of its ending; nothing for languages with a reader or without rows."""
    language = language_of(path)
    rows = rows_of(language, "word")
    if not rows:
        return
    text = data.decode("utf-8", "replace")
    lines = text.splitlines()
    bare = _COMMENTS.get(language, _C_LIKE).sub(_blank, text)
    for row in rows:
        pattern = row.token if language in ("javascript", "go", "java") else rf"(?<!\w)(?:{row.token})(?!\w)"
        for found in re.finditer(pattern, bare):
            line = bare.count("\n", 0, found.start()) + 1
            content = lines[line - 1].strip() if line <= len(lines) else ""
            place = Place(file=path, line=line, text=content)
            yield Occurrence(row=row, place=place, scope="", text=" ".join(content.split()), shown=found.group())


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found.group())
