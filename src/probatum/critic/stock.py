"""Cheap implementations: the reference with one method replaced by something that needs no thought."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from probatum.critic.findings import Program
from probatum.critic.mutants import diff_of

INDENT = "    "


def stock(reference: str, shape: Sequence[Mapping[str, Any]]) -> tuple[Program, ...]:
    """Cheap implementations of every method of an interface (see `judge.shape`)."""
    made = [p for entry in shape for p in _method(reference, entry)]
    unique = {program.source: program for program in made}
    return tuple(unique.values())


def _method(reference: str, entry: Mapping[str, Any]) -> Iterator[Program]:
    for kind, what, body in _bodies(entry):
        source = replaced(reference, entry, body)
        target = label(entry)
        yield Program(
            name=f"cheap {target}: {kind}",
            origin="cheap",
            source=source,
            what=f"{target}() {what}",
            diff=diff_of(reference, source),
            target=target,
        )


def label(entry: Mapping[str, Any]) -> str:
    """How a method is called in findings."""
    return f"{entry['owner']}.{entry['name']}" if entry["owner"] else str(entry["name"])


def _bodies(entry: Mapping[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    """(short name, what it does in words, statements of the body)."""
    if entry["unit"]:
        yield "does nothing", "does nothing", ["return None"]
    for value in [] if entry["unit"] else entry["values"]:
        yield f"always {value}", f"always answers {value}", [f"return {value}"]
    for index in entry["echo"]:
        name = entry["params"][index]
        yield f"echo of {name}", f"answers its argument {name}", [f"return {name}"]
    if not entry["unit"]:
        yield from _remembering(entry)
    yield "raises", "raises an error", ["raise ZeroDivisionError"]
    for error in entry["raises"]:
        yield f"always raises {error}", f"always raises {error}", [f"raise {error}"]


def _remembering(entry: Mapping[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    """Only the first call counts; and, where arguments can be answered, the last argument is written through."""
    if not entry["owner"]:
        return
    arguments = ", ".join(entry["params"])
    yield (
        "first call only",
        "answers what its first call answered",
        [
            "if not hasattr(self, '_cheap_first'):",
            f"{INDENT}self._cheap_first = super().{entry['name']}({arguments})",
            "return self._cheap_first[:] if isinstance(self._cheap_first, list) else self._cheap_first",
        ],
    )


def replaced(reference: str, entry: Mapping[str, Any], body: Sequence[str]) -> str:
    """The reference with another body for one method, written below it."""
    parameters = list(entry["params"])
    if not entry["owner"]:
        lines = [f"def {entry['name']}({', '.join(parameters)}):", *[INDENT + line for line in body]]
    else:
        head = f"{INDENT}def {entry['name']}({', '.join(['self', *parameters])}):"
        lines = [f"class {entry['owner']}({entry['owner']}):", head, *[INDENT * 2 + line for line in body]]
    return reference.rstrip("\n") + "\n\n\n" + "\n".join(lines) + "\n"
