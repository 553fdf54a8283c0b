"""Reads a candidate's source without running it: listed constructs, and whether it compiles.

Standard library only; loaded into the host and executed in a locked child, because even parsing hostile text may take
the parser down.
The list is a contract with authors and a second line of defence; the first is that a candidate runs alone, locked,
without the oracle.
"""

import ast
import io
import json
import re
import sys
import tokenize
import warnings
from encodings.aliases import aliases

VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
excused = None
"""`unevaluated.excused`, set by the host; a reader without it excuses nothing."""
MAX_SOURCE_BYTES = 400_000

LISTED_NAMES = frozenset(
    {"eval", "exec", "compile", "__import__", "open", "input", "breakpoint", "__builtins__", "__loader__", "__spec__"}
)
LISTED_ATTRIBUTES = frozenset(
    {
        "__subclasses__",
        "__globals__",
        "__builtins__",
        "__code__",
        "__closure__",
        "__loader__",
        "__spec__",
        "__import__",
        "f_back",
        "f_globals",
        "f_locals",
        "f_builtins",
        "gi_frame",
        "cr_frame",
        "ag_frame",
        "tb_frame",
        "tb_next",
        "_getframe",
        "_current_frames",
        "_os",
        "_sys",
        "_posixsubprocess",
    }
)
SYS_ALLOWED = frozenset(
    {
        "maxsize",
        "maxunicode",
        "float_info",
        "int_info",
        "hash_info",
        "byteorder",
        "version_info",
        "intern",
        "getsizeof",
        "getrecursionlimit",
        "setrecursionlimit",
        "stdout",
        "stderr",
        "exc_info",
        "exit",
        "argv",
        "platform",
        "version",
        "implementation",
    }
)
HIDDEN_MODULES = frozenset(
    {"os", "sys", "posix", "builtins", "subprocess", "socket", "importlib", "ctypes", "signal", "gc", "threading"}
)
TOOL_COMMENTS = ("type:ignore", "mypy:", "pyright:", "@assume", "@axiom")
"""How such comments begin, without spaces: tools accept them with and without."""
ENCODING = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
"""A declared encoding, in one of the first two lines (PEP 263)."""
EXTENDS_ASCII = re.compile(r"ascii|latin_1|iso8859_\d+|cp125\d|cp437|cp850|mac_roman|koi8_[rtu]")
"""Encodings that read text of ASCII as ASCII does."""


def inspect(source, allowed):
    """JSON text ``{"listed":[[line, construct, text]...], "error": [line, message] or null, "excused": {...}}`` of a
    source text."""
    listed: list[list[object]] = []
    pardoned: dict[str, list[object]] = {"names": [], "places": []}
    if len(source.encode("utf-8", "surrogatepass")) > MAX_SOURCE_BYTES:
        return json.dumps({"listed": [[1, f"more than {MAX_SOURCE_BYTES} bytes", ""]], "error": None})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source, "sut.py")
            listed = Walk(frozenset(allowed), source.splitlines()).visit_all(tree) + comments(source) + encoding(source)
            pardoned = pardoned if excused is None else excused(tree)
            compile(source, "sut.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as problem:
        line = getattr(problem, "lineno", None) or 1
        message = quoted(f"{type(problem).__name__}: {problem.args[0]} (Python {VERSION})", 300)
        return json.dumps({"listed": sorted(listed), "error": [line, message]})
    except (RecursionError, MemoryError, OverflowError) as problem:
        return json.dumps({"listed": sorted(listed), "error": [1, f"{type(problem).__name__} while compiling"]})
    return json.dumps({"listed": sorted(listed)[:50], "error": None, "excused": pardoned})


def comments(source):
    """Comments that checkers and provers obey."""
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            text = "".join(token.string.lstrip("#").split()).lower()
            if token.type == tokenize.COMMENT and text.startswith(TOOL_COMMENTS):
                found.append(
                    [token.start[0], f"comment a tool obeys: {quoted(token.string, 60)}", quoted(token.line, 120)]
                )
    except (tokenize.TokenError, IndentationError):
        return found
    return found


def encoding(source):
    """A declared encoding in which the file that is imported elsewhere would be another text than the one judged here,
    which is read as UTF-8: in UTF-7, say, a comment may hold statements."""
    for number, line in enumerate(re.split("\r\n|\r|\n", source, maxsplit=2)[:2], 1):
        found = ENCODING.match(line)
        if found and not reads_as_utf8(found[1], source):
            return [[number, f"comment a tool obeys: encoding {quoted(found[1], 60)} (write UTF-8)", quoted(line, 120)]]
    return []


def reads_as_utf8(name, source):
    """Whether a source is the same text in the encoding of that name as in UTF-8. Names as Python reads them: what
    follows `utf-8-` or `latin-1-` counts for nothing."""
    plain_name = re.sub(r"^(utf_8|latin_1|iso_8859_1|iso_latin_1)_.*", r"\1", name.lower().replace("-", "_"))
    known = aliases.get(plain_name, plain_name)
    return known == "utf_8" or (source.isascii() and EXTENDS_ASCII.fullmatch(known) is not None)


def quoted(line, limit):
    """A line of the candidate made safe to show."""
    return "".join(c if c.isprintable() else " " for c in line.strip()[:limit])


class Walk:
    """Collects listed constructs of a syntax tree as [line, construct, source line]."""

    def __init__(self, allowed, lines):
        self.allowed = allowed
        self.lines = lines
        self.modules = set()
        self.own = set()
        self.found = []

    def visit_all(self, tree):
        nodes = [n for part in executed(tree) for n in ast.walk(part)]
        for node in nodes:
            if isinstance(node, ast.Import):
                self.modules.update(a.asname or a.name.split(".")[0] for a in node.names)
            self.own.update(bound_by(node))
        for node in nodes:
            check = getattr(self, "on_" + type(node).__name__, None)
            if check is not None:
                check(node)
        return self.found

    def add(self, node, construct):
        line = quoted(self.lines[node.lineno - 1], 120) if node.lineno <= len(self.lines) else ""
        self.found.append([node.lineno, construct, line])

    def on_Import(self, node):
        for alias in node.names:
            if not self.may_import(alias.name):
                self.add(node, f"import of {alias.name}")

    def on_ImportFrom(self, node):
        within = [f"{node.module}.{alias.name}" for alias in node.names]
        if node.level or not (self.may_import(node.module or "") or all(map(self.may_import, within))):
            self.add(node, f"import from {'.' * node.level}{node.module or ''}")
        elif node.module == "sys":
            for alias in node.names:
                if alias.name not in SYS_ALLOWED:
                    self.add(node, f"sys.{alias.name}")
        else:
            for alias in node.names:
                if alias.name in HIDDEN_MODULES | LISTED_ATTRIBUTES:
                    self.add(node, f"import of {alias.name} through {node.module}")

    def may_import(self, name):
        """Whether a dotted module name, or a package it lies in, is allowed."""
        parts = name.split(".")
        return any(".".join(parts[: i + 1]) in self.allowed for i in range(len(parts)))

    def on_Name(self, node):
        if node.id in LISTED_NAMES and isinstance(node.ctx, ast.Load) and node.id not in self.own:
            self.add(node, f"use of {node.id}")

    def on_Attribute(self, node):
        base = node.value.id if isinstance(node.value, ast.Name) else None
        if node.attr in LISTED_ATTRIBUTES:
            self.add(node, f"attribute {node.attr}")
        elif base == "sys" and "sys" in self.modules and node.attr not in SYS_ALLOWED:
            self.add(node, f"sys.{node.attr}")
        elif base in self.modules and node.attr in HIDDEN_MODULES:
            self.add(node, f"{base}.{node.attr}")

    def on_Constant(self, node):
        if isinstance(node.value, str) and node.value in LISTED_ATTRIBUTES:
            self.add(node, f"the name {node.value!r} as a string")


def executed(tree):
    """The statements of a module without ``if __name__ == "__main__":`` blocks, which a worker never executes."""
    renamed = any(
        isinstance(n, ast.Name) and n.id == "__name__" and isinstance(n.ctx, ast.Store) for n in ast.walk(tree)
    )
    for statement in tree.body:
        block = isinstance(statement, ast.If) and ast.unparse(statement.test) == "__name__ == '__main__'"
        if renamed or not block:
            yield statement
        else:
            yield from statement.orelse


def bound_by(node):
    """Names of built-ins that a node gives a meaning of its own (``open = 0``): using those is no listed construct.

    Binding one to itself or to another listed name (``open = open``) gives no own meaning.
    """
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        names = [node.name]
    elif isinstance(node, ast.arg):
        names = [node.arg]
    elif isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.NamedExpr):
        if node.value is None or (isinstance(node.value, ast.Name) and node.value.id in LISTED_NAMES):
            return []
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    elif isinstance(node, ast.For | ast.comprehension):
        names = [n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)]
    else:
        return []
    return [name for name in names if not name.startswith("__")]
