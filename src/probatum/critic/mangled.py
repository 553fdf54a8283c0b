"""Programs that work out the right answer and then spoil it, always or in a case that is easily forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from probatum.critic.findings import Program
from probatum.critic.mutants import diff_of
from probatum.critic.stock import INDENT, label

MOST_CASES = 6
FARTHER = ("half of it", "its first item everywhere", "on top")
"""Tried in every case, too: what is wrong by more than one step or item is another kind of difference."""


def mangled(reference: str, entry: Mapping[str, Any]) -> Iterator[Program]:
    """Programs that spoil one method of the reference."""
    spoilers = list(_spoilers(entry))
    cases = list(_cases(entry))[:MOST_CASES]
    farther = [s for s in spoilers if s[0].endswith(FARTHER)]
    pairs = [(s, ("", "")) for s in spoilers] + [(s, case) for s in [*spoilers[:1], *farther] for case in cases]
    for (what, lines), (when, condition) in pairs:
        source = _spoiled(reference, entry, lines, condition)
        target = label(entry)
        said = f"{target}() {what}" + (f" {when}" if when else "")
        yield Program(
            name=f"spoiled {said}",
            origin="spoiled",
            source=source,
            what=said,
            diff=diff_of(reference, source),
            target=target,
        )


def _spoilers(entry: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """(what it does, statements that spoil ``answer``), the most visible first."""
    kind, optional = entry["type"], entry["optional"]
    guard = "answer is not None and " if optional else ""
    if entry["raises"]:
        yield "answers instead of raising its error", []
    if kind == "bool":
        yield "answers the opposite", ["answer = not answer"]
        yield "answers True whatever it does", ["answer = True"]
        yield "answers False whatever it does", ["answer = False"]
    if kind == "int":
        lo, hi = entry["lo"], entry["hi"]
        low = f"answer > {lo}" if lo is not None else "True"
        high = f"answer < {hi}" if hi is not None else "True"
        yield "answers one less", [f"if {guard}{low}:", f"{INDENT}answer -= 1"]
        yield "answers one more", [f"if {guard}{high}:", f"{INDENT}answer += 1"]
        yield "answers half of it", [f"if {guard}answer > 1:", f"{INDENT}answer //= 2"]
    if kind == "list":
        yield "answers in reverse order", [f"if {guard}True:", f"{INDENT}answer = answer[::-1]"]
        yield "swaps the last two items", [f"if {guard}True:", f"{INDENT}answer = answer[:-2] + answer[-2:][::-1]"]
        yield "leaves out the first item", [f"if {guard}True:", f"{INDENT}answer = answer[1:]"]
        yield "leaves out the last item", [f"if {guard}True:", f"{INDENT}answer = answer[:-1]"]
        yield (
            "answers every item once",
            [f"if {guard}True:", f"{INDENT}answer = [v for i, v in enumerate(answer) if v not in answer[:i]]"],
        )
        yield "answers its first item everywhere", [f"if {guard}True:", f"{INDENT}answer = answer[:1] * len(answer)"]
        for value in [v for v in entry["values"] if v.startswith("[") and v != "[]"][:1]:
            yield f"answers {value} on top", [f"if {guard}True:", f"{INDENT}answer = answer + {value}"]
        yield "answers the last item twice", [f"if {guard}True:", f"{INDENT}answer = answer + answer[-1:]"]
    if optional:
        yield "answers None", ["answer = None"]
    if entry["unit"]:
        yield "does nothing", ["SKIP"]


def _cases(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(in words, condition on the arguments), those that are easily forgotten first."""
    params = list(zip(entry["params"], entry["kinds"], strict=True))
    for i, (one, kind) in enumerate(params):
        for other, another in params[i + 1 :]:
            if kind == another:
                yield f"when {one} equals {other}", f"{one} == {other}"
    for name, kind in params:
        if kind in ("list", "set", "dict", "str", "bytes"):
            yield f"when {name} has more than two items", f"len({name}) > 2"
            yield f"when {name} is empty", f"not {name}"
        if kind == "list":
            yield f"when {name} does not ascend", f"{name}[:1] > {name}[-1:]"
    for name, kind in params:
        if kind == "int":
            yield f"when {name} is large", f"abs({name}) > 1000"
            yield f"when {name} is 0", f"{name} == 0"
            # What is drawn as a multiple or a square of something never leaves some rests.
            yield f"when {name} is odd", f"{name} % 2 == 1"
            yield f"when {name} is twice something odd", f"{name} % 4 == 2"


def meddling(reference: str, entry: Mapping[str, Any], shape: Sequence[Mapping[str, Any]]) -> Iterator[Program]:
    """Programs in which one method also does what another one does: looking changes something, doing is done twice."""
    if not entry["owner"]:
        return
    params, target = set(entry["params"]), label(entry)
    for other in shape:
        if other["owner"] != entry["owner"] or not set(other["params"]) <= params:
            continue
        if not other["unit"] and not other["params"] and other["name"] == entry["name"]:
            continue
        calls = f"super().{other['name']}({', '.join(other['params'])})"
        lines = ["try:", f"{INDENT}{calls}", "except Exception:", f"{INDENT}pass"]
        source = _spoiled(reference, entry, lines, "")
        what = f"{target}() also does what {other['name']}() does"
        if other["name"] == entry["name"]:
            what = f"{target}() does everything twice"
        diff = diff_of(reference, source)
        yield Program(name=what, origin="spoiled", source=source, what=what, diff=diff, target=target)


def _spoiled(reference: str, entry: Mapping[str, Any], lines: list[str], condition: str) -> str:
    """The reference with a layer over one method."""
    args = ", ".join(entry["params"])
    name, owner = entry["name"], entry["owner"]
    honest = f"super().{name}({args})" if owner else f"honest_{name}({args})"
    body = _body(entry, lines, condition, honest)
    if owner:
        head = [f"class {owner}({owner}):", f"{INDENT}def {name}({', '.join(['self', *entry['params']])}):"]
        text = [*head, *[INDENT * 2 + line for line in body]]
    else:
        text = [f"honest_{name} = {name}", "", "", f"def {name}({args}):", *[INDENT + line for line in body]]
    return reference.rstrip("\n") + "\n\n\n" + "\n".join(text) + "\n"


def _body(entry: Mapping[str, Any], lines: list[str], condition: str, honest: str) -> list[str]:
    if lines == ["SKIP"]:
        return [f"if not ({condition}):", f"{INDENT}{honest}"] if condition else ["return None"]
    if not lines:
        value = next(iter(entry["values"]), "None")
        errors = ", ".join(entry["raises"])
        return ["try:", f"{INDENT}return {honest}", f"except ({errors},):", f"{INDENT}return {value}"]
    # Conditions are looked at first: the honest method may change what it is given.
    spoiled = ["if spoil:", *[INDENT + line for line in lines]] if condition else lines
    return [*([f"spoil = {condition}"] if condition else []), f"answer = {honest}", *spoiled, "return answer"]
