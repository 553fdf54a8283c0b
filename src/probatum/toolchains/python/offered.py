"""What of an interface a candidate's module offers, seen in the worker: its records, its names, its calls.

Standard library only; loaded into the worker host.
"""

import builtins
import types
from collections import namedtuple

BUILT_IN = {name: cls for name, cls in vars(builtins).items() if isinstance(cls, type)}
"""The built-in classes, before any candidate could replace them."""
BUILT_IN_METHODS = (types.WrapperDescriptorType, types.MethodDescriptorType, types.BuiltinFunctionType)


def is_called(cls, name):
    """Whether a class is what callers mean by a name. A built-in name means the built-in class: who catches that one
    does not catch another of the same name."""
    return cls.__name__ == name and BUILT_IN.get(name, cls) is cls


def plain(tree):
    """The codec's dictionaries as plain ones."""
    if type(tree) is list:
        return [plain(item) for item in tree]
    if type(tree) is dict and "d" in tree:
        return {key: plain(value) for key, value in tree["d"]}
    return tree


def make_records(records):
    """Named tuple classes by name."""
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
    """Members that neither a class has nor its instances may get, or that cannot be called as declared."""
    gone = [f"{name}.{m}" for m in members if m != "new" and not hasattr(cls, m) and not gets(cls, m)]
    for member, count in members.items():
        own = cls.__dict__.get(member)
        if member == "new":
            gone += [] if plainly_made(cls, count) else refuses(name, cls, count)
        elif isinstance(own, types.FunctionType):
            gone += [] if plainly_takes(own, count + 1) else refuses(f"{name}.{member}", own, count + 1)
    return gone


def gets(cls, member):
    """Whether instances may have a member that their class has not: one that `__getattr__` answers, or that some method
    gives them. Whether they really do, calls show."""
    own = [value for base in cls.__mro__ for value in vars(base).items() if not isinstance(value[1], BUILT_IN_METHODS)]
    if any(name in ("__getattr__", "__getattribute__") for name, _ in own):
        return True
    return any(member in given(value.__code__) for _, value in own if isinstance(value, types.FunctionType))


def given(code):
    """Names of attributes that a code object, or one within it, sets, and texts in it, which may name some."""
    import dis  # loaded where the whole interface is looked at

    found = {step.argval for step in dis.get_instructions(code) if step.opname == "STORE_ATTR"}
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found |= given(constant)
        else:
            found |= {text for text in (constant if type(constant) is tuple else [constant]) if type(text) is str}
    return found


def plainly_made(cls, count):
    """Whether a class without any magic has an initialiser for ``count`` arguments; False when that is not plain."""
    init = cls.__dict__.get("__init__")
    plain_class = type(cls) is type and "__new__" not in cls.__dict__ and cls.__bases__ == (object,)
    return plain_class and type(init) is types.FunctionType and plainly_takes(init, count + 1)


def plainly_takes(function, count):
    """Whether a function can be called with ``count`` arguments, read off its code: a tenth of the time that its
    signature takes, which is looked at where this says False."""
    code = function.__code__
    least = code.co_argcount - len(function.__defaults__ or ())
    return not function.__dict__ and not code.co_kwonlyargcount and least <= count <= code.co_argcount


def refuses(name, function, count):
    """[a phrase] when a callable cannot take ``count`` positional arguments; [] when it can or nobody can tell."""
    import inspect  # loaded where the whole interface is looked at

    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return []
    try:
        signature.bind(*[None] * count)
    except TypeError as problem:
        return [f"{name}{signature} cannot be called as declared ({problem})"]
    return []
