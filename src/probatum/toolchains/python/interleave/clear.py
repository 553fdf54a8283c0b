"""Whether the announced steps of a source say all that they touch, so that the order of others need not be tried.

Standard library only; loaded into the worker host. What is listed here is known to announce every access immediately
before it happens; of a source with anything else nothing is claimed, and its schedules are tried one by one.
"""

import ast

IMPORTS = frozenset(("probatum.sync", "probatum.aio", "typing", "collections.abc", "math", "__future__"))
DECORATORS = frozenset(("property", "staticmethod", "classmethod", "setter"))
SPECIAL = frozenset(("__init__", "__enter__", "__exit__", "__aenter__", "__aexit__", "__slots__", "__name__"))
"""Names with a meaning to Python that change nothing about when a step happens."""
CHANGING = frozenset(("bytearray", "memoryview", "dir", "eval", "exec", "iter", "type", "object"))
OTHER = (ast.Match, ast.Yield, ast.YieldFrom, ast.AsyncFor)


def reducible(tree, facts):
    """Whether nothing in a source touches what threads share but in the steps that it announces."""
    return not facts.dynamic and all(known(node) for node in ast.walk(tree))


def known(node):
    """Whether a node does nothing that its step does not say."""
    if isinstance(node, OTHER):
        return False
    if isinstance(node, ast.Import):
        return all(alias.name in IMPORTS for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        within = [f"{node.module}.{alias.name}" for alias in node.names]
        return node.module in IMPORTS or all(name in IMPORTS or name == "collections.deque" for name in within)
    if isinstance(node, ast.ClassDef):
        return not node.decorator_list and not node.keywords
    if isinstance(node, ast.comprehension):
        return not node.is_async
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return usual(node.name) and all(
            getattr(d, "attr", getattr(d, "id", "")) in DECORATORS for d in node.decorator_list
        )
    if isinstance(node, ast.Call):
        spread = any(isinstance(arg, ast.Starred) for arg in node.args)
        return not any(keyword.arg is None or spread for keyword in node.keywords)
    if isinstance(node, ast.Attribute):
        return usual(node.attr)
    if isinstance(node, ast.Name):
        return usual(node.id) and node.id not in CHANGING
    return not (isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value[:2] == "__")


def usual(name):
    """Whether a name has no meaning to Python that could make other code run."""
    return name in SPECIAL or not (name.startswith("__") and name.endswith("__"))
