"""The layer that goes back to a checkpoint, below a program in Rust: it logs what changes the state and runs it again.

Written from the program's own signatures, because integers of any type are accepted in answers. Methods that change
nothing are reached through `Deref`. What cannot be read plainly gets no layer; what does not compile with it is found
by the check of the proposal, which tries every good program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from probatum.toolchains.rust.code import Code, is_word, read_code

BEFORE = "self::before"
HEAD = b"mod before { "
"""What stands before the program, on its first line: its own lines keep their numbers, its inner attributes their
place."""
_OPEN, _CLOSE = frozenset("([{<"), frozenset(")]}>")
_SELF = (("&", "mut", "self"), ("&", "self"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One function as the program writes it: names and types of its parameters without self, and what it answers."""

    name: str
    params: tuple[tuple[str, str], ...]
    result: str

    @property
    def declared(self) -> str:
        """The parameters as they are declared."""
        return "".join(f", {name}: {kind}" for name, kind in self.params)

    @property
    def answer(self) -> str:
        """The arrow and the type; "" for a function that answers nothing."""
        return f" -> {self.result}" if self.result else ""


def with_layer(source: str, owner: str, changing: Sequence[str]) -> str | None:
    """The program with a struct of the same name over the old one, or None where its signatures are not plain."""
    code = read_code(source)
    made, methods = _signature(code, "new"), [_signature(code, name) for name in changing]
    if made is None or any(method is None for method in methods):
        return None
    return _text(source, owner, made, [method for method in methods if method is not None])


def _signature(code: Code, name: str) -> Signature | None:
    places = [at for at, text in code.items() if text == "fn" and code.texts[at + 1] == name]
    if len(places) != 1 or code.texts[places[0] + 2] != "(":
        return None
    opened = places[0] + 2
    end = code.ends[opened]
    parts = _split(code.texts[opened + 1 : end - 1])
    if name != "new":
        if not parts or parts[0] not in _SELF:
            return None
        parts = parts[1:]
    params = [_param(part) for part in parts]
    body = next((at for at in range(end, len(code.texts)) if code.texts[at] in ("{", "where", "")), end)
    result = list(code.texts[end:body])
    if None in params or code.texts[body] != "{" or (name != "new" and "Self" in code.texts[opened:body]):
        return None
    arrow = 2 if result[:2] == ["-", ">"] else 1
    plain = tuple(param for param in params if param is not None)
    return Signature(name=name, params=plain, result="" if name == "new" else _joined(result[arrow:]))


def _split(texts: Sequence[str]) -> list[tuple[str, ...]]:
    """Parameters, cut at the commas between them."""
    parts: list[tuple[str, ...]] = []
    part: list[str] = []
    depth = 0
    for text in (*texts, ","):
        depth += (text in _OPEN) - (text in _CLOSE)
        if text == "," and not depth:
            parts += [tuple(part)] if part else []
            part = []
        else:
            part.append(text)
    return parts


def _param(part: tuple[str, ...]) -> tuple[str, str] | None:
    plain = part[1:] if part[:1] == ("mut",) else part
    if len(plain) < 3 or not is_word(plain[0]) or plain[1] != ":":
        return None
    return plain[0], _joined(plain[2:])


def _joined(texts: Sequence[str]) -> str:
    return " ".join(texts).replace(" :: ", "::")


def _text(source: str, owner: str, made: Signature, methods: Sequence[Signature]) -> str:
    old = f"{BEFORE}::{owner}"
    kinds = "".join(f"{kind}, " for _, kind in made.params)
    again = ", ".join(f"self.made.{i}.clone()" for i in range(len(made.params)))
    kept = "".join(f"{name}, " for name, _ in made.params)
    given = ", ".join(f"{name}.clone()" for name, _ in made.params)
    lines = [HEAD.decode() + source.rstrip("\n"), "#[allow(unused_imports)]", "pub use crate::types::*;", "}"]
    lines += ["#[allow(unused_imports)]", f"use {BEFORE}::*;", ""]
    lines += ["/// Logs the calls that change it, and runs them again to go back.", f"pub struct {owner} {{"]
    lines += [f"    made: ({kinds}),", f"    inner: {old},", f"    log: Vec<Box<dyn Fn(&mut {old})>>,"]
    lines += ["    marks: Vec<usize>,", "}", "", f"impl {owner} {{"]
    lines += [f"    pub fn new({made.declared.removeprefix(', ')}) -> Self {{"]
    lines += [f"        let inner = {old}::new({given});"]
    lines += [f"        {owner} {{ made: ({kept}), inner, log: Vec::new(), marks: Vec::new() }}", "    }", ""]
    for method in methods:
        lines += _logged(method)
    lines += ["    pub fn checkpoint(&mut self) {", "        self.marks.push(self.log.len());", "    }", ""]
    lines += ["    pub fn rollback(&mut self) -> bool {", "        let Some(mark) = self.marks.pop() else {"]
    lines += ["            return false;", "        };", "        self.log.truncate(mark);"]
    lines += [f"        self.inner = {old}::new({again});", "        for call in &self.log {"]
    lines += ["            call(&mut self.inner);", "        }", "        true", "    }", "}", ""]
    lines += [f"impl std::ops::Deref for {owner} {{", f"    type Target = {old};", f"    fn deref(&self) -> &{old} {{"]
    lines += ["        &self.inner", "    }", "}", "", f"impl std::ops::DerefMut for {owner} {{"]
    lines += [f"    fn deref_mut(&mut self) -> &mut {old} {{", "        &mut self.inner", "    }", "}"]
    return "\n".join(lines) + "\n"


def _logged(method: Signature) -> list[str]:
    names = [name for name, _ in method.params]
    kept = "".join(f"{name}.clone(), " for name in names)
    again = ", ".join(f"kept.{i}.clone()" for i in range(len(names)))
    lines = [f"    pub fn {method.name}(&mut self{method.declared}){method.answer} {{"]
    lines += [f"        let kept = ({kept});"] if names else []
    lines += [
        "        self.log.push(Box::new(move |inner| {",
        f"            inner.{method.name}({again});",
        "        }));",
    ]
    return [*lines, f"        self.inner.{method.name}({', '.join(names)})", "    }", ""]
