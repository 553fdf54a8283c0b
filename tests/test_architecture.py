"""The shape of the code is part of the design: layers, sizes, effects and what a reader may rely on.

Each rule is a function from one parsed module to the offences in it, so that the second half of this file can show
each rule catching a planted offence.
"""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "probatum"

MAX_FUNCTION_LINES = 70
MAX_MODULE_LINES = 300
EFFECT_MODULES = frozenset({"subprocess", "time", "random", "secrets"})
EFFECT_PLACES = ("lab", "journal", "sandbox", "toolchains", "wire")
PRINTING_PLACES = frozenset({"cli", "report", "demo", "worker"})

# Exceptions to a rule: path below src/probatum -> the reason. One that is no longer needed fails a test below.
ALLOWED: dict[str, dict[str, str]] = {
    "size": {},
    "broad_except": {
        "cli/__init__.py": "Python exits with 1 for what nobody caught, and 1 means that a candidate was refuted",
        "judge/compare.py": "a `sometimes` of the task file that cannot digest an answer has not been reached by it",
        "judge/drive.py": "an oracle or a law of the task file may raise anything: a task error, or a law that fails",
        "judge/historical.py": "an oracle may raise anything: a declared error is an answer, the rest a task error",
        "judge/suite.py": "executing a task file may raise anything; it is reported with its line",
        "toolchains/python/interleave/explore.py": "whatever a thread of a candidate raises is an outcome to record",
        "toolchains/python/interleave/tasks.py": "whatever a task of a candidate raises is an outcome to record",
        "toolchains/python/worker.py": "whatever a candidate raises is an outcome to record",
    },
    "unfinished": {},
    "effects": {"sync.py": "what candidates use outside of a trial: real threads give way with time.sleep(0)"},
    "printing": {},
    "docstrings": {},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One source file: its path below src/probatum, its text and its syntax tree."""

    path: str
    text: str
    tree: ast.Module


def parsed(path: str, text: str) -> Module:
    return Module(path=path, text=text, tree=ast.parse(text))


def source_modules() -> list[Module]:
    files = sorted(SOURCE.rglob("*.py"))
    return [parsed(file.relative_to(SOURCE).as_posix(), file.read_text(encoding="utf-8")) for file in files]


def place_names(path: str) -> list[str]:
    """`report/html.py` is in the places `report` and `html`."""
    return Path(path).with_suffix("").as_posix().split("/")


# --- rules


def size(module: Module) -> Iterator[str]:
    lines = module.text.count("\n")
    if lines > MAX_MODULE_LINES:
        yield f"{module.path}: {lines} lines, at most {MAX_MODULE_LINES}: split it by meaning"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MAX_FUNCTION_LINES:
                yield f"{module.path}:{node.lineno}: {node.name} has {length} lines, at most {MAX_FUNCTION_LINES}"


def broad_except(module: Module) -> Iterator[str]:
    """Catching everything hides faults; cleaning up and raising on does not."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = [] if node.type is None else list(ast.walk(node.type))
        names = {part.id for part in caught if isinstance(part, ast.Name)}
        names |= {part.attr for part in caught if isinstance(part, ast.Attribute)}
        reraises = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
        if (node.type is None or names & {"Exception", "BaseException"}) and not reraises:
            yield f"{module.path}:{node.lineno}: broad except: name what can really happen here"


def unfinished(module: Module) -> Iterator[str]:
    # Joined so that this file may be held to its own rule.
    marks = "|".join(["NotImplemented" + "Error", "TO" + "DO", "FIX" + "ME"])
    for number, line in enumerate(module.text.splitlines(), start=1):
        if found := re.search(rf"\b({marks})\b", line):
            yield f"{module.path}:{number}: {found[0]}: finish it, or leave it out"


def imported_names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [node.module or ""]
    return []


def type_checking_lines(tree: ast.Module) -> set[int]:
    """Lines under `if TYPE_CHECKING:`: they name a type and run nothing."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            for child in node.body:
                lines |= set(range(child.lineno, (child.end_lineno or child.lineno) + 1))
    return lines


def effects(module: Module) -> Iterator[str]:
    if place_names(module.path)[0] in EFFECT_PLACES:
        return
    exempt = type_checking_lines(module.tree)
    for node in ast.walk(module.tree):
        line = getattr(node, "lineno", 0)
        for name in imported_names(node):
            if name.split(".")[0] in EFFECT_MODULES and line not in exempt:
                yield f"{module.path}:{line}: imports {name}: take the effect from probatum.lab or L2"


def printing(module: Module) -> Iterator[str]:
    if PRINTING_PLACES & set(place_names(module.path)):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield f"{module.path}:{node.lineno}: print: return a value and let cli or report show it"


def docstrings(module: Module) -> Iterator[str]:
    if module.text.strip() and ast.get_docstring(module.tree) is None:
        yield f"{module.path}:1: the module has no docstring"
    for node in module.tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        overload = any("overload" in ast.unparse(decorator) for decorator in node.decorator_list)
        if ast.get_docstring(node) is None and not overload:
            yield f"{module.path}:{node.lineno}: {node.name} has no docstring"


RULES: dict[str, Callable[[Module], Iterator[str]]] = {
    rule.__name__: rule for rule in (size, broad_except, unfinished, effects, printing, docstrings)
}


# --- the source obeys


@pytest.mark.parametrize("name", RULES)
def test_the_source_obeys(name: str) -> None:
    modules = [module for module in source_modules() if module.path not in ALLOWED[name]]
    assert modules, "no source found: this test would be vacuous"
    offences = [offence for module in modules for offence in RULES[name](module)]
    assert not offences, "\n" + "\n".join(offences)


def test_every_exception_is_still_needed() -> None:
    present = {module.path: module for module in source_modules()}
    stale = [
        f"{path} no longer breaks the rule {name!r}: remove it from ALLOWED"
        for name, paths in ALLOWED.items()
        for path in paths
        if path in present and not list(RULES[name](present[path]))
    ]
    assert not stale, "\n" + "\n".join(stale)


# --- the rules can bite


def long_function(lines: int) -> str:
    return '"""Doc."""\n' + "def _f():\n" + "    x = 1\n" * (lines - 1)


@pytest.mark.parametrize(
    ("name", "path", "text"),
    [
        ("size", "a.py", "x = 1\n" * (MAX_MODULE_LINES + 1)),
        ("size", "a.py", long_function(MAX_FUNCTION_LINES + 1)),
        ("broad_except", "a.py", "try:\n    f()\nexcept:\n    pass\n"),
        ("broad_except", "a.py", "try:\n    f()\nexcept (ValueError, Exception):\n    pass\n"),
        ("broad_except", "a.py", "try:\n    f()\nexcept builtins.BaseException:\n    pass\n"),
        ("unfinished", "a.py", "# TO" + "DO: later\n"),
        ("unfinished", "a.py", "raise NotImplemented" + "Error\n"),
        ("effects", "judge/run.py", "import time\n"),
        ("effects", "search/evolve.py", "def f():\n    from random import Random\n"),
        ("effects", "labels.py", "import subprocess\n"),
        ("printing", "judge/run.py", "print(1)\n"),
        ("docstrings", "a.py", "x = 1\n"),
        ("docstrings", "a.py", '"""Doc."""\ndef f():\n    return 1\n'),
        ("docstrings", "a.py", '"""Doc."""\nclass C:\n    x = 1\n'),
    ],
)
def test_a_rule_catches_an_offence(name: str, path: str, text: str) -> None:
    assert list(RULES[name](parsed(path, text)))


@pytest.mark.parametrize(
    ("name", "path", "text"),
    [
        ("size", "a.py", long_function(MAX_FUNCTION_LINES)),
        ("broad_except", "a.py", "try:\n    f()\nexcept OSError:\n    pass\n"),
        ("broad_except", "a.py", "try:\n    f()\nexcept BaseException:\n    undo()\n    raise\n"),
        ("unfinished", "a.py", "return NotImplemented_ + methodology\n"),
        ("effects", "sandbox/spawn.py", "import subprocess\n"),
        ("effects", "lab.py", "import time, random\n"),
        ("effects", "search/evolve.py", "if TYPE_CHECKING:\n    from random import Random\n"),
        ("effects", "judge/run.py", "from .time import budget\n"),
        ("printing", "cli/check.py", "print(1)\n"),
        ("printing", "toolchains/python/worker.py", "print(1)\n"),
        ("docstrings", "__init__.py", ""),
        ("docstrings", "a.py", '"""Doc."""\ndef _f():\n    return 1\n'),
    ],
)
def test_a_rule_leaves_honest_code_alone(name: str, path: str, text: str) -> None:
    text = text if not text.startswith("return") else f"def _f():\n    {text}"
    assert not list(RULES[name](parsed(path, text)))


# --- layers

LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True, no_logo=True))"


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts of `root/pyproject.toml` on `root/src`, in a process of its own."""
    program = f"import sys; sys.path.insert(0, {str(root / 'src')!r}); {LINT}"
    return subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, timeout=120)


def planted(tmp_path: Path, files: dict[str, str]) -> Path:
    """A package of the same name and contracts holding only `files`."""
    package = tmp_path / "src" / "probatum"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    for name, text in files.items():
        file = package / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.parent != package:
            (file.parent / "__init__.py").touch()
        file.write_text(text)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_imports_keep_to_the_layers() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 kept, 0 broken" in done.stdout


@pytest.mark.parametrize(
    ("broken", "files"),
    [
        ("layers", {"errors.py": "import probatum.journal\n", "journal.py": ""}),
        ("layers", {"judge/run.py": "from probatum.cli import main\n", "cli.py": "main = 1\n"}),
        ("layers", {"stray.py": ""}),
        ("network", {"search/evolve.py": "import urllib.request\n"}),
        ("network", {"web/app.py": "def f():\n    import http.client\n"}),
        ("socket", {"judge/run.py": "import socket\n"}),
    ],
)
def test_a_broken_layer_is_caught(tmp_path: Path, broken: str, files: dict[str, str]) -> None:
    done = lint_imports(planted(tmp_path, files))
    assert done.returncode == 1, done.stdout + done.stderr
    assert any(broken in line and line.endswith("BROKEN") for line in done.stdout.splitlines()), done.stdout


def test_honest_imports_pass(tmp_path: Path) -> None:
    files = {
        "errors.py": "",
        "types/kinds.py": "import probatum.task\n",
        "task.py": "from probatum import types, errors\n",
        "wire/frames.py": "import socket\n",
        "authors/chat.py": "import http.client\nimport urllib.request\n",
        "cli.py": "import probatum.authors.chat\nimport probatum.wire.frames\n",
    }
    done = lint_imports(planted(tmp_path, files))
    assert done.returncode == 0, done.stdout + done.stderr
