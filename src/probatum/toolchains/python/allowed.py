"""What a Python candidate may import: computation only. Preloaded into the host, because the lock forbids opening
files later."""

from __future__ import annotations

ALLOWED = (
    "__future__",
    "abc",
    "array",
    "base64",
    "binascii",
    "bisect",
    "calendar",
    "cmath",
    "collections",
    "collections.abc",
    "colorsys",
    "contextlib",
    "copy",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "enum",
    "fractions",
    "functools",
    "graphlib",
    "hashlib",
    "heapq",
    "hmac",
    "html",
    "io",
    "itertools",
    "json",
    "keyword",
    "logging",
    "math",
    "numbers",
    "operator",
    "pprint",
    "random",
    "re",
    "reprlib",
    "statistics",
    "string",
    "struct",
    "sys",
    "textwrap",
    "token",
    "types",
    "typing",
    "unicodedata",
    "uuid",
    "warnings",
    "weakref",
    "zlib",
)
"""`sys` only for the attributes named in `boundary.SYS_ALLOWED`; `interface` (the task's records) is always
importable."""

ALSO_PRELOADED = (
    "_strptime",
    "encodings.ascii",
    "encodings.latin_1",
    "encodings.utf_16",
    "encodings.idna",
    "encodings.punycode",
    "encodings.hex_codec",
)
"""Modules the standard library loads lazily on behalf of allowed ones."""

LARGE = frozenset(
    {
        "base64",
        "calendar",
        "colorsys",
        "datetime",
        "decimal",
        "difflib",
        "fractions",
        "graphlib",
        "hashlib",
        "hmac",
        "html",
        "logging",
        "pprint",
        "statistics",
        "textwrap",
        "uuid",
    }
)
"""Allowed modules that few candidates need and that make a host half as large again."""

WITHOUT_IMPORTS = ("typing", "unicodedata", *(n for n in ALSO_PRELOADED if n.startswith("encodings.")))
"""What the language itself loads where nothing is imported: for encodings, names of characters, type parameters."""

PRELOADED_ALL = (*ALLOWED, *ALSO_PRELOADED)
PRELOADED = (*(n for n in ALLOWED if n not in LARGE), *WITHOUT_IMPORTS)


def imports(source: str) -> bool:
    """Whether a source can import anything at all: in whatever way, it says so."""
    return "import" in source


def wants_more(source: str) -> bool:
    """Whether a source names a module of the large ones anywhere, in whatever way it would import it."""
    return any(name in source for name in LARGE)
