"""The glue between a concurrent candidate and the driver that measures it, written from the task's interface.

Calls and answers are values of the candidate's own types while the watch runs: an enum with one member for each method,
whose types are left to the compiler. An argument that is a record may be what an earlier call of the thread answered.
"""

from __future__ import annotations

from collections.abc import Mapping

from probatum.task.interface import Interface, Method, SutClass
from probatum.toolchains.rust.concurrent.clients import shared_class
from probatum.toolchains.rust.declare import rust_type
from probatum.toolchains.rust.generate import W, ending_text, maker_text, read, type_text, types_text
from probatum.types.kinds import Bytes, Int, Kind, ListOf, OptionOf, Record, Str, walk

DRIVER = "crate::driver"
"""Where the driver is: within the candidate's crate, which may not name it (level boundary)."""


def timed_text(interface: Interface, own: Mapping[str, str]) -> str:
    """``main.rs`` for a candidate in ``sut.rs``; raises `TaskError` where no threads share an object of the task."""
    declared = shared_class(interface)
    numbered = list(enumerate(declared.methods))
    blanks = ", ".join("_" for _ in numbered)
    glue = f"""
enum Asked<{_names("P", numbered)}> {{ {", ".join(f"M{at}(P{at})" for at, _ in numbered)} }}
enum Answered<{_names("R", numbered)}> {{ {", ".join(f"M{at}(R{at})" for at, _ in numbered)}, Unmade }}
fn main() {{
{W}::measure(
|args: &[{W}::Tree]| -> {type_text(declared)} {{ {maker_text(declared, declared.makers[0])} }},
|call: &{W}::Call| {{ let args = &call.args; match call.method {{
{"".join(_reads(at, method) for at, method in numbered)}_ => ::std::process::exit(3),
}} }},
|object: &{type_text(declared)}, asked, earlier: &[Answered<{blanks}>]| match asked {{
{"".join(_calls(declared, at, method) for at, method in numbered)}}},
|answer| match answer {{
{"".join(_writes(at, method) for at, method in numbered)}Answered::Unmade => {W}::Outcome::Returned(
::std::string::String::from("null")),
}},
)
}}
"""
    driver = '#[path = "measure.rs"]\nmod driver;\n'
    return "\n".join([driver, *types_text(interface, own), glue]).replace(W, DRIVER)


def _names(letter: str, numbered: list[tuple[int, Method]]) -> str:
    return ", ".join(f"{letter}{at}" for at, _ in numbered)


def _reads(at: int, method: Method) -> str:
    texts = [_read(p.kind, f"&args[{n}]") for n, p in enumerate(method.params)]
    return f"{at} => Asked::M{at}(({''.join(text + ', ' for text in texts)})),\n"


def _read(kind: Kind, tree: str) -> str:
    return f"{W}::given({tree}, |t| {read(kind, 't')})" if isinstance(kind, Record) else read(kind, tree)


def _calls(declared: SutClass, at: int, method: Method) -> str:
    names = "".join(f"a{n}, " for n, _ in enumerate(method.params))
    found = "".join(_earlier(declared, n, p.kind) for n, p in enumerate(method.params) if isinstance(p.kind, Record))
    found += "".join(f"let a{n}: {rust_type(p.kind)} = a{n};\n" for n, p in enumerate(method.params) if _plain(p.kind))
    lent = declared.rust is not None and declared.rust.borrowed
    args = [
        f"&a{n}" if lent and isinstance(p.kind, ListOf | Str | Bytes) else f"a{n}" for n, p in enumerate(method.params)
    ]
    return f"Asked::M{at}(({names})) => {{ {found}Answered::M{at}(object.{method.name}({', '.join(args)})) }}\n"


def _plain(kind: Kind) -> bool:
    """Whether no part of it is an integer, for which candidates choose the type."""
    return not any(isinstance(part, Int | Record) for part in walk(kind))


def _earlier(declared: SutClass, n: int, kind: Record) -> str:
    """The record that an argument stands for; where an earlier answer was nothing, the call is not made."""
    givers = [at for at, m in enumerate(declared.methods) if m.result == OptionOf(item=kind)]
    arms = "".join(
        f"::std::option::Option::Some(Answered::M{at}(::std::option::Option::Some(v))) => {_copy(kind, 'v')}, "
        for at in givers
    )
    found = f"match earlier.get(at) {{ {arms}_ => return Answered::Unmade }}"
    return f"let a{n} = match a{n} {{ {W}::Given::Value(v) => v, {W}::Given::Earlier(at) => {found} }};\n"


def _copy(kind: Kind, value: str) -> str:
    """A record again, of its parts: the candidate's own type need not be one that can be cloned."""
    if isinstance(kind, Record):
        fields = ", ".join(f"r#{name}: {_copy(part, f'{value}.r#{name}')}" for name, part in kind.fields)
        return f"known::{kind.cls.__name__} {{ {fields} }}"
    return value if isinstance(kind, Int) else f"::std::clone::Clone::clone(&{value})"


def _writes(at: int, method: Method) -> str:
    return f"Answered::M{at}(value) => {{ {ending_text(method, 'value')} }}\n"
