"""Programs that go wrong by what came before or by two methods together: what laws about one call do not see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from probatum.critic.findings import Program
from probatum.critic.mutants import diff_of
from probatum.critic.stock import INDENT, label

Entry = Mapping[str, Any]
Methods = dict[str, list[str]]
"""Per method the statements of its layer."""

TOGETHER = ("int", "list")
"""Types of answers that two methods can get wrong in the same way."""


def forgetful(reference: str, shape: Sequence[Entry]) -> Iterator[Program]:
    """The reference under layers that depend on its history. ``shape``: see `judge.shape`."""
    owners = dict.fromkeys(entry["owner"] for entry in shape if entry["owner"])
    for owner in owners:
        entries = [entry for entry in shape if entry["owner"] == owner]
        for what, target, methods in _layers(entries):
            source = _layered(reference, owner, entries, methods)
            diff = diff_of(reference, source)
            yield Program(name=what, origin="spoiled", source=source, what=what, diff=diff, target=target)


def _layers(entries: Sequence[Entry]) -> Iterator[tuple[str, str, Methods]]:
    for entry in entries:
        yield from _forgets(entry)
        yield from _stale(entry)
        yield from _in_a_row(entry, entries)
        for other in entries:
            yield from _latest_only(entry, other)
            yield from _answers_of(entry, other)
    for one, other in combinations(entries, 2):
        yield from _together(one, other)


def _honest(entry: Entry) -> str:
    return f"super().{entry['name']}({', '.join(entry['params'])})"


def _forgets(entry: Entry) -> Iterator[tuple[str, str, Methods]]:
    if entry["unit"]:
        lines = ["super().__init__(*self._made_with)", _honest(entry)]
        made = ["self._made_with = made_with", "super().__init__(*made_with)"]
        yield f"{label(entry)}() forgets all that was there", label(entry), {"__init__": made, entry["name"]: lines}


def _stale(entry: Entry) -> Iterator[tuple[str, str, Methods]]:
    """An argument is taken from the call before: always a legal one, and wrong from the second call on."""
    for param in entry["params"] if entry["unit"] else ():
        kept = f"self._stale_{param}"
        take = [
            f"if not hasattr(self, '_stale_{param}'):",
            f"{INDENT}{kept} = {param}",
            f"{kept}, {param} = {param}, {kept}",
        ]
        text = f"{label(entry)}() takes the {param} of the call before"
        yield text, label(entry), {entry["name"]: [*take, _honest(entry)]}
        others = [p for p, kind in zip(entry["params"], entry["kinds"], strict=True) if kind == "int" and p != param]
        for other in others:
            lines = [f"if abs({other}) > 1000:", *[INDENT + line for line in take], _honest(entry)]
            yield f"{text} when {other} is large", label(entry), {entry["name"]: lines}


def _spoil(entry: Entry) -> str:
    """A statement that spoils ``answer``; "" where no short one does."""
    if entry["optional"]:
        return "answer = None"
    low = f"answer - (answer > {entry['lo']})" if entry["lo"] is not None else "answer - 1"
    return {"bool": "answer = not answer", "int": f"answer = {low}", "list": "answer = answer[1:]"}.get(
        entry["type"], ""
    )


def _in_a_row(entry: Entry, entries: Sequence[Entry]) -> Iterator[tuple[str, str, Methods]]:
    """A call right after one of the same method goes wrong."""
    again = f"again, self._called = getattr(self, '_called', '') == '{entry['name']}', '{entry['name']}'"
    note: Methods = {
        e["name"]: [f"self._called = '{e['name']}'", f"return {_honest(e)}"] for e in entries if e is not entry
    }
    if entry["unit"]:
        says = {"does nothing": "if not again:", "does everything twice": "for _ in range(1 + again):"}
        for what, line in says.items():
            body = [again, line, INDENT + _honest(entry)]
            yield f"{label(entry)}() {what} right after itself", label(entry), {**note, entry["name"]: body}
        return
    spoils = ["answer = True", "answer = False"] if entry["type"] == "bool" else [_spoil(entry)]
    for spoil in filter(None, spoils):
        body = [again, f"answer = {_honest(entry)}", "if again:", INDENT + spoil, "return answer"]
        text = f"{label(entry)}() answers wrongly right after itself ({spoil})"
        yield text, label(entry), {**note, entry["name"]: body}


def _latest_only(entry: Entry, other: Entry) -> Iterator[tuple[str, str, Methods]]:
    """Right only about the argument that another method took last."""
    for param in entry["params"]:
        if entry["unit"] or not other["unit"] or param not in other["params"] or not _spoil(entry):
            continue
        body = [
            f"answer = {_honest(entry)}",
            f"if {param} != getattr(self, '_latest', None):",
            INDENT + _spoil(entry),
            "return answer",
        ]
        text = f"{label(entry)}() is right about the latest {param} of {other['name']}() only"
        yield text, label(entry), {other["name"]: [f"self._latest = {param}", _honest(other)], entry["name"]: body}


def _answers_of(entry: Entry, other: Entry) -> Iterator[tuple[str, str, Methods]]:
    """One of the items that another method lists, for the one that is asked for."""
    lists = other["type"] == "list" and not other["optional"] and not other["params"]
    if entry["unit"] or not lists or not any(f"[{value}]" in other["values"] for value in entry["values"]):
        return
    body = [
        f"listed = {_honest(other)}",
        f"answer = {_honest(entry)}",
        f"return {'answer if answer is None else ' * entry['optional']}listed[0] if listed else answer",
    ]
    yield f"{label(entry)}() answers the first item of {other['name']}()", label(entry), {entry["name"]: body}


def _together(one: Entry, other: Entry) -> Iterator[tuple[str, str, Methods]]:
    """Two methods that are wrong in the same way, so that they agree with each other."""
    if any(entry["optional"] or entry["type"] not in TOGETHER for entry in (one, other)):
        return
    for what, change in (("less", _less), ("more", _more)):
        bodies = {e["name"]: [f"answer = {_honest(e)}", change(e), "return answer"] for e in (one, other)}
        yield f"{label(one)}() and {other['name']}() answer one {what} alike", label(one), bodies


def _less(entry: Entry) -> str:
    """One less, or one item less; never below what the type allows, which would be refused for that alone."""
    return _spoil({**entry, "optional": False})


def _more(entry: Entry) -> str:
    if entry["type"] == "list":
        return "answer = answer + answer[-1:]"
    return f"answer += answer < {entry['hi']}" if entry["hi"] is not None else "answer += 1"


def _layered(reference: str, owner: str, entries: Sequence[Entry], methods: Methods) -> str:
    params = {entry["name"]: list(entry["params"]) for entry in entries} | {"__init__": ["*made_with"]}
    lines = [f"class {owner}({owner}):"]
    for name, body in methods.items():
        lines += [f"{INDENT}def {name}({', '.join(['self', *params[name]])}):", *[INDENT * 2 + line for line in body]]
    return reference.rstrip("\n") + "\n\n\n" + "\n".join(lines) + "\n"
