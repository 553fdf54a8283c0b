"""What a candidate's source says about its names: attributes that threads can share, variables that functions share.

Standard library only; loaded into the worker host.
"""

import ast
import symtable

DYNAMIC = frozenset(
    {
        "setattr",
        "delattr",
        "getattr",
        "vars",
        "globals",
        "locals",
        "attrgetter",
        "methodcaller",
        "__dict__",
        "__setattr__",
        "__delattr__",
        "__getattribute__",
        "__class__",
        "__set__",
        "__reduce__",
        "__reduce_ex__",
        "__setstate__",
        "__getstate__",
    }
)
"""Ways to reach an attribute without writing its name: where one occurs, no attribute counts as a constant."""


class Unsupported(Exception):
    """A construct whose accesses cannot be made steps of."""


class Facts(ast.NodeVisitor):
    """What a source says about its names: attributes that are written, variables that functions share."""

    def __init__(self, source, tree, tasks=False):
        self.dynamic = False
        self.tasks = tasks
        self.stored: set[str] = set()
        self.shared: set[str] = set()
        self.bound: dict[str, int] = {}
        for node in ast.walk(tree):
            self.look(node)
        captured = set()
        tables = [symtable.symtable(source, "sut.py", "exec")]
        while tables:
            table = tables.pop()
            tables += table.get_children()
            captured |= set(table.get_frees()) if isinstance(table, symtable.Function) else set()
        split_constants(tree, self)
        self.declared = frozenset(self.shared)
        self.shared |= {name for name in captured if self.bound.get(name, 0) > 1}

    def look(self, node):
        if isinstance(node, ast.Attribute):
            self.dynamic |= node.attr in DYNAMIC
            self.dynamic |= node.attr == "__init__" and not is_super(node.value)
        elif isinstance(node, ast.Name):
            self.dynamic |= node.id in DYNAMIC
            if isinstance(node.ctx, ast.Store):
                self.bound[node.id] = self.bound.get(node.id, 0) + 1
        elif isinstance(node, ast.alias):
            self.dynamic |= node.name in DYNAMIC
        elif isinstance(node, ast.Constant):
            self.dynamic |= isinstance(node.value, str) and node.value in DYNAMIC
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            self.shared.update(node.names)
        elif isinstance(node, (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)) and not self.tasks:
            raise Unsupported(f"line {node.lineno}: async code")
        elif isinstance(node, (ast.MatchClass, ast.MatchMapping, ast.MatchSequence)):
            raise Unsupported(f"line {node.lineno}: a pattern that looks into objects")

    def steps(self, attr):
        """Whether an access to an attribute of that name is a step."""
        return self.dynamic or attr in self.stored


def is_super(node):
    """Whether a node is a call of `super`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def split_constants(tree, facts):
    """Take from the written attributes those that only a constructor writes, on an object nobody else has yet."""
    elsewhere, within = set(), set()
    for cls in [n for n in ast.walk(tree) if isinstance(n, ast.ClassDef)]:
        for function in cls.body:
            if isinstance(function, ast.FunctionDef) and function.name == "__init__" and function.args.args:
                within |= own_writes(function)
    allowed = {id(node) for node in within}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load) and id(node) not in allowed:
            elsewhere.add(node.attr)
    facts.stored = elsewhere


def own_writes(init):
    """The attribute nodes that a constructor writes directly on ``self``; none where ``self`` gets out of it."""
    me = init.args.args[0].arg
    bases = {id(n.value) for n in ast.walk(init) if isinstance(n, ast.Attribute)}
    written = {n.attr for n in ast.walk(init) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)}
    reads = [n for n in ast.walk(init) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Load)]
    if any(isinstance(n.value, ast.Name) and n.value.id == me and n.attr not in written for n in reads):
        return set()  # a method of the object is handed out, perhaps
    inner = (ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    nested = [n for n in ast.walk(init) if isinstance(n, inner) and n is not init]
    names = [n for n in ast.walk(init) if isinstance(n, ast.Name) and n.id == me]
    methods = [n for n in ast.walk(init) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    owners = [c.func.value for c in methods if isinstance(c.func, ast.Attribute)]
    calls_self = any(isinstance(owner, ast.Name) and owner.id == me for owner in owners)
    if nested or calls_self or any(id(n) not in bases or not isinstance(n.ctx, ast.Load) for n in names):
        return set()
    supers = any(isinstance(n, ast.Name) and n.id == "super" for n in ast.walk(init))
    loops = any(isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Attribute) for n in ast.walk(init))
    if supers or loops:
        return set()
    return {
        n
        for n in ast.walk(init)
        if isinstance(n, ast.Attribute)
        and isinstance(n.ctx, ast.Store)
        and isinstance(n.value, ast.Name)
        and n.value.id == me
    }
