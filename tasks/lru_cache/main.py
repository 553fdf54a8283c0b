"""Simulate a cache on a trace of accesses and print its hit rate.

python tasks/lru_cache/main.py CANDIDATE_DIR [CAPACITY]              a built-in trace: hot keys and a scan in turns
python tasks/lru_cache/main.py CANDIDATE_DIR [CAPACITY] < trace.txt  one key a line, a number from 0 to 2^64 - 1
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

USAGE = "usage: python main.py CANDIDATE_DIR [CAPACITY]   (a folder that holds sut.py; a capacity from 1 to 2^32 - 1)"
CAPACITY = 100


def load(folder: Path) -> ModuleType:
    """The module `sut.py` of a candidate folder, which stays as it is (no byte code is written); raises OSError."""
    file = folder / "sut.py"
    module = sys.modules["sut"] = ModuleType("sut")
    exec(compile(file.read_bytes(), str(file), "exec"), module.__dict__)
    return module


def built_in_trace() -> Iterator[int]:
    """20,000 accesses: rounds over 80 hot keys, each followed by a scan of 50 keys never seen before."""
    state, next_cold = 1, 1_000
    for access in range(20_000):
        if access % 400 < 350:
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            yield (state >> 33) % 80 * ((state >> 50) % 80) // 80
        else:
            next_cold += 1
            yield next_cold


def keys_of(lines: Iterable[str]) -> Iterator[int]:
    """The keys of a trace; raises ValueError naming the first line that is not one."""
    for number, line in enumerate(lines, start=1):
        word = line.strip()
        if not word:
            continue
        if not (word.isascii() and word.isdigit() and int(word) < 2**64):
            raise ValueError(f"line {number}: {word!r} is not a number from 0 to 2^64 - 1")
        yield int(word)


def simulate(cache: Any, keys: Iterable[int]) -> tuple[int, int]:
    """Hits and accesses when every missing key is put after its miss."""
    hits = accesses = 0
    for key in keys:
        accesses += 1
        if cache.get(key) is not None:
            hits += 1
        else:
            cache.put(key, accesses)
    return hits, accesses


def main(arguments: list[str]) -> int:
    """Print the hit rate; 0 on success, 2 for a wrong command line or trace."""
    folder, capacity = (
        Path(arguments[0]) if arguments else Path(),
        arguments[1] if len(arguments) > 1 else str(CAPACITY),
    )
    fits = capacity.isascii() and capacity.isdigit() and 1 <= int(capacity) < 2**32
    if not 1 <= len(arguments) <= 2 or not fits or not (folder / "sut.py").is_file():
        print(USAGE, file=sys.stderr)
        return 2
    piped = None if sys.stdin.isatty() else sys.stdin.read()
    cache = load(folder).LruCache(int(capacity))
    try:
        hits, accesses = simulate(cache, keys_of(piped.splitlines()) if piped else built_in_trace())
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 2
    rate = f"{100 * hits / accesses:.1f} %" if accesses else "no accesses"
    print(f"capacity {capacity}: {hits} hits in {accesses} accesses, {rate}; {cache.len()} keys held at the end")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
