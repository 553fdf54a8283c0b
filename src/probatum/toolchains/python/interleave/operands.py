"""Announcements before operations on two values, and what every announcement is made of; see `instrument`.

Standard library only; loaded into the worker host.
"""

import ast
import copy

from probatum.toolchains.python.interleave.clear import reducible


class Operands(ast.NodeTransformer):
    """The part of the rewriting that needs to know of both operands what they are."""

    def __init__(self, tree, facts, prefix):
        self.facts, self.prefix, self.labels, self.counter = facts, prefix, [""], 0
        self.plain = False  # within a function, outside of comprehensions: where a value can be given a name
        self.clear = reducible(tree, facts)  # whether the steps say all that is touched

    def helper(self, name, node, *args):
        self.labels.append(f"line {node.lineno}: {ast.unparse(node)[:80]}")
        made = ast.Call(self.name(name), [ast.Constant(len(self.labels) - 1), *args], [])
        return ast.fix_missing_locations(ast.copy_location(made, node))

    def name(self, text, ctx=None):
        return ast.Name(self.prefix + text, ctx or ast.Load())

    def fresh(self):
        self.counter += 1
        return f"v{self.counter}"

    def within(self, plain, node, visit):
        """Visit a node where values can be given names, or where they cannot."""
        before, self.plain = self.plain, plain
        made = visit(node)
        self.plain = before
        return made

    def visit_ClassDef(self, node):
        return self.within(False, node, self.generic_visit)

    def visit_ListComp(self, node):
        return self.within(False, node, self.generic_visit)

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_Lambda = visit_ListComp

    def named(self, node):
        """(an expression in place of this one, another that gives its value again); None: it cannot be had again."""
        if isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id not in self.facts.shared):
            return node, copy.copy(node)
        if not self.plain:
            return node, None
        name = self.prefix + self.fresh()
        held = ast.NamedExpr(ast.Name(name, ast.Store()), node)
        return ast.copy_location(held, node), ast.copy_location(ast.Name(name, ast.Load()), node)

    def names_in(self, node):
        """Whether an expression of the source gives names to values, which may be those of another operand."""
        given = [n.target.id for n in ast.walk(node) if isinstance(n, ast.NamedExpr)]
        return any(not name.startswith(self.prefix) for name in given)

    def operand(self, helper, node, label, left, right):
        """(left, right) of an operation, the right one announced together with the left."""
        kept, again = self.named(left) if not self.names_in(right) else (left, None)
        if again is None:
            return kept, self.announced("vague", node, label, right)
        return kept, self.announced(helper, node, label, right, again)

    def announced(self, helper, node, text, *args):
        made = self.helper(helper, node, *args)
        self.labels[-1] = f"line {node.lineno}: {text[:80]}"
        return made

    def visit_Compare(self, node):
        label = f"compare {ast.unparse(node)}"
        self.generic_visit(node)
        if len(node.ops) == 1 and not isinstance(node.ops[0], (ast.Is, ast.IsNot)):
            right = node.comparators[0]
            node.left, node.comparators[0] = self.operand("against", node, label, node.left, right)
            return node
        for place, (op, right) in enumerate(zip(node.ops, node.comparators, strict=True)):
            if not isinstance(op, (ast.Is, ast.IsNot)):
                node.comparators[place] = self.announced("vague", node, label, right)
        return node

    def visit_Dict(self, node):
        self.generic_visit(node)
        for place, key in enumerate(node.keys):
            if key is None:
                node.values[place] = self.helper("still", node, node.values[place])
        return node

    def visit_BinOp(self, node):
        label = f"combine {ast.unparse(node)}"
        self.generic_visit(node)
        repeats = isinstance(node.op, (ast.Mult, ast.Mod))
        simple = isinstance(node.right, (ast.Constant, ast.Name))
        if repeats and not simple and not self.plain:
            self.clear = False
        if repeats and not self.plain:
            node.left = self.announced("still", node, label, node.left)
        node.left, node.right = self.operand("both" if repeats else "against", node, label, node.left, node.right)
        return node

    def truth(self, test):
        """A condition, announced where its truth can change."""
        if isinstance(test, ast.BoolOp):
            test.values[-1] = self.truth(test.values[-1])
        if isinstance(test, (ast.Compare, ast.Constant, ast.BoolOp)) or (
            isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
        ):
            return test
        return self.helper("still", test, test)
