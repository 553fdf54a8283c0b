"""The glue between a concurrent candidate and the harness that runs small clients of it, written from its interface."""

from __future__ import annotations

from collections.abc import Mapping

from probatum.errors import TaskError
from probatum.task.interface import Interface, SutClass
from probatum.toolchains.rust.generate import W, call_text, maker_text, type_text, types_text


def shared_class(interface: Interface) -> SutClass:
    """The class that threads share; `TaskError` unless there is just one, and nothing else."""
    if len(interface.declared) != 1 or not interface.classes or not interface.classes[0].shared:
        raise TaskError(
            "threads in Rust share the instances of one class",
            file="task.py",
            fix="Declare one class with @concurrent and @in_rust",
        )
    return interface.classes[0]


def shared_text(interface: Interface, own: Mapping[str, str]) -> str:
    """``main.rs`` for a candidate in ``sut.rs``; it uses no macro and no name that a candidate could change."""
    declared = shared_class(interface)
    inside = f"{W}::watch::inside"
    calls = [call_text(declared, method, "self.0", inside) for method in declared.methods]
    arms = "".join(f"{at} => {{ {call} }}\n" for at, call in enumerate(calls))
    made = f"Shared({inside}(|| {maker_text(declared, declared.makers[0])}))"
    glue = f"""
struct Shared({type_text(declared)});
impl {W}::Object for Shared {{
fn call(&self, method: i128, args: &[{W}::Tree]) -> {W}::Outcome {{
match method {{
{arms}_ => {W}::Outcome::Missing(::std::string::String::new()),
}} }}
}}
fn main() {{ {W}::run(|args| ::std::boxed::Box::new({made})) }}
"""
    return "\n".join([*types_text(interface, own), glue])
