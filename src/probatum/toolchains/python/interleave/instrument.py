"""Rewrites a candidate's source so that every access to what threads can share is a step of the scheduler.

Standard library only; loaded by path into the worker host. A step is announced immediately before the access, after
everything it needs was evaluated: reads and writes of attributes, of items, of global and captured variables, calls
of what is not the candidate's own code, iteration, membership, truth and comparison of containers. Attributes that
are only ever written in their object's `__init__`, where the object is not yet known to anybody, are constants.
"""

import ast

from probatum.toolchains.python.interleave.facts import Facts, Unsupported
from probatum.toolchains.python.interleave.operands import Operands

FRAMELESS = frozenset({"super", "locals", "vars", "dir", "globals"})
"""Built-ins that look at the frame of their caller, so they must be called from it."""


class Rewrite(Operands):
    """Puts the announcements in. ``labels`` collects what each announces, by number."""

    def visit_FunctionDef(self, node):
        body = self.within(True, node.body, lambda body: [self.visit(statement) for statement in body])
        node.body = [s for statement in body for s in as_list(statement)]
        node.decorator_list = [self.visit(d) for d in node.decorator_list]
        node.args = self.visit(node.args)
        return node  # annotations stay as they are: nobody evaluates them while threads run

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_AnnAssign(self, node):
        if node.value is not None:
            node.value = self.visit(node.value)
            node.target = self.visit(node.target)
        return node

    def visit_Attribute(self, node):
        original = ast.copy_location(ast.Attribute(node.value, node.attr, ast.Load()), node)
        stepped, text = self.facts.steps(node.attr), ast.unparse(original)
        node.value = self.visit(node.value)
        if stepped:
            verb = {"Load": "read", "Store": "write", "Del": "delete"}[type(node.ctx).__name__]
            helper = "after" if verb == "read" else "change"
            node.value = self.announced(helper, node, f"{verb} {text}", node.value, ast.Constant(node.attr))
        return node

    def index(self, node):
        """An index as one value: a slice becomes the object that it makes."""
        if isinstance(node, ast.Slice):
            parts = [self.visit(p) if p else ast.Constant(None) for p in (node.lower, node.upper, node.step)]
            return ast.copy_location(ast.Call(self.name("slice"), parts, []), node)
        if isinstance(node, ast.Tuple) and any(isinstance(e, ast.Slice) for e in node.elts):
            raise Unsupported(f"line {node.lineno}: a slice within an index")
        return self.visit(node)

    def visit_Subscript(self, node):
        text = ast.unparse(node)
        value, index = self.visit(node.value), self.index(node.slice)
        if isinstance(node.ctx, ast.Load):
            return self.announced("item", node, f"read {text}", value, index)
        node.value, again = self.named(value)
        node.slice = self.announced("place", node, f"write {text}", index, *[again] * (again is not None))
        return node

    def visit_Name(self, node):
        if node.id in self.facts.shared and isinstance(node.ctx, ast.Load):
            pair = ast.Tuple(
                [self.announced("point", node, f"read {node.id}", ast.Constant(node.id)), node], ast.Load()
            )
            return ast.fix_missing_locations(ast.copy_location(ast.Subscript(pair, ast.Constant(1), ast.Load()), node))
        if node.id in self.facts.declared and isinstance(node.ctx, ast.Del):
            raise Unsupported(f"line {node.lineno}: deletes the shared variable {node.id}")
        return node

    def stores_shared(self, target):
        return any(
            isinstance(n, ast.Name) and n.id in self.facts.shared and isinstance(n.ctx, ast.Store)
            for n in ast.walk(target)
        )

    def visit_Assign(self, node):
        label = ast.unparse(node)
        node.value = self.visit(node.value)
        if any(isinstance(t, (ast.Tuple, ast.List)) for t in node.targets):
            node.value = self.announced("still", node, f"unpack {label}", node.value)
        if any(self.stores_shared(t) for t in node.targets):
            stored = node.targets[0]
            self.clear &= len(node.targets) == 1 and isinstance(stored, ast.Name)
            name = ast.Constant(getattr(stored, "id", ""))
            node.value = self.announced("wrote", node, f"write {label}", node.value, name)
        node.targets = [self.visit(t) for t in node.targets]
        return node

    def visit_NamedExpr(self, node):
        node.value = self.visit(node.value)
        if node.target.id in self.facts.shared:
            name = ast.Constant(node.target.id)
            node.value = self.announced("wrote", node, f"write {node.target.id}", node.value, name)
        return node

    def visit_AugAssign(self, node):
        return [ast.fix_missing_locations(ast.copy_location(s, node)) for s in self.augmented(node)]

    def augmented(self, node):
        target, text = node.target, ast.unparse(node.target)
        if isinstance(target, ast.Name) and target.id not in self.facts.shared:
            value, right = target.id, self.fresh()
            read, store = [], []
            current = ast.Name(value, ast.Load())
            changed = ast.Name(value, ast.Store())
        else:
            place, key, value, right = self.fresh(), self.fresh(), self.fresh(), self.fresh()
            read, store = self.places(node, target, text, place, key, value)
            current, changed = self.name(value), self.name(value, ast.Store())
        still = self.announced("augment", node, f"change {text}", self.tuple_of(current, self.name(right)))
        return [
            *read,
            ast.Assign([self.name(right, ast.Store())], self.visit(node.value)),
            ast.Expr(still),
            ast.AugAssign(changed, node.op, self.name(right)),
            *store,
        ]

    def tuple_of(self, *items):
        return ast.Tuple(list(items), ast.Load())

    def places(self, node, target, text, place, key, value):
        """Statements that read the target of an augmented assignment into a variable, and that write it back."""
        into = [self.name(value, ast.Store())]
        if isinstance(target, ast.Name):
            read = ast.Assign(into, self.visit(ast.copy_location(ast.Name(target.id, ast.Load()), node)))
            write = self.announced("wrote", node, f"write {text}", self.name(value), ast.Constant(target.id))
            return [read], [ast.Assign([target], write)]
        held = ast.Assign([self.name(place, ast.Store())], self.visit(target.value))
        if isinstance(target, ast.Attribute):
            before = self.announced("after", node, f"read {text}", self.name(place), ast.Constant(target.attr))
            after = self.announced("change", node, f"write {text}", self.name(place), ast.Constant(target.attr))
            read = ast.Assign(into, ast.Attribute(before, target.attr, ast.Load()))
            store = ast.Assign([ast.Attribute(after, target.attr, ast.Store())], self.name(value))
            return [held, read], [store]
        indexed = ast.Assign([self.name(key, ast.Store())], self.index(target.slice))
        item = self.announced("item", node, f"read {text}", self.name(place), self.name(key))
        after = self.announced("place", node, f"write {text}", self.name(key), self.name(place))
        store = ast.Assign([ast.Subscript(self.name(place), after, ast.Store())], self.name(value))
        return [held, indexed, ast.Assign(into, item)], [store]

    def visit_Call(self, node):
        text = ast.unparse(node)
        frameless = isinstance(node.func, ast.Name) and node.func.id in FRAMELESS
        node.args, node.keywords = [self.visit(a) for a in node.args], [self.visit(k) for k in node.keywords]
        if frameless:
            return node
        call = self.announced("call", node, text, self.visit(node.func))
        call.args += node.args
        call.keywords = node.keywords
        return ast.fix_missing_locations(call)

    def visit_For(self, node):
        if any(isinstance(n, ast.Name) and n.id in self.facts.declared for n in ast.walk(node.target)):
            raise Unsupported(f"line {node.lineno}: a loop over a shared variable")
        text = ast.unparse(node.iter)
        self.generic_visit(node)
        node.iter = self.announced("each", node, f"next of {text}", node.iter)
        return node

    def visit_comprehension(self, node):
        text = ast.unparse(node.iter)
        self.generic_visit(node)
        if node.is_async:
            return node
        node.iter = self.announced("each", node.iter, f"next of {text}", node.iter)
        node.ifs = [self.truth(test) for test in node.ifs]
        return node

    def visit_Starred(self, node):
        node.value = self.visit(node.value)
        if isinstance(node.ctx, ast.Load):
            node.value = self.helper("still", node, node.value)
        return node

    def visit_FormattedValue(self, node):
        self.generic_visit(node)
        node.value = self.helper("against", node, node.value, ast.Constant(None))  # all that is in it is shown
        return node

    def generic_visit(self, node):
        super().generic_visit(node)
        if isinstance(node, (ast.If, ast.While, ast.IfExp, ast.Assert)):
            node.test = self.truth(node.test)
        elif isinstance(node, ast.BoolOp):
            node.values = [*[self.truth(v) for v in node.values[:-1]], node.values[-1]]
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            node.operand = self.truth(node.operand)
        elif isinstance(
            node, (ast.With, ast.AsyncWith, ast.ExceptHandler, ast.Import, ast.ImportFrom)
        ) and self.rebinds(node):
            raise Unsupported(f"line {node.lineno}: binds a shared variable")
        return node

    def rebinds(self, node):
        names = {getattr(node, "name", None)} | {a.asname or a.name for a in getattr(node, "names", ())}
        items = [i.optional_vars for i in getattr(node, "items", ()) if i.optional_vars is not None]
        names |= {n.id for item in items for n in ast.walk(item) if isinstance(n, ast.Name)}
        return bool(names & self.facts.declared)


def as_list(made):
    """What a visit gave for a statement: none, one or several."""
    return made if isinstance(made, list) else [] if made is None else [made]


def instrument(source, tasks=False):
    """(tree, labels, prefix of the helpers' names, whether steps say all that they touch) of a source; ``tasks``: it
    may have coroutines. Raises `Unsupported` or SyntaxError."""
    tree = ast.parse(source, "sut.py")
    facts = Facts(source, tree, tasks)
    prefix = "_step_"
    while prefix in source:
        prefix += "_"
    rewrite = Rewrite(tree, facts, prefix)
    made = ast.fix_missing_locations(rewrite.visit(tree))
    return made, rewrite.labels, prefix, rewrite.clear
