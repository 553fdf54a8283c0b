"""Reads a candidate in Rust without compiling it: what of its text is not offered to candidates.

The text is cut into tokens as rustc does it, and the rules ask for what *may* be named (modules of the standard
library, macros, attributes, derives), so that a construct nobody thought of is refused too. Nothing that runs is
decided here: the locked worker is the wall. What rustc never compiles, items under `#[cfg(test)]`, is passed over; a
harness must not compile candidates with ``--test`` or ``--cfg test``.
"""

from __future__ import annotations

from probatum.toolchains.rust.code import read_code
from probatum.toolchains.rust.listed import EXPLANATION
from probatum.toolchains.rust.pathrules import root_rules, std_rules
from probatum.toolchains.rust.textrules import attribute_rules, import_rules, macro_rules, word_rules

__all__ = ["EXPLANATION", "listed_constructs"]

MAX_SOURCE_BYTES = 400_000
MAX_FOUND = 50


def listed_constructs(source: str, *, concurrent: bool) -> list[tuple[int, str, str]]:
    """(line, construct, text of the line) of what is refused, by line, at most 50; every construct is in `EXPLANATION`.

    ``concurrent``: of a task that declares concurrency, in which std::sync and std::cell must come from the shim.
    """
    if len(source.encode("utf-8", "surrogatepass")) > MAX_SOURCE_BYTES:
        return [(1, "too large", "")]
    code = read_code(source)
    found = {
        *std_rules(code, concurrent=concurrent),
        *root_rules(code),
        *attribute_rules(code),
        *macro_rules(code, concurrent=concurrent),
        *import_rules(code),
        *word_rules(code, concurrent=concurrent),
    }
    lines = source.split("\n")
    places = sorted({(code.lines[at], construct) for at, construct in found})
    return [(line, construct, _quoted(lines[line - 1])) for line, construct in places[:MAX_FOUND]]


def _quoted(line: str) -> str:
    """A line of the candidate made safe to show."""
    return "".join(c if c.isprintable() else " " for c in line.strip()[:120])
