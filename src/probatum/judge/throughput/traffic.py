"""What threads call while an object is measured: declared by the task, drawn from a hidden seed, kept as text."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from probatum.errors import TaskError
from probatum.lab.rng import Rng
from probatum.task.interface import Interface, SutClass
from probatum.task.traffic import THROUGHPUT_MARK, ThroughputMark
from probatum.types.codec import DecodeError, Ref, build, encode, parse
from probatum.types.conform import mismatch, revive

Ask = tuple[Any, ...]
"""A method's name and its arguments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The class under `@throughput`, with the class whose instances threads share."""

    name: str
    sentence: str
    mark: ThroughputMark
    traffic: Any
    shared: SutClass
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """The calls of one round. ``drain`` is "" or a method that is called last, at most ``most`` times."""

    made: tuple[Any, ...]
    before: tuple[Ask, ...]
    threads: tuple[tuple[Ask, ...], ...]
    after: tuple[Ask, ...]
    drain: str = ""
    most: int = 0

    def text(self, shared: SutClass) -> str:
        """As the driver reads it, and as it is stored."""
        names = {method.name: at for at, method in enumerate(shared.methods)}

        def rows(asks: Sequence[Ask]) -> str:
            return "[" + ",".join(encode([names[ask[0]], *ask[1:]]) for ask in asks) + "]"

        threads = "[" + ",".join(map(rows, self.threads)) + "]"
        drain = rows([(self.drain,)] if self.drain else [])
        parts = (encode(list(self.made)), rows(self.before), threads, rows(self.after), drain)
        return f"[{','.join(parts)},{self.most}]"


def read_traffic(shared: SutClass, text: str) -> Traffic:
    """Stored traffic; raises `DecodeError` where it is none of this class."""
    try:
        tree: Any = parse(text)
        made, before, threads, after, drain, most = tree
        parts = [tuple(_ask(shared, row) for row in part) for part in (before, after, drain, *threads)]
        return Traffic(
            made=tuple(map(build, made)),
            before=parts[0],
            threads=tuple(parts[3:]),
            after=parts[1],
            drain=parts[2][0][0] if parts[2] else "",
            most=most,
        )
    except (TypeError, ValueError, IndexError) as problem:
        raise DecodeError(f"no traffic of {shared.name}: {problem}") from None


def _ask(shared: SutClass, row: Any) -> Ask:
    method, given = shared.methods[row[0]], map(build, row[1:])
    pairs = zip(method.params, given, strict=True)
    return (method.name, *(v if type(v) is Ref else revive(p.kind, v) for p, v in pairs))


def declared_of(namespace: Mapping[str, Any], interface: Interface, *, file: str) -> Declared | None:
    """The task's `@throughput`; raises `TaskError` for one that means nothing."""
    found = [v for v in namespace.values() if inspect.isclass(v) and THROUGHPUT_MARK in vars(v)]
    if not found:
        return None
    cls = found[0]
    lines = [m.__code__.co_firstlineno for m in vars(cls).values() if inspect.isfunction(m)]
    where: dict[str, Any] = {"file": file, "line": min(lines, default=None)}
    shared = [c for c in interface.classes if c.shared]
    if len(found) > 1 or len(shared) != 1:
        raise TaskError(
            "@throughput is said of more than one class, or where no threads share an object in Rust",
            fix="Keep one, and declare one class with @concurrent and @in_rust",
            **where,
        )
    missing = [name for name in ("calls", "adds_up") if not inspect.isfunction(vars(cls).get(name))]
    sentence = " ".join((inspect.getdoc(cls) or "").split("\n\n")[0].split())
    if missing or not sentence:
        raise TaskError(
            f"@throughput class {cls.__name__} lacks {missing[0] + '()' if missing else 'a sentence'}",
            fix="Write calls(self, r, thread, count), adds_up(self, before, threads, after) and a docstring",
            **where,
        )
    mark, line = vars(cls)[THROUGHPUT_MARK], where["line"]
    return Declared(name=cls.__name__, sentence=sentence, mark=mark, traffic=cls(), shared=shared[0], line=line)


def drawn(declared: Declared, seed: str, threads: int, *, checked: bool = False) -> Traffic:
    """The calls of a seed; raises `TaskError` where the task lists what its interface does not have, unless others of
    the same task were ``checked``."""
    try:
        made = _drawn(declared, Rng(f"{seed} {threads}"), threads)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as problem:
        why = f"{declared.name} cannot list its calls: {type(problem).__name__}: {problem}"
        raise TaskError(why, file="task.py", line=declared.line) from None
    drain = [(made.drain,)] if made.drain else []
    if checked:
        return made
    _check_made(declared, made.made)
    for ask in [ask for part in (made.before, *made.threads, made.after, drain) for ask in part]:
        _check(declared, ask)
    return made


def _drawn(declared: Declared, r: Rng, threads: int) -> Traffic:
    own, mark = declared.traffic, declared.mark
    made = Traffic(
        made=tuple(getattr(own, "made", ())),
        before=_listed(own, "before", r),
        threads=tuple(tuple(own.calls(r, thread, mark.calls // threads)) for thread in range(threads)),
        after=_listed(own, "after", r),
        drain=getattr(own, "drain", ""),
    )
    return replace(made, most=1 + len(made.before) + sum(map(len, made.threads)) if made.drain else 0)


def _listed(own: Any, name: str, r: Rng) -> tuple[Ask, ...]:
    return tuple(getattr(own, name)(r)) if hasattr(own, name) else ()


def _check_made(declared: Declared, made: tuple[Any, ...]) -> None:
    params = declared.shared.makers[0].params
    wrong = [mismatch(p.kind, value) for p, value in zip(params, made, strict=False)]
    if any(wrong) or len(params) != len(made):
        why = next(filter(None, wrong), f"{len(params)} arguments are wanted")
        raise TaskError(f"{declared.name} makes {declared.shared.name}{made!r}: {why}", file="task.py")


def _check(declared: Declared, ask: Any) -> None:
    known = {method.name: method for method in declared.shared.methods}
    problem = "" if type(ask) is tuple and ask and ask[0] in known else "which is no method with its arguments"
    if not problem:
        params = known[ask[0]].params
        wrong = [mismatch(p.kind, a) for p, a in zip(params, ask[1:], strict=False) if type(a) is not Ref]
        problem = next(filter(None, wrong), "") or ("" if len(params) == len(ask) - 1 else "with too many or too few")
    if problem:
        raise TaskError(f"{declared.name} calls {ask!r}, {problem}", file="task.py", line=declared.line)
