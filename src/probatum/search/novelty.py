"""Whether a candidate says something new: what two sources share when they cannot behave differently.

A Python source is compared by what it compiles to, without comments, docstrings, lines and names of locals; that is a
normal form of its syntax tree which costs a compilation and little else. Rust is compared by its tokens. Compiling
runs nothing. Only the search uses this, to save trials: a candidate that is left out is never accepted and never
refuted.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from hashlib import sha256
from types import CodeType

from probatum.candidate import Candidate
from probatum.toolchains.rust.lexer import lex

DOCUMENTED = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module


def signature(candidate: Candidate) -> str:
    """The same for two candidates that differ in form only; the digest where no form can be read."""
    if candidate.refusal is None and candidate.language == "python":
        return _python(candidate.source) or candidate.digest
    if candidate.refusal is None and candidate.language == "rust":
        return _hashed(token.text for token in lex(candidate.source))
    return candidate.digest


def _python(source: str) -> str:
    try:
        told = '"""' in source or "'''" in source
        bare = _without_docstrings(ast.parse(source)) if told else source
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the compiler thinks of a candidate is nobody's business here
            code = compile(bare, "", "exec", dont_inherit=True, optimize=2)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    return _hashed(_parts(code))


def _without_docstrings(tree: ast.Module) -> ast.Module:
    """The compiler drops docstrings too, but leaves an instruction in their place."""
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False):
            node.body = node.body[1:] or [ast.copy_location(ast.Pass(), node.body[0])]
    return tree


def _hashed(parts: Iterator[str]) -> str:
    total = sha256()
    for part in parts:
        total.update(f"{len(part)}:{part}".encode(errors="surrogatepass"))
    return total.hexdigest()


def _parts(code: CodeType) -> Iterator[str]:
    """Everything of a code object that decides what it does; parameters keep their names, other locals lose theirs."""
    count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4) + bool(code.co_flags & 8)
    yield code.co_code.hex()
    yield code.co_exceptiontable.hex()
    yield f"{code.co_name} {code.co_flags} {code.co_argcount} {code.co_posonlyargcount} {code.co_kwonlyargcount}"
    yield repr((code.co_names, code.co_varnames[:count], code.co_nlocals, code.co_cellvars, code.co_freevars))
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _parts(constant)
        else:
            yield f"{type(constant).__name__} {constant!r}"
