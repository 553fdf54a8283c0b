"""Laws and goals beyond equality that can be had from signatures alone: a start for the user's own."""

from __future__ import annotations

from collections.abc import Mapping

from probatum.newtask.kinds import holds
from probatum.newtask.subject import Subject
from probatum.newtask.wording import fresh_name
from probatum.types.kinds import (
    Bool,
    Bytes,
    DictOf,
    Float,
    Int,
    Kind,
    ListOf,
    OptionOf,
    Record,
    SetOf,
    Str,
    TupleOf,
    Unit,
)

Types = Mapping[str, tuple[str, ...]]
MOST_GOALS = 4


def laws_text(subject: Subject, types: Types, taken: set[str]) -> str:
    """Laws and goals of a new task, after a blank line each."""
    names = set(taken)
    parts = [_class_law(subject, types, names)] if subject.is_class else _function_laws(subject, types, names)
    goals = _class_goals(subject, names) if subject.is_class else _function_goals(subject, names)
    return "\n\n\n".join(part for part in [*parts, *goals] if part)


def _named(wish: str, names: set[str]) -> str:
    name = fresh_name(wish, names)
    names.add(name)
    return name


def _handle(names: set[str], params: tuple[str, ...]) -> str:
    return fresh_name("s", {*names, *params})


def _suppressed(subject: Subject, lines: list[str]) -> list[str]:
    """Lines of a law body that survive declared errors.

    Errors of the user's own classes are made anew for laws, so only their base can be named.
    """
    if not subject.raises:
        return lines
    own = any(subject.file.definition(name) is not None for name in subject.raises)
    caught = "Exception" if own else ", ".join(subject.raises)
    return [f"    with suppress({caught}):", *("    " + line for line in lines)]


def _function_laws(subject: Subject, types: Types, names: set[str]) -> list[str]:
    signature = subject.signatures[0]
    s = _handle(names, signature.names)
    params = ", ".join(
        [f"{s}: Sut", *(f"{n}: {t}" for n, t in zip(signature.names, types[signature.name], strict=True))]
    )
    call = f"{s}.{subject.name}({', '.join(signature.names)})"
    errors = f", or raises {' or '.join(subject.raises)}" if subject.raises else ""
    law = [
        f'@never_raises("{subject.requirement}")',
        f"def {_named('always_answers', names)}({params}) -> None:",
        f'    "Every legal call returns{errors}."',
        *_suppressed(subject, [f"    {call}"]),
    ]
    result = signature.result
    if result is None or subject.raises or holds(result.kind, (Float, Unit)):
        return ["\n".join(law)]
    again = [
        f'@always("{subject.requirement}")',
        f"def {_named('same_again', names)}({params}) -> None:",
        '    "The same arguments get the same answer again."',
        f"    assert {call} == {call}",
    ]
    return ["\n".join(law), "\n".join(again)]


def _class_law(subject: Subject, types: Types, names: set[str]) -> str:
    """Every method is called once more after a history, with arguments of its own."""
    taken = {p for signature in subject.signatures for p in signature.names}
    s = _handle(names, tuple(taken))
    params, calls = [f"{s}: {subject.name}"], []
    for signature in subject.signatures:
        if signature.is_maker:
            continue
        given = [f"{signature.name}_{name}" for name in signature.names]
        params += [f"{g}: {t}" for g, t in zip(given, types[signature.name], strict=True)]
        calls += _suppressed(subject, [f"    {s}.{signature.name}({', '.join(given)})"])
    errors = f", or raises {' or '.join(subject.raises)}" if subject.raises else ""
    return "\n".join(
        [
            f'@never_raises("{subject.requirement}")',
            f"def {_named('always_answers', names)}({', '.join(params)}) -> None:",
            f'    "After any history every method returns{errors}."',
            *calls,
        ]
    )


def _goal(name: str, sentence: str, condition: str) -> str:
    return f'@sometimes\ndef {name}(call: Call) -> bool:\n    "{sentence}"\n    return {condition}'


def telling(kind: Kind) -> tuple[str, str] | None:
    """A condition on ``call.result`` that says the answer was no trivial one, and what it is called."""
    match kind:
        case OptionOf():
            return "call.result is not None", "something rather than None"
        case Bool():
            return "call.result is True", "True"
        case ListOf() | SetOf() | DictOf() | Str() | Bytes():
            return "bool(call.result)", "something that is not empty"
        case Int() | Float():
            return "call.result not in (None, 0)", "another number than 0"
        case Record() | TupleOf():
            return "call.result is not None", "a value"
        case Unit():
            return None
    return "call.result is not None", "a value"


def _function_goals(subject: Subject, names: set[str]) -> list[str]:
    result = subject.signatures[0].result
    assert result is not None
    found = telling(result.kind)
    goals = [_goal(_named("telling_answer", names), f"The answer is {found[1]}.", found[0])] if found else []
    if isinstance(result.kind, Bool):
        goals.append(_goal(_named("answers_false", names), "The answer is False.", "call.result is False"))
    if subject.raises and subject.precondition is None:
        goals.append(
            _goal(_named("declared_error", names), "The call ends in a declared error.", "call.error is not None")
        )
    return goals


def _class_goals(subject: Subject, names: set[str]) -> list[str]:
    goals = []
    for signature in subject.answering[:MOST_GOALS]:
        assert signature.result is not None
        found = telling(signature.result.kind)
        if found is not None:
            name = _named(f"{signature.name}_tells", names)
            condition = f'call.method == "{signature.name}" and {found[0]}'
            goals.append(_goal(name, f"{signature.name} answers {found[1]}.", condition))
    return goals
