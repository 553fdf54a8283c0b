"""From a model's text to edits or a whole file; what is not exactly one of them is refused with a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping

from probatum.authors.base import Edit
from probatum.authors.chat.prompts import MIDDLE, NEW, OLD
from probatum.errors import EditError

_FENCE = re.compile(r"^(`{3,})[^\n`]*\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL)


def read_reply(text: str, file: str) -> tuple[Mapping[str, bytes], tuple[Edit, ...]]:
    """Files or edits of a reply; ``file`` is the name of the editable file. Raises `EditError`."""
    if OLD in text or NEW in text:
        return {}, _edits(text)
    blocks = [found[2] for found in _FENCE.finditer(text)]
    if len(blocks) == 1 and blocks[0].strip():
        return {file: blocks[0].encode()}, ()
    if not blocks:
        raise EditError("the reply holds neither a fenced code block nor edits", fix="Answer in the form asked for")
    what = f"{len(blocks)} fenced code blocks" if len(blocks) > 1 else "an empty code block"
    raise EditError(f"the reply holds {what}", fix="Give the whole file in exactly one")


def _edits(text: str) -> tuple[Edit, ...]:
    """Every edit, or none: a block that is not closed would lose part of what was meant."""
    edits: list[Edit] = []
    part: list[str] | None = None
    old: list[str] | None = None
    for line in text.splitlines():
        mark = line.rstrip()
        if mark == OLD and part is None:
            part = []
        elif mark == MIDDLE and part is not None and old is None:
            old, part = part, []
        elif mark == NEW and part is not None and old is not None:
            edits.append(_edit(old, part))
            old = part = None
        elif mark in (OLD, NEW):
            raise EditError(f"'{mark}' of edit {len(edits) + 1} stands where it means nothing", fix=_FORM)
        elif part is not None:
            part.append(line)
    if part is not None or not edits:
        raise EditError(f"edit {len(edits) + 1} is not closed by '{NEW}'", fix=_FORM)
    return tuple(edits)


_FORM = f"Write {OLD}, the old lines, {MIDDLE}, the new lines, {NEW}, each mark on a line of its own"


def _edit(old: list[str], new: list[str]) -> Edit:
    """Whole lines: the line end belongs to them, so that lines can be taken out."""
    return Edit(old="".join(f"{line}\n" for line in old), new="".join(f"{line}\n" for line in new))
