"""What of an interface a candidate's module offers, seen in the worker: its records, its names, its calls.

Standard library only; loaded into the worker host.
"""

import inspect
import types


def plain(tree):
    """The codec's dictionaries as plain ones."""
    if type(tree) is list:
        return [plain(item) for item in tree]
    if type(tree) is dict and "d" in tree:
        return {key: plain(value) for key, value in tree["d"]}
    return tree


def make_records(records):
    """Named tuple classes by name."""
    from collections import namedtuple

    return {name: namedtuple(name, fields, module="interface") for name, fields in records.items()}


def own_record(module, name, cls):
    """The candidate's own class of that name when it is a named tuple of the same fields, else the injected one."""
    own = getattr(module, name, cls)
    same = isinstance(own, type) and issubclass(own, tuple) and getattr(own, "_fields", None) == cls._fields
    return own if same else cls


def missing(module, outline):
    """What of the interface the module does not provide: names, or calls with the declared number of arguments."""
    gone: list[str] = []
    for name, count in outline["functions"].items():
        function = getattr(module, name, None)
        gone += [name] if not callable(function) else refuses(name, function, count)
    for name, members in outline["classes"].items():
        cls = getattr(module, name, None)
        if not callable(cls):
            gone.append(name)
        elif isinstance(cls, type):
            gone += lacking(name, cls, members)
    return gone


def lacking(name, cls, members):
    """Members that a class does not have, or that cannot be called as declared."""
    gone = [f"{name}.{m}" for m in members if m != "new" and not hasattr(cls, m)]
    for member, count in members.items():
        own = cls.__dict__.get(member)
        if member == "new":
            gone += refuses(name, cls, count)
        elif isinstance(own, types.FunctionType):
            gone += refuses(f"{name}.{member}", own, count + 1)
    return gone


def refuses(name, function, count):
    """[a phrase] when a callable cannot take ``count`` positional arguments; [] when it can or nobody can tell."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return []
    try:
        signature.bind(*[None] * count)
    except TypeError as problem:
        return [f"{name}{signature} cannot be called as declared ({problem})"]
    return []
