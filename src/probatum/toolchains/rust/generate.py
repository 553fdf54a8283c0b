"""The glue between the worker's runtime and a candidate in Rust, written from a task's interface.

Pure: an interface goes in, the text of ``main.rs`` comes out. The candidate is a module of its own, `candidate_text`,
into which the generated types are imported with a glob; types of the same name that it defines itself win, and the glue
says ``known::Report`` for both. Enums it calls by the generated name in `spoken`, whatever the candidate calls its
own. The glue uses no macro and no unqualified name that a candidate could change.
"""

from __future__ import annotations

from collections.abc import Mapping

from probatum.errors import TaskError
from probatum.task.interface import Interface, Method, SutClass
from probatum.task.rustform import RustForm
from probatum.toolchains.rust.declare import (
    OURS,
    all_kinds,
    choices,
    known_items,
    rust_type,
    spoken_items,
    type_items,
)
from probatum.toolchains.rust.names import camel, enum_name
from probatum.types.kinds import (
    Bool,
    Bytes,
    Choice,
    DictOf,
    Float,
    Int,
    Kind,
    ListOf,
    OptionOf,
    Record,
    ResultOf,
    SetOf,
    Str,
    TupleOf,
    Unit,
    walk,
)

GLOB = "\n#[allow(unused_imports)]\npub use crate::types::*;\n"
CODEGEN = (
    *("panic=unwind", "overflow-checks=on", "debug-assertions=on"),
    *("target-feature=+crt-static", "strip=debuginfo", "codegen-units=1"),
)
FLAGS = ("--edition", "2021", "-O", "--cap-lints", "allow", *(word for option in CODEGEN for word in ("-C", option)))
"""How runtime and candidate are compiled. Overflow panics: a number that wrapped silently would be a wrong answer. So
do debug assertions, among them the standard library's own about unsafe code. Linked statically, so that a locked
process can execute the program without opening a library. In one unit, which takes a quarter less CPU."""
W = "::probatum_worker"
SIMPLE: dict[type[Kind], tuple[str, str]] = {
    Unit: ("unit", "write_unit"),
    Bool: ("boolean", "write_bool"),
    Float: ("float", "write_float"),
    Str: ("string", "write_str"),
    Bytes: ("bytes", "write_bytes"),
}
"""Per kind without parts: the runtime's reader and writer."""


def candidate_text(source: str) -> str:
    """The candidate's module: inner attributes stay first and lines keep their number."""
    return source + GLOB


def main_text(interface: Interface, own: Mapping[str, str] | None = None) -> str:
    """The whole of ``main.rs``; raises `TaskError` for an interface that has no form in Rust.

    ``own``: what types the candidate declares itself, see `own.own_names`.
    """
    serve = f"fn main() {{ {W}::serve(&mut Glue {{ handles: ::std::default::Default::default() }}) }}\n"
    return "\n".join([*types_text(interface, own or {}), _glue(interface), serve])


def types_text(interface: Interface, own: Mapping[str, str]) -> list[str]:
    """The candidate's module, the types it is given, and how their values are read and written."""
    kinds = list(all_kinds(interface))
    return [
        '#[path = "sut.rs"]\nmod sut;\n#[allow(unused_imports)]\npub use types::*;\n',
        f"pub use {W}::sync;\n" if any(c.shared for c in interface.classes) else "",
        "pub mod known {\n" + "".join(known_items(interface, own)) + "}\n",
        "pub mod spoken {\n" + "".join(spoken_items(interface, kinds, own)) + "}\n",
        "pub mod types {\n" + OURS + "".join(type_items(interface, kinds, own)) + "}\n",
        *(_enum_conversions(k) for k in choices(kinds)),
        *(_record_conversions(k) for k in interface.records()),
    ]


def read(kind: Kind, tree: str) -> str:
    """An expression that makes a value of a ``&Tree``."""
    match kind:
        case Int():
            return f"{W}::int({tree})"
        case ListOf(item=item):
            return f"{W}::list({tree}, |t| {read(item, 't')})"
        case SetOf(item=item):
            return f"{W}::set({tree}, |t| {read(item, 't')})"
        case OptionOf(item=item):
            return f"{W}::option({tree}, |t| {read(item, 't')})"
        case DictOf(key=key, value=value):
            return f"{W}::dict({tree}, |t| {read(key, 't')}, |t| {read(value, 't')})"
        case ResultOf(ok=ok, err=err):
            return f"{W}::result({tree}, |t| {read(ok, 't')}, |t| {read(err, 't')})"
        case TupleOf(items=items):
            return "(" + "".join(f"{read(k, f'&{W}::items({tree})[{i}]')}, " for i, k in enumerate(items)) + ")"
        case Record():
            return f"read_{kind.cls.__name__}({tree})"
        case Choice():
            return f"read_{enum_name(kind)}({tree})"
    return f"{W}::{SIMPLE[type(kind)][0]}({tree})"


def write(kind: Kind, value: str) -> str:
    """An expression that makes the text of an owned value."""
    match kind:
        case Int():
            return f"{W}::write_int({value})"
        case ListOf(item=item):
            return f"{W}::write_list({value}, |v| {write(item, 'v')})"
        case SetOf(item=item):
            return f"{W}::write_set({value}, |v| {write(item, 'v')})"
        case OptionOf(item=item):
            return f"{W}::write_option({value}, |v| {write(item, 'v')})"
        case DictOf(key=key, value=inner):
            return f"{W}::write_dict({value}, |v| {write(key, 'v')}, |v| {write(inner, 'v')})"
        case ResultOf(ok=ok, err=err):
            return f"{W}::write_result({value}, |v| {write(ok, 'v')}, |v| {write(err, 'v')})"
        case TupleOf(items=items):
            texts = ", ".join(write(k, f"{value}.{i}") for i, k in enumerate(items))
            return f"{W}::write_tuple(&[{texts}])"
        case Record():
            return f"write_{kind.cls.__name__}({value})"
        case Choice():
            return f"write_{enum_name(kind)}({value})"
        case Str() | Bytes():
            return f"{W}::{SIMPLE[type(kind)][1]}(&{value})"
    return f"{W}::{SIMPLE[type(kind)][1]}({value})"


def _record_conversions(kind: Record) -> str:
    name = kind.cls.__name__
    fields = ", ".join(f"r#{n}: {read(k, f'&{W}::items(tree)[{i}]')}" for i, (n, k) in enumerate(kind.fields))
    texts = ", ".join(write(k, f"value.r#{n}") for n, k in kind.fields)
    return (
        f"fn read_{name}(tree: &{W}::Tree) -> known::{name} {{ known::{name} {{ {fields} }} }}\n"
        f"fn write_{name}(value: known::{name}) -> ::std::string::String {{ {W}::write_tuple(&[{texts}]) }}\n"
    )


def _enum_conversions(kind: Choice) -> str:
    name = enum_name(kind)
    texts = {m: _quoted(m) for m in kind.members}
    reads = " ".join(f"{texts[m]} => spoken::{name}::{camel(m)}," for m in kind.members[1:])
    writes = " ".join(f"spoken::{name}::{camel(m)} => {texts[m]}," for m in kind.members)
    first = f"_ => spoken::{name}::{camel(kind.members[0])}"
    found = f"match {W}::string(tree).as_str() {{ {reads} {first} }}"
    text = f"{W}::write_str(match value {{ {writes} }})"
    return (
        f"fn read_{name}(tree: &{W}::Tree) -> spoken::{name} {{ {found} }}\n"
        f"fn write_{name}(value: spoken::{name}) -> ::std::string::String {{ {text} }}\n"
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _glue(interface: Interface) -> str:
    instances = "".join(f"{c.name}({type_text(c)}), " for c in interface.classes)
    names = [f.name for f in interface.functions] + [c.name for c in interface.classes]
    names += [f"{c.name}.{m.name}" for c in interface.classes for m in (*c.makers, *c.methods)]
    makes = "".join(_make(c, m) for c in interface.classes for m in c.makers)
    methods = "".join(_call(c, m) for c in interface.classes for m in c.methods)
    functions = "".join(
        f'"{f.name}" => {{ {ending_text(f.method, f"sut::{f.name}({_args(f.method)})")} }}\n'
        for f in interface.functions
    )
    missing = f"_ => {W}::Outcome::Missing(::std::string::String::from"
    outcome = f"args: &[{W}::Tree]) -> {W}::Outcome"
    return f"""
enum Instance {{ {instances} }}
struct Glue {{ handles: {W}::Handles }}
impl {W}::Subject for Glue {{
fn names(&self) -> &'static [&'static str] {{ &[{", ".join(map(_quoted, names))}] }}
fn reset(&mut self) {{ self.handles.clear(); }}
fn make(&mut self, class: &str, constructor: &str, handle: i128, {outcome} {{
self.handles.remove(handle);
match (class, constructor) {{
{makes}{missing}(constructor)),
}} }}
fn method(&mut self, handle: i128, method: &str, {outcome} {{
match (self.handles.get(handle).and_then(|held| held.downcast_mut::<Instance>()), method) {{
{methods}{missing}(method)),
}} }}
fn function(&mut self, function: &str, {outcome} {{
match function {{
{functions}{missing}(function)),
}} }}
}}
"""


def _args(method: Method, form: RustForm | None = None) -> str:
    given = [read(p.kind, f"&args[{i}]") for i, p in enumerate(method.params)]
    if form is not None and form.borrowed:
        slices = [isinstance(p.kind, ListOf | Str | Bytes) for p in method.params]
        given = [f"&{text}" if lent else text for text, lent in zip(given, slices, strict=True)]
    return ", ".join(given)


def type_text(declared: SutClass) -> str:
    """The type of a class; what it stores is tracked where that is asked for, and is no plain number anywhere."""
    return "sut::" + (declared.rust or RustForm()).of(declared.name, f"{W}::Tracked")


def maker_text(declared: SutClass, method: Method) -> str:
    """The call of a constructor; its arguments are in ``args``."""
    name = declared.rust.new if declared.rust is not None and method.name == "new" else method.name
    return f"sut::{declared.name}::{name}({_args(method, declared.rust)})"


def _make(declared: SutClass, method: Method) -> str:
    made = f"let made: {type_text(declared)} = {maker_text(declared, method)};"
    if method.raises:
        returned = f"::std::result::Result<{type_text(declared)}, known::{_error(method)}>"
        call = f"let ended: {returned} = {maker_text(declared, method)};"
        declared_error = f'return {W}::Outcome::Declared("{_error(method)}")'
        made = f"{call} let made = match ended {{ Ok(made) => made, Err(_) => {declared_error} }};"
    keep = f"self.handles.insert(handle, ::std::boxed::Box::new(Instance::{declared.name}(made)));"
    done = f'{W}::Outcome::Returned(::std::string::String::from("null"))'
    return f'("{declared.name}", "{method.name}") => {{ {made} {keep} {done} }}\n'


def _call(declared: SutClass, method: Method) -> str:
    pattern = f'(::std::option::Option::Some(Instance::{declared.name}(it)), "{method.name}")'
    return f"{pattern} => {{ {call_text(declared, method, 'it')} }}\n"


def call_text(declared: SutClass, method: Method, instance: str, around: str = "") -> str:
    """A call of a method and the `Outcome` of it; arguments are in ``args``. ``around`` is a function that makes the
    call within itself."""
    call = f"{instance}.{method.name}({_args(method, declared.rust)})"
    return ending_text(method, f"{around}(|| {call})" if around else call)


def ending_text(method: Method, call: str) -> str:
    """The `Outcome` of an expression that is, or calls for, what a method answers."""
    assert method.result is not None
    # Of integers any type will do that holds the value: what is out of range is a wrong answer, not a wrong type.
    kind = "_" if any(isinstance(k, Int) for k in walk(method.result)) else rust_type(method.result)
    text = f"{W}::Outcome::Returned({write(method.result, 'value')})"
    if not method.raises:
        return f"let value: {kind} = {call}; {text}"
    error = _error(method)
    return (
        f"let ended: ::std::result::Result<{kind}, known::{error}> = {call}; "
        f'match ended {{ Ok(value) => {text}, Err(_) => {W}::Outcome::Declared("{error}") }}'
    )


def _error(method: Method) -> str:
    if len(method.raises) > 1:
        raise TaskError(
            f"{method.name}() declares several errors, which have no form in Rust",
            file="task.py",
            fix="Declare one error, or return result[T, E]",
        )
    return method.raises[0]
