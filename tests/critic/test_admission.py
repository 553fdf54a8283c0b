"""No proposal is admitted that the reference fails, that weakens anything, or whose code is more than a law."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from weakness import bench, corpus

from probatum.critic.admit import admit
from probatum.critic.bench import Bench
from probatum.critic.findings import Program
from probatum.critic.proposals import Admission, Proposal
from probatum.critic.proposers import written

WEAK = next(w for w in corpus() if w.name == "deletion is not required")
UNWANTED = Program(name="keeps", origin="journal", source=WEAK.source)
GONE = """
@always("ST-1")
def gone_after_delete(s: Store, key: Key) -> None:
    "A deleted key is absent."
    s.delete(key)
    assert s.get(key) is None
"""


@pytest.fixture(scope="module")
def weak() -> Iterator[Bench]:
    with bench(WEAK.task) as made:
        yield made


def proposed(weak: Bench, law: str, *unwanted: Program) -> Proposal:
    return written(weak, law, by="model", what="a law", why="a test", unwanted=unwanted or (UNWANTED,))


def checked(weak: Bench, proposal: Proposal) -> Admission:
    return admit(weak.task, proposal, tier="plain", seeds=weak.seeds)


def law(body: str, *, name: str = "made_up", params: str = "s: Store, key: Key", mark: str = '@always("ST-1")') -> str:
    lines = "\n".join("    " + line for line in body.splitlines())
    return f'{mark}\ndef {name}({params}) -> None:\n    "A sentence."\n{lines}\n'


def test_a_law_that_refuses_the_unwanted_program_is_admitted_with_evidence(weak: Bench) -> None:
    found = checked(weak, proposed(weak, GONE))
    assert found.ok, found.checks
    assert found.refuted == (("keeps", "gone_after_delete"),)
    assert len(found.checks) == 7


REFUSED = {
    "a tautology": ("assert s.get(key) == s.get(key)", "the unwanted is refuted"),
    "nothing at all": ("pass", "the unwanted is refuted"),
    "false of the oracle": ("assert s.get(key) == 1", "laws hold of the oracle"),
    "raises": ("s.delete(key)\nassert 1 // 0", "laws hold of the oracle"),
    "never applies": ("assume(key < 0)\nassert False", "nothing turns vacuous"),
    "catches itself": ("try:\n    assert False\nexcept AssertionError:\n    pass", "nothing is weakened"),
    "catches everything": ("try:\n    assert False\nexcept:\n    pass", "nothing is weakened"),
    "patches the oracle": ("Store.get = Store.len\nassert True", "nothing is weakened"),
    "patches a handle": ("s.get = s.len\nassert True", "nothing is weakened"),
    "imports": ("import os\nos.system('true')", "nothing is weakened"),
    "evaluates": ("eval('1')", "nothing is weakened"),
    "opens a file": ("open('/etc/passwd')", "nothing is weakened"),
    "climbs by attributes": ("().__class__.__bases__[0].__subclasses__()", "nothing is weakened"),
    "climbs by format": ("'{0.__class__}'.format(s)", "nothing is weakened"),
    "reaches for the driver": ("s._driver.answers.clear()", "nothing is weakened"),
    "uses globals": ("globals()['Store'] = None", "nothing is weakened"),
    "declares global": ("global Store\nStore = None", "nothing is weakened"),
    "hides a built-in": ("sorted = len\nassert sorted([]) == 0", "nothing is weakened"),
    "loops for ever": ("while True:\n    pass", "nothing is weakened"),
    "defines a class": ("class Store:\n    pass", "nothing is weakened"),
    "a lambda": ("f = lambda: 1\nassert f() == 1", "nothing is weakened"),
    "deletes": ("del s", "nothing is weakened"),
    "getattr": ("getattr(s, 'get')", "nothing is weakened"),
    "type": ("type(s)", "nothing is weakened"),
    "yields": ("yield 1", "nothing is weakened"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(weak: Bench, name: str) -> None:
    body, condition = REFUSED[name]
    found = checked(weak, proposed(weak, law(body)))
    assert not found.ok
    assert found.checks[-1].name == condition, found.checks[-1]


SHAPES = {
    "code at the top": "print('x')",
    "a name is bound again": "Key = int",
    "a law is defined again": law("pass", name="put_get"),
    "the oracle is defined again": "class Store:\n    pass",
    "a helper without a mark": "def helper():\n    return 1",
    "an import": "import os",
    "an import of a law under another name": "from probatum import always as sut",
    "a default that runs": '@always\ndef f(s: Store, key: Key = print("x")) -> None:\n    "S."\n    assert True',
    "a decorator that runs": '@always(print("x"))\ndef f(s: Store) -> None:\n    "S."\n    assert True',
    "two decorators": '@always\n@print\ndef f(s: Store) -> None:\n    "S."\n    assert True',
    "an annotation that runs": '@always\ndef f(s: Store, key: print("x")) -> None:\n    "S."\n    assert True',
    "does not parse": "def f(:",
    "cites what there is not": law("s.delete(key)\nassert s.get(key) is None", mark='@always("ST-9")'),
}


@pytest.mark.parametrize("name", SHAPES)
def test_an_addition_of_another_shape_is_refused(weak: Bench, name: str) -> None:
    if name == "does not parse":
        proposal = replace(
            proposed(weak, GONE), files={**weak.task.files, "task.py": weak.task.files["task.py"] + b"\ndef f(:\n"}
        )
    else:
        proposal = proposed(weak, SHAPES[name])
    assert not checked(weak, proposal).ok


@pytest.mark.slow
def test_a_law_that_takes_for_ever_is_refused_in_time(weak: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("probatum.critic.admit.PATIENCE_S", 2.0)
    found = checked(weak, proposed(weak, law("for a in range(10**10):\n    s.get(key)")))
    assert not found.ok
    assert "does not" in found.checks[-1].said or "did not" in found.checks[-1].said


EDITS = {
    "a law loses its assertion": ("task.py", "assert s.get(key) == value", "s.get(key)"),
    "a law loses its mark": ("task.py", '@always("ST-1")\ndef put_get', "def put_get"),
    "the oracle changes": ("task.py", "return len(self.held)", "return 0"),
    "the alphabet shrinks": ("task.py", "few(5)", "few(1)"),
    "an assumption changes": ("task.toml", 'text = "None."', 'text = "All."'),
    "a gate count sinks": ("task.toml", "fresh_calls = 1200", "fresh_calls = 10"),
    "a requirement is reworded": ("task.toml", 'text = "As the laws say."', 'text = "Nothing."'),
    "the problem is rewritten": ("PROBLEM.md", "A sample.", "Anything."),
    "the reference is rewritten": ("canaries/good/reference/sut.py", "return sorted(self._keys)", "return []"),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_good_law_does_not_carry_a_weakening_along(weak: Bench, name: str) -> None:
    path, old, new = EDITS[name]
    good = proposed(weak, GONE)
    assert old in good.files[path].decode()
    files = {**good.files, path: good.files[path].decode().replace(old, new).encode()}
    found = checked(weak, replace(good, files=files))
    assert not found.ok
    assert found.checks[-1].name == "nothing is weakened"


def test_a_law_beside_a_good_one_that_refutes_nothing_is_refused(weak: Bench) -> None:
    always_refuting = law("s.put(key, 1)\ns.delete(key)\nassert s.get(key) is None", name="gone")  # on every input
    found = checked(weak, proposed(weak, always_refuting + "\n\n" + law("assert s.len() == s.len()", name="idle")))
    assert [c.name for c in found.checks if not c.ok] == ["no law is empty"]
    assert "idle" in found.checks[-1].said and "gone" not in found.checks[-1].said


def test_without_an_unwanted_program_nothing_is_admitted(weak: Bench) -> None:
    assert not checked(weak, replace(proposed(weak, GONE), unwanted=())).ok


@pytest.mark.slow
def test_random_laws_are_admitted_only_when_they_hold_and_refuse(weak: Bench) -> None:
    r = random.Random(5)
    admitted = []
    for number in range(24):
        calls = [r.choice(["s.put(key, 1)", "s.delete(key)", "s.get(key)", "s.keys()"]) for _ in range(r.randrange(3))]
        left = r.choice(["s.get(key)", "s.len()", "s.delete(key)", "s.keys()"])
        right = r.choice(["None", "0", "False", "True", "1", "[]", "s.len()", "s.get(key)"])
        made = law("\n".join([*calls, f"assert {left} == {right}"]), name=f"random_{number}")
        found = checked(weak, proposed(weak, made))
        if found.ok:
            admitted.append(made)
            assert found.refuted
    for made in admitted:  # what is admitted holds of the oracle and tells whether something is deleted
        assert "delete" in made
