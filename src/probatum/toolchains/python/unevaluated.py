"""Names that a checker calls undefined although running the source never misses them.

Standard library only; loaded into the host. Annotations that are never evaluated, names that a ``global`` statement
defines, and names used
under ``except NameError`` are no fault of a right candidate.
"""

import ast
import re

WORD = re.compile(r"[^\W\d]\w*")


def excused(tree):
    """``{"names": [...], "places": [[line, name]...]}`` of a syntax tree."""
    future = any(
        isinstance(n, ast.ImportFrom) and n.module == "__future__" and any(a.name == "annotations" for a in n.names)
        for n in tree.body
    )
    names = {name for n in ast.walk(tree) if isinstance(n, ast.Global) for name in n.names}
    places = set()
    for annotation in annotations(tree, in_function=False, every=future):
        places.update(words_of(annotation))
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and any(catches_name_error(h) for h in node.handlers):
            for inner in node.body:
                places.update((n.lineno, n.id) for n in ast.walk(inner) if isinstance(n, ast.Name))
    return {"names": sorted(names), "places": sorted([line, name] for line, name in places)}


def annotations(node, in_function, every):
    """Annotations below a node that are not evaluated, with those evaluated only as far as they are strings."""
    for child in ast.iter_child_nodes(node):
        inside = in_function or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        if isinstance(child, ast.AnnAssign):
            yield from whole_or_strings(child.annotation, every or in_function)
        if isinstance(child, ast.arg) and child.annotation is not None:
            yield from whole_or_strings(child.annotation, every)
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and child.returns is not None:
            yield from whole_or_strings(child.returns, every)
        yield from annotations(child, inside, every)


def whole_or_strings(annotation, whole):
    """The annotation itself, or only the string constants in it."""
    if whole:
        return [annotation]
    return [n for n in ast.walk(annotation) if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def words_of(annotation):
    """(line, name) of every name in an annotation, those in its strings included."""
    for node in ast.walk(annotation):
        if isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from ((node.lineno, word) for word in WORD.findall(node.value))


def catches_name_error(handler):
    """Whether an except clause names NameError."""
    return handler.type is not None and any(
        isinstance(n, ast.Name) and n.id == "NameError" for n in ast.walk(handler.type)
    )
