"""Sketches: whole programs with holes, ``hole("name")``, that a task ships in ``sketches/`` and the author completes.

Fillings are proposed in order of size; one that contradicts a counterexample of this run is passed over where a small
interpreter can tell (`fragment`; no code of a candidate runs here). Where z3 is installed and every hole can be put to
it, it is asked for a filling that satisfies all counterexamples instead, and when there is none, that is a proof and
the end of the sketch. Counterexamples are what the judge has shown of candidates; the oracle is not seen.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from probatum.authors.base import Brief, Proposal, PublicView, Shown
from probatum.authors.offline.fragment import Evaluation, Numbers, Outside, Program, Raises, places, program_of
from probatum.authors.offline.holes import Filling, Space, count_of, fillings, fitted, parsed, space_of
from probatum.authors.offline.solve import Example, Proof, present, solved
from probatum.authors.offline.spots import Source, read
from probatum.candidate import EDITABLE
from probatum.errors import TaskError
from probatum.task.holes import Hole
from probatum.task.model import digest_files

REACH = 50_000
"""Fillings that enumeration looks at; the first of them, by size."""
MOST_NAMED = 3
"""Counterexamples that a proof names in words."""
ABSENT = "z3 is not installed (extra [smt]), so fillings are enumerated and nothing is proved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A sketch that was read. ``program``: where the interpreter can follow it."""

    path: str
    source: Source
    spaces: tuple[Space, ...]
    program: Program | None
    spots: tuple[tuple[int, int, str], ...]
    """Bytes from and to, and the hole that stands there."""

    def filled(self, filling: Filling) -> str:
        """The text with every hole filled."""
        data = self.source.text
        for start, end, name in reversed(self.spots):
            data = data[:start] + fitted(filling[name]).encode() + data[end:]
        return data.decode()


def read_sketch(path: str, text: str, holes: Sequence[Hole], file: str = "") -> Sketch:
    """A sketch of a task. Raises `TaskError` in a line for a text that does not parse and for an undeclared hole."""
    file, source = file or path, read(text)
    if source is None:
        raise TaskError("a sketch that is no Python", file=file, fix="Correct its syntax")
    declared, used = {hole.name: hole for hole in holes}, dict[str, Space]()
    for place in places(source.tree):
        name = _name(place)
        if name not in declared:
            known = ", ".join(declared) or "none"
            fix = f"Add [holes.{name or 'NAME'}] to task.toml (declared: {known})"
            what = f'hole("{name}") is not declared' if name else 'a hole is not written as hole("name")'
            raise TaskError(what, file=file, line=place.lineno, key=name, fix=fix)
        if name not in used:
            used[name] = space_of(declared[name], file)
    if not used:
        raise TaskError("a sketch without holes", file=file, fix='Write hole("name") where something is to be found')
    spots = tuple((*source.span(place), _name(place)) for place in places(source.tree))
    return Sketch(path=path, source=source, spaces=tuple(used.values()), program=program_of(source.tree), spots=spots)


def _name(place: ast.Call) -> str:
    match place:
        case ast.Call(args=[ast.Constant(value=str(name))], keywords=[]):
            return name
    return ""


def examples_of(shown: Sequence[Shown]) -> tuple[Example, ...]:
    """The counterexamples that say what one call of a function must answer, in integers, truth values and lists."""
    found: dict[str, Example] = {}
    for one in shown:
        if one.law == "equality" and len(one.input) == 1 and one.observed.find("did not recur") < 0:
            example = _example(one.input[0], one.expected)
            if example is not None:
                found.setdefault(example.text, example)
    return tuple(found.values())


def _example(call: str, expected: str) -> Example | None:
    try:
        asked, answer = ast.parse(call, mode="eval").body, ast.parse(expected, mode="eval").body
        match asked:
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                values = tuple(_literal(arg) for arg in args)
                value = _literal(answer)
                text = f"{call} = {expected}"
                return (
                    Example(function=name, args=values, expected=value, text=text)
                    if type(value) in (int, bool)
                    else None
                )
    except (SyntaxError, ValueError, RecursionError):
        pass
    return None


def _literal(node: ast.expr) -> object:
    """The value of a literal. Raises ValueError for anything that is no integer, truth value or list of integers."""
    value = ast.literal_eval(node)
    items = value if isinstance(value, list | tuple) else [value]
    if not all(type(item) in (int, bool) for item in items):
        raise ValueError(value)
    return value


def contradicts(sketch: Sketch, filling: Filling, examples: Sequence[Example]) -> bool:
    """Whether a filling surely answers one of the examples wrong; False where that is not known."""
    if sketch.program is None:
        return False
    trees = {name: parsed(text) for name, text in filling.items()}
    for example in examples:
        run = Evaluation(
            program=sketch.program, numbers=Numbers(), hole=lambda run, name, env: run.value(trees[name], env)
        )
        try:
            found = run.call(example.function, example.args)
        except Outside:
            continue
        except Raises:
            return True
        if type(found) is not type(example.expected) or found != example.expected:
            return True
    return False


@dataclass(slots=True)
class _Ahead:
    """Where enumeration stopped: what is passed was given and tried, or contradicts what is known."""

    left: Iterator[Filling]
    known: frozenset[str] = frozenset()
    given: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Sketches:
    """The engine. It remembers how far enumeration came, which decides nothing but the time it takes."""

    _read: dict[tuple[str, str], Sketch] = field(default_factory=dict)
    _ahead: dict[str, _Ahead] = field(default_factory=dict)

    def propose(self, brief: Brief) -> Proposal | None:
        """A filling that was not tried, or a proof that was not told; None when there is neither."""
        for path, text in brief.view.sketches:
            if any(said.startswith(_head(path)) for said in brief.proved):
                continue
            sketch = self._sketch(path, text, brief.view)
            examples = examples_of(brief.counterexamples)
            if (found := _by_solver(sketch, examples, brief) or self._by_size(sketch, examples, brief)) is not None:
                return found
        return None

    def _sketch(self, path: str, text: str, view: PublicView) -> Sketch:
        if (path, text) not in self._read:
            self._read[path, text] = read_sketch(path, text, view.fillers)
        return self._read[path, text]

    def _by_size(self, sketch: Sketch, examples: Sequence[Example], brief: Brief) -> Proposal | None:
        """The smallest filling that was neither tried nor contradicts an example."""
        known = frozenset(example.text for example in examples)
        ahead = self._ahead.get(sketch.path)
        if ahead is None or not (ahead.known <= known and ahead.given <= brief.tried):
            ahead = self._ahead[sketch.path] = _Ahead(left=_within_reach(sketch))
        ahead.known = known
        for filling in ahead.left:
            if contradicts(sketch, filling, examples):
                continue
            digest = digest_files(_files(sketch, filling))
            if digest not in brief.tried:
                ahead.given.add(digest)
                return _proposal("offline/sketch", sketch, filling, "" if present() else f"; {ABSENT}")
        if (count := count_of(sketch.spaces)) > REACH:
            return None
        said = f"each of its {count} fillings was tried or contradicts a counterexample"
        return Proposal(author="offline/sketch", proved=f"{_head(sketch.path)}{said} (enumerated)")


def _within_reach(sketch: Sketch) -> Iterator[Filling]:
    for number, filling in enumerate(fillings(sketch.spaces)):
        if number >= REACH:
            return
        yield filling


def _head(path: str) -> str:
    return f"sketch {path}: "


def _files(sketch: Sketch, filling: Filling) -> dict[str, bytes]:
    return {EDITABLE["python"]: sketch.filled(filling).encode()}


def _proposal(author: str, sketch: Sketch, filling: Filling, more: str) -> Proposal:
    words = ", ".join(f"{name} = {text}" for name, text in filling.items())
    return Proposal(author=author, files=_files(sketch, filling), note=f"{_head(sketch.path)}{words}{more}")


def _by_solver(sketch: Sketch, examples: Sequence[Example], brief: Brief) -> Proposal | None:
    """What z3 makes of it; None where it is absent, cannot say, or has no counterexample to go by."""
    if sketch.program is None or not examples or not present():
        return None
    known = frozenset(brief.tried)
    found = solved(sketch.program, sketch.spaces, examples, lambda f: digest_files(_files(sketch, f)) in known)
    if isinstance(found, Proof):
        return Proposal(author="offline/cegis", proved=_head(sketch.path) + _words(found, examples))
    if found is None or contradicts(sketch, found, examples):
        return None  # the second never happens unless z3 and the interpreter disagree: then neither is believed
    return _proposal("offline/cegis", sketch, found, f" (z3, {len(examples)} counterexamples)")


def _words(proof: Proof, examples: Sequence[Example]) -> str:
    named = "; ".join(example.text for example in proof.core[:MOST_NAMED])
    more = f" and {len(proof.core) - MOST_NAMED} more" if len(proof.core) > MOST_NAMED else ""
    others = f" but the {proof.tried} that {'was' if proof.tried == 1 else 'were'} tried" if proof.tried else ""
    return (
        f"no filling{others} satisfies these {len(examples)} counterexamples "
        f"(unsat, z3 {proof.version}); {len(proof.core)} suffice: {named}{more}"
    )
