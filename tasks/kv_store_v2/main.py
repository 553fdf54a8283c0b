"""A small key-value shell on top of an accepted candidate; `crash N` loses the last N records of its log.

python tasks/kv_store_v2/main.py CANDIDATE_DIR        then: put 1 10 / get 1 / del 1 / len / keys / log / crash 1 / quit
printf 'put 1 10\nget 1\n' | python tasks/kv_store_v2/main.py CANDIDATE_DIR
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

USAGE = "put KEY VALUE | get KEY | del KEY | len | keys | log | crash RECORDS | quit"
ARGUMENTS = {"put": 2, "get": 1, "del": 1, "len": 0, "keys": 0, "log": 0, "crash": 1}
TOP = 2**64


def load(folder: Path) -> ModuleType:
    """The module `sut.py` of a candidate folder, which stays as it is (no byte code is written); raises OSError."""
    file = folder / "sut.py"
    module = sys.modules["sut"] = ModuleType("sut")
    exec(compile(file.read_bytes(), str(file), "exec"), module.__dict__)
    return module


def answer(store: Any, line: str) -> str:
    """What the shell prints for one line; raises ValueError with a sentence for a line it does not understand."""
    command, *words = line.split()
    if ARGUMENTS.get(command) != len(words):
        raise ValueError(f"not understood: {line.strip()!r}; try {USAGE}")
    if not all(w.isascii() and w.isdigit() and int(w) < TOP for w in words):
        raise ValueError(f"not a number from 0 to 2^64 - 1 in {line.strip()!r}")
    numbers = [int(w) for w in words]
    if command == "put":
        store.put(*numbers)
        return "ok"
    if command == "get":
        value = store.get(*numbers)
        return "(none)" if value is None else str(value)
    if command == "del":
        return "deleted" if store.delete(*numbers) else "(none)"
    if command == "log":
        return f"{len(store.log())} records"
    return str(store.len()) if command == "len" else " ".join(map(str, store.keys_sorted())) or "(none)"


def replies(store: Any, lines: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Each answer with whether the line was understood; ends at `quit`."""
    for line in lines:
        if line.strip() == "quit":
            return
        if line.split()[:1] == ["crash"] and line.split()[1:] and line.split()[1].isdecimal():
            log = store.log()
            store = type(store).recover(log[: max(0, len(log) - int(line.split()[1]))])
            yield f"power failed; {store.len()} keys are left", True
            continue
        if line.strip():
            try:
                yield answer(store, line), True
            except ValueError as problem:
                yield str(problem), False


def main(arguments: list[str]) -> int:
    """Run the shell; 0 when every line was understood, 1 when one was not, 2 for a wrong command line."""
    if len(arguments) != 1 or not (Path(arguments[0]) / "sut.py").is_file():
        print("usage: python main.py CANDIDATE_DIR   (a folder that holds sut.py)", file=sys.stderr)
        return 2
    if sys.stdin.isatty():
        print(USAGE)
    all_understood = True
    for text, understood in replies(load(Path(arguments[0])).KvStore(), sys.stdin):
        print(text, file=sys.stdout if understood else sys.stderr, flush=True)
        all_understood = all_understood and understood
    return 0 if all_understood else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
