"""Edits of a task's files: laws added to task.py, requirements to task.toml, canaries moved and added."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping, Sequence
from textwrap import fill

from probatum.critic.clone import called

WIDTH = 110


def with_laws(files: Mapping[str, bytes], laws: Sequence[str], names: Sequence[str]) -> dict[str, bytes]:
    """The files with laws at the end of task.py; ``names``: what the laws use of probatum."""
    source = files["task.py"].decode()
    text = _imported(source, names).rstrip("\n") + "\n\n\n" + "\n\n\n".join(law.strip("\n") for law in laws) + "\n"
    return {**files, "task.py": text.encode()}


def with_text(files: Mapping[str, bytes], text: str) -> dict[str, bytes]:
    """The files with one more statement at the end of task.py that uses what is imported there."""
    source = files["task.py"].decode().rstrip("\n") + "\n\n\n" + text.strip("\n") + "\n"
    return {**files, "task.py": source.encode()}


def _imported(source: str, names: Sequence[str]) -> str:
    """The source with an import of what is missing, below its own imports."""
    tree = ast.parse(source)
    imports = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    present = {alias.asname or alias.name for node in imports for alias in node.names}
    missing = sorted(set(names) - present)
    if not missing:
        return source
    lines = source.splitlines()
    at = imports[-1].end_lineno if imports else 0
    return "\n".join([*lines[:at], f"from probatum import {', '.join(missing)}", *lines[at:]]) + "\n"


def with_bad(
    files: Mapping[str, bytes], name: str, source: bytes, *, level: str, law: str, why: str
) -> dict[str, bytes]:
    """The files with one more bad canary; one that was open under that name moves."""
    made = dict(files)
    listed = made["canaries.toml"].decode()
    if f"canaries/open/{name}/sut.py" in made:
        source = made.pop(f"canaries/open/{name}/sut.py")
        listed = without_table(listed, f"open.{name}")
    entry = f"\n[bad.{name}]\nlevel = {quoted(level)}\nlaw = {quoted(law)}\nwhy = {quoted(why)}\n"
    made["canaries.toml"] = (listed.rstrip("\n") + "\n" + entry).encode()
    made[f"canaries/bad/{name}/sut.py"] = source
    return made


def without_table(text: str, name: str) -> str:
    """A TOML text without one table: from its header to the next header at the start of a line."""
    header = re.compile(rf"^\[{re.escape(name)}\][^\n]*\n", re.MULTILINE)
    found = header.search(text)
    if found is None:
        return text
    following = re.compile(r"^\[", re.MULTILINE).search(text, found.end())
    return text[: found.start()] + (text[following.start() :] if following else "")


def with_requirement(files: Mapping[str, bytes], id: str, text: str) -> dict[str, bytes]:
    """The files with one more requirement."""
    toml = files["task.toml"].decode().rstrip("\n")
    entry = f"\n\n[[requirements]]\nid = {quoted(id)}\ntext = {quoted(text)}\n"
    return {**files, "task.toml": (toml + entry).encode()}


def quoted(text: str) -> str:
    """A TOML basic string."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def next_id(ids: Sequence[str]) -> str:
    """The next requirement id in the manner of the last: KV-5 -> KV-6."""
    matches = [re.fullmatch(r"(.*?)(\d+)", id) for id in ids]
    numbered = [(m[1], int(m[2])) for m in matches if m is not None]
    prefix = numbered[-1][0] if numbered else "R-"
    return f"{prefix}{max((n for p, n in numbered if p == prefix), default=0) + 1}"


def sut_node(source: str, name: str) -> ast.ClassDef | ast.FunctionDef:
    """The declaration of a name; raises KeyError."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name:
            return node
    raise KeyError(name)


def sut_line(node: ast.ClassDef | ast.FunctionDef) -> tuple[int, int]:
    """First and last line of the @sut decorator."""
    mark = next(d for d in node.decorator_list if called(d) == "sut")
    return mark.lineno, mark.end_lineno or mark.lineno


def with_mark(source: str, name: str, *, cite: str = "", bind: bool = False) -> str:
    """A task file whose @sut of a name cites one more requirement, or no longer takes any answer."""
    node = sut_node(source, name)
    first, last = sut_line(node)
    mark = next(d for d in node.decorator_list if called(d) == "sut")
    keywords = list(mark.keywords) if isinstance(mark, ast.Call) else []
    keywords = [k for k in keywords if not (bind and k.arg == "answers")]
    if cite:
        old = next((k for k in keywords if k.arg == "requirements"), None)
        ids = [ast.literal_eval(e) for e in getattr(old.value, "elts", [])] if old is not None else []
        value = ast.parse(repr([*ids, cite]), mode="eval").body
        keywords = [ast.keyword("requirements", value), *[k for k in keywords if k is not old]]
    call = ast.unparse(ast.Call(ast.Name("sut"), [], keywords)) if keywords else "sut"
    lines = source.splitlines()
    return "\n".join([*lines[: first - 1], "@" + call.replace("'", '"'), *lines[last:]]) + "\n"


def with_methods(source: str, name: str, methods: Sequence[str]) -> str:
    """A task file whose class has more methods, at its end."""
    node = sut_node(source, name)
    lines, end = source.splitlines(), node.end_lineno or 0
    added = [line for method in methods for line in ["", *["    " + t if t else "" for t in method.splitlines()]]]
    return "\n".join([*lines[:end], *added, *lines[end:]]) + "\n"


def wrapped(sentence: str, indent: str = "    ") -> str:
    """A sentence as the docstring of a law."""
    text = sentence.replace("\\", "\\\\").replace('"', "'")
    lines = fill(text, WIDTH - len(indent)).splitlines()
    if len(lines) == 1:
        return f'{indent}"{lines[0]}"'
    return indent + '"""' + f"\n{indent}".join(lines) + f'\n{indent}"""'
