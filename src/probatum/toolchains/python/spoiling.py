"""Ruining what was handed over, as its new owner may: whoever kept it will be seen to have kept it.

Standard library only; loaded into the worker host.
"""

SPOILED = "spoiled by the caller"
ATOMS = frozenset((int, bool, str, float, bytes, type(None)))  # nobody can change one: passed on as it is


def is_spoiled(value):
    """Whether a container is as `spoil` left it."""
    return not value or (type(value) is list and len(value) == 1 and value[0] is SPOILED)


def spoil(value, depth=64):
    """Ruin a container that has been handed over: whoever kept it will be seen to have kept it. Deeper than ``depth``
    (a list that holds itself, say) nothing was encoded, so nothing is ruined.
    """
    kind = type(value)
    if depth <= 0:
        return
    inner = []
    if kind is list:
        inner = list(value)
    elif kind is dict:
        inner = list(value.values())
    elif issubclass(kind, tuple):
        inner = list(tuple.__iter__(value))
    for item in inner:
        if type(item) not in ATOMS:
            spoil(item, depth - 1)
    if kind is list and not value:
        value.append(SPOILED)
    elif kind is list or kind is dict or kind is set:
        value.clear()
