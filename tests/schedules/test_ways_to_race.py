"""However a lost update is written, the search either finds it or says that it cannot search: it never holds it."""

from __future__ import annotations

import pytest
from test_planted import COUNTER, tried

N, C = "return self.n", "return self.c[0]"
MATCHED = "match self:\n            case Counter(n=m):\n                self.n = m + 1\n                return m + 1"
WAYS: dict[str, tuple[str, str, str]] = {
    "plain": ("self.n = 0", "self.n = self.n + 1; return self.n", N),
    "vars": ("self.n = 0", "n = vars(self)['n']; vars(self)['n'] = n + 1; return n + 1", N),
    "__dict__": ("self.n = 0", "d = self.__dict__; n = d['n']; d['n'] = n + 1; return n + 1", N),
    "update": ("self.n = 0", "n = self.__dict__.get('n'); self.__dict__.update(n=n + 1); return n + 1", N),
    "getattr": ("self.n = 0", "n = getattr(self, 'n'); setattr(self, 'n', n + 1); return n + 1", N),
    "object": (
        "self.n = 0",
        "n = object.__getattribute__(self, 'n'); object.__setattr__(self, 'n', n + 1); return n + 1",
        N,
    ),
    "f-string": ("self.n = 0", "n = int(f'{self.n}'); self.n = n + 1; return n + 1", N),
    "class": ("type(self).n = 0", "n = Counter.n; Counter.n = n + 1; return n + 1", "return Counter.n"),
    "another name": ("self.c = [0]", "c = self.c; n = c[0]; c[0] = n + 1; return n + 1", C),
    "slice": ("self.c = [0]", "n = self.c[:][0]; self.c[:] = [n + 1]; return n + 1", C),
    "unpacking": ("self.c = [0]", "[n] = self.c; self.c[0] = n + 1; return n + 1", C),
    "star": ("self.c = [0]", "n = max(*self.c, -1); self.c[0] = n + 1; return n + 1", C),
    "built-in": ("self.c = [0]", "n = sum(self.c); self.c[0] = n + 1; return n + 1", C),
    "generator": ("self.c = [0]", "n = next(x for x in self.c); self.c[0] = n + 1; return n + 1", C),
    "callback": (
        "self.c = [0]",
        "g = []; sorted(self.c, key=lambda x: g.append(x) or 0); self.c[0] = g[0] + 1; return g[0] + 1",
        C,
    ),
    "comprehension": ("self.c = [0]", "self.c = [x + 1 for x in self.c]; return self.c[0]", C),
    "length": ("self.c = []", "n = len(self.c); self.c.append(0); return n + 1", "return len(self.c)"),
    "bytes": ("self.c = bytearray(1)", "n = self.c[0]; self.c[0] = n + 1; return n + 1", C),
    "key that moves": (
        "self.d = {0: 0}",
        "k = list(self.d)[0]; del self.d[k]; self.d[k + 1] = 0; return k + 1",
        "return list(self.d)[0]",
    ),
    "property": ("self.c = Cell()", "n = self.c.n; self.c.n = n + 1; return n + 1", "return self.c.n"),
    "operator": ("self.c = Cell()", "self.c += 1; return self.c.v", "return self.c.v"),
    "subscript": ("self.c = Cell()", "n = self.c[0]; self.c[0] = n + 1; return n + 1", "return self.c.v"),
    "comparison": ("self.c = Cell()", "n = self.c == 0; self.c.v = n + 1; return n + 1", "return self.c.v"),
    "len()": ("self.c = Cell()", "n = len(self.c); self.c.v = n + 1; return n + 1", "return self.c.v"),
    "lambda": (
        "self.n = 0; self.f = lambda: (lambda n: (setattr(self, 'n', n + 1), n + 1)[1])(self.n)",
        "return self.f()",
        N,
    ),
    "pattern": ("self.n = 0", MATCHED, N),
}
CELL = """
class Cell:
    def __init__(self): self.v = 0
    def __iadd__(self, x):
        self.v = self.v + x
        return self
    def __getitem__(self, i): return self.v
    def __setitem__(self, i, x): self.v = x
    def __eq__(self, o): return self.v
    def __len__(self): return self.v
    __hash__ = None
    @property
    def n(self): return self.v
    @n.setter
    def n(self, x): self.v = x
"""
LOCKED = "with self.lock:\n            self.n = self.n + 1\n            return self.n"


def counter(start: str, inc: str, get: str) -> str:
    return f"""{CELL}
from probatum.sync import Lock
class Counter:
    def __init__(self):
        self.lock = Lock()
        {start}
    def inc(self):
        {inc.strip()}
    def get(self):
        {get}
"""


@pytest.mark.parametrize("way", WAYS)
def test_a_lost_update_is_never_held(way: str) -> None:
    report = tried(COUNTER, counter(*WAYS[way]))
    assert report.shown or (report.problem is not None and report.problem[0] == "INCONCLUSIVE"), report.scope


def test_the_same_with_a_lock_is_held() -> None:
    report = tried(COUNTER, counter("self.n = 0", LOCKED, "with self.lock: return self.n"))
    assert (report.shown, report.problem, report.notes["cut_short"]) == ([], None, [])
