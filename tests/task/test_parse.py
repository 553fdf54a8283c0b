"""What a valid task folder means."""

import pytest
from samples import CANARIES_TOML, TASK_TOML, replaced, task_files

from probatum.task.document import line_index
from probatum.task.model import GateLevel, Limits, Requirement
from probatum.task.parse import ignored, parse_task, uncovered


def test_a_valid_folder_is_read_as_written() -> None:
    task = parse_task("double", task_files())
    assert (task.name, task.title, task.control, task.types, task.packages) == (
        "double",
        "Double a number",
        "reference",
        "interface",
        (),
    )
    assert [requirement.id for requirement in task.requirements] == ["D-1", "D-2"]
    assert task.limits == Limits(cpu_s=1.0, wall_s=10.0, memory_mb=256)
    assert task.gate[0] == GateLevel(level="boundary")
    assert dict(task.gate[1].at_least) == {"fresh_calls": 200, "exhaustive_calls": 50, "confirmation_calls": 100}
    assert [(c.kind, c.name, c.level, c.law) for c in task.canaries] == [
        ("bad", "triple", "behaviour", "equality"),
        ("good", "reference", "", ""),
        ("open", "clone", "", ""),
    ]
    assert task.canary("triple").files == {"sut.py": b"def double(x):\n    return 3 * x\n"}
    assert task.invariants[0].checked_by == ("behaviour",)
    assert task.failure_modes[0].mitigation == "The edges are always drawn."
    assert task.holes == (("FACTOR", ("1", "2", "3")),)


def test_the_gate_follows_the_ladder_whatever_the_order_in_the_file() -> None:
    text = replaced(TASK_TOML, "[gate.boundary]\n", "") + "\n[gate.build]\n[gate.boundary]\n"
    task = parse_task("double", task_files(**{"task.toml": text}))
    assert [entry.level for entry in task.gate] == ["boundary", "build", "behaviour"]


def test_the_control_is_the_reference_else_the_first_good_canary() -> None:
    unnamed = replaced(TASK_TOML, 'control = "reference"\n', "")
    another = '[good.another]\nwhy = "Also right."\n' + CANARIES_TOML
    files = {"task.toml": unnamed, "canaries.toml": another, "canaries/good/another/sut.py": "x = 1"}
    assert parse_task("double", task_files(**files)).control == "reference"
    gone = {
        "canaries.toml": another.replace("good.reference", "open.reference"),
        "canaries/good/reference/sut.py": None,
    }
    files |= gone | {"canaries/open/reference/sut.py": "x = 1"}
    assert parse_task("double", task_files(**files)).control == "another"


def test_only_a_canary_of_the_boundary_may_have_extra_files() -> None:
    listed = '[bad.extra]\nlevel = "boundary"\nlaw = "editable_files"\nwhy = "Two files."\n' + CANARIES_TOML
    folder = {"canaries/bad/extra/sut.py": "x = 1", "canaries/bad/extra/conftest.py": "y = 2"}
    task = parse_task("double", task_files(**{"canaries.toml": listed}, **folder))
    assert sorted(task.canary("extra").files) == ["conftest.py", "sut.py"]


def test_the_digest_covers_every_byte_of_every_file() -> None:
    files = {**task_files(), "seed/stub/sut.py": b"", "main.py": b"print(1)\n", "templates/a.toml": b"x = 1\n"}
    digests = {parse_task("double", files).digest}
    for path, data in files.items():
        digests.add(parse_task("double", {**files, path: data + b"\n"}).digest)
    digests.add(parse_task("double", {**files, "notes.txt": b""}).digest)
    assert len(digests) == len(files) + 2


@pytest.mark.parametrize(
    "path",
    [
        "__pycache__/task.cpython-311.pyc",
        "canaries/bad/triple/__pycache__/sut.cpython-311.pyc",
        "task.pyc",
        "task.py~",
        ".task.py.swp",
        "#task.py#",
        "canaries/good/reference/sut.py.orig",
        ".probatum/journal.sqlite",
    ],
)
def test_what_tools_leave_behind_is_no_part_of_the_task(path: str) -> None:
    assert ignored(path)
    with_rest = parse_task("double", {**task_files(), path: b"rest"})
    assert path not in with_rest.files
    assert with_rest.digest == parse_task("double", task_files()).digest


@pytest.mark.parametrize("path", ["task.py", "conftest.py", ".hidden", "pycache/x.py", "probatum/x", "data.bin", "bak"])
def test_everything_else_counts(path: str) -> None:
    assert not ignored(path)


def test_uncovered_compares_requirements_with_what_laws_cite() -> None:
    requirements = [Requirement(id=id, text="...") for id in ("A", "B", "C")]
    assert uncovered(requirements, iter(["C", "X", "A", "X", "C"])) == (("B",), ("X",))
    assert uncovered([], []) == ((), ())


def test_lines_are_found_in_every_way_of_writing_toml() -> None:
    text = 'a = 1\r\nb = """\r\nc = 2\r\n[d]\r\n"""\r\n"e f".g = [\r\n  1, # [h]\r\n]\r\n# [i]\r\n'
    text += "[j.k]\nl = {m = 1}\n[[n]]\no = 1\n[[n]]\no = 2\n[n.p]\nq = 3\n"
    index = line_index(text)
    assert index[("a",)] == 1 and index[("b",)] == 2
    assert index[("e f", "g")] == 6
    assert index[("j",)] == index[("j", "k")] == 10
    assert index[("j", "k", "l", "m")] == 11
    assert index[("n", 0, "o")] == 13 and index[("n", 1)] == 14 and index[("n", 1, "o")] == 15
    assert index[("n", 1, "p", "q")] == 17
    assert {"c", "d", "h", "i"}.isdisjoint(place[0] for place in index)
