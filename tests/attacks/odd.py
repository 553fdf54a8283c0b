"""Ways to write a right candidate oddly: what becomes of a source, and nothing about what it does."""

from __future__ import annotations

from collections.abc import Callable

TWO_THOUSAND_LINES = "".join(f"\n\ndef helper_{n}(x):\n    return x + {n}\n" for n in range(450))

HEAVY = """\
import abc, array, base64, binascii, bisect, calendar, cmath, collections, colorsys, contextlib, copy, dataclasses
import datetime, decimal, difflib, enum, fractions, functools, graphlib, hashlib, heapq, hmac, html, io, itertools
import json, keyword, logging, math, numbers, operator, pprint, random, re, reprlib, statistics, string, struct, sys
import textwrap, token, types, typing, unicodedata, uuid, warnings, weakref, zlib
from collections.abc import Iterable, Mapping
NOW = datetime.datetime(2024, 2, 29).strftime("%A") + str(decimal.Decimal("1.1")) + hashlib.sha256(b"x").hexdigest()
LOG = logging.getLogger("odd"); LOG.warning("said at import: %s", NOW)
TOPO = list(graphlib.TopologicalSorter({1: [2]}).static_order()); ID = uuid.uuid4(); CACHE = functools.lru_cache(abs)
DAY = datetime.datetime.strptime("2024-02-29", "%Y-%m-%d"); NORMAL = unicodedata.normalize("NFC", "e\\u0301")
"""


def _tabs(source: str) -> str:
    lines = [line.replace("    ", "\t") if line.startswith(" ") else line for line in source.split("\n")]
    return "\n".join(lines)


def _in_front(text: str) -> Callable[[str], bytes]:
    return lambda source: (text + source).encode()


ODD: dict[str, Callable[[str], bytes]] = {
    "windows line ends": lambda source: source.replace("\n", "\r\n").encode(),
    "old mac line ends": lambda source: source.replace("\n", "\r").encode(),
    "byte order mark": lambda source: b"\xef\xbb\xbf" + source.encode(),
    "tabs": lambda source: _tabs(source).encode(),
    "no newline at the end": lambda source: source.rstrip("\n").encode(),
    "very long line": _in_front("TABLE = [" + "1, " * 20_000 + "]\n"),
    "two thousand lines": _in_front(TWO_THOUSAND_LINES),
    "coding line": _in_front("# -*- coding: utf-8 -*-\n# Grüße, 你好, مرحبا\n"),
    "coding line of an editor": _in_front("#!/usr/bin/env python3\n# vim: set fileencoding=latin-1 :\n"),
    "form feeds": _in_front('"""About."""\n\x0c\nPAGE = 1\n\x0c\n'),
    "annotations from the future": _in_front(
        '"""Über alles."""\nfrom __future__ import annotations\n\nX: Undefined\n'.replace("Undefined", "int")
    ),
    "heavy imports": _in_front(HEAVY),
    "prints a hundred kilobytes": _in_front("print('x' * 100_000)\n"),
    "main block": lambda source: (
        source + "\n\nif __name__ == '__main__':\n    raise SystemExit('not here')\n"
    ).encode(),
    "much computed at import": _in_front(
        "SIEVE = [n for n in range(2, 5000) if all(n % d for d in range(2, int(n**0.5) + 1))]\n"
    ),
}
