"""Each mistake in a task folder is told in one line: file, line, key, what was seen and the fix."""

import re

import pytest
from samples import CANARIES_TOML, TASK_TOML, replaced, task_files

from probatum.errors import TaskError
from probatum.task.parse import parse_task


def complaint(**changes: str | None) -> str:
    with pytest.raises(TaskError) as caught:
        parse_task("double", task_files(**changes))
    text = str(caught.value)
    assert "\n" not in text
    assert caught.value.file and caught.value.fix
    return text


LEVELS = "boundary, build, regression, behaviour, memory, schedules, simulation, conformance, bounded, deductive"
COUNTS = "fresh_calls, fresh_histories, exhaustive_depth, exhaustive_calls, confirmation_calls"
TOP = "title, limits, gate, candidate, requirements, assumptions, failure_modes, invariants, holes"

IN_TASK_TOML = [
    pytest.param(
        "wall_s = 10",
        "wall_s = ten",
        ":5: not TOML: Invalid value. "
        "Correct that line; in TOML text stands in double quotes, a list in [ ], and no key comes twice",
        id="bad TOML",
    ),
    pytest.param(
        'title = "Double a number"',
        'title = "Double a number',
        ":1: not TOML: Illegal character '\\n'. "
        "Correct that line; in TOML text stands in double quotes, a list in [ ], and no key comes twice",
        id="a statement cut off",
    ),
    pytest.param(
        "wall_s = 10",
        "wall_s = 10\nwall_s = 11",
        ":6: not TOML: Cannot overwrite a value. "
        "Correct that line; in TOML text stands in double quotes, a list in [ ], and no key comes twice",
        id="a repeated key",
    ),
    pytest.param(
        "[candidate]",
        "[limits]",
        ":14: not TOML: Cannot declare ('limits',) twice. "
        "Correct that line; in TOML text stands in double quotes, a list in [ ], and no key comes twice",
        id="a repeated table",
    ),
    pytest.param(
        'title = "Double a number"\n',
        "",
        ' [title]: title is missing. Add title = "..."',
        id="no title",
    ),
    pytest.param(
        'title = "Double a number"',
        'title = "  "',
        ":1 [title]: title is empty. Say it in one sentence",
        id="an empty title",
    ),
    pytest.param(
        "wall_s = 10",
        "wal_s = 10",
        ":5 [limits.wal_s]: unknown key wal_s. "
        "Did you mean wall_s? Use one of: cpu_s, wall_s, memory_mb, output_kb, reply_kb",
        id="an unknown key",
    ),
    pytest.param(
        'title = "Double a number"',
        'title = "Double"\nauthor = "me"',
        f":2 [author]: unknown key author. Use one of: {TOP}",
        id="an unknown top-level key",
    ),
    pytest.param(
        "[limits]",
        "[limit]",
        f":3 [limit]: unknown table limit. Did you mean limits? Use one of: {TOP}",
        id="an unknown table",
    ),
    pytest.param(
        '[[failure_modes]]\ntext = "Overflow',
        '[[failures]]\ntext = "Overflow',
        f":42 [failures]: unknown table failures. Did you mean failure_modes? Use one of: {TOP}",
        id="an unknown array of tables",
    ),
    pytest.param(
        'mitigation = "The',
        'migration = "The',
        ":44 [failure_modes#1.migration]: unknown key migration. Did you mean mitigation? Use one of: text, mitigation",
        id="an unknown key in an array",
    ),
    pytest.param(
        "cpu_s = 1.0",
        'cpu_s = "1.0"',
        ':4 [limits.cpu_s]: cpu_s must be a number, not the text "1.0". Write cpu_s = 1.0',
        id="text for a number",
    ),
    pytest.param(
        "memory_mb = 256",
        "memory_mb = 256.0",
        ":6 [limits.memory_mb]: memory_mb must be a whole number, not the number 256.0. Write memory_mb = N",
        id="a float for a whole number",
    ),
    pytest.param(
        "memory_mb = 256",
        "memory_mb = true",
        ":6 [limits.memory_mb]: memory_mb must be a whole number, not true. Write memory_mb = N",
        id="true for a number",
    ),
    pytest.param(
        'title = "Double a number"',
        "title = 3",
        ':1 [title]: title must be text, not the number 3. Write title = "..."',
        id="a number for text",
    ),
    pytest.param(
        "packages = []",
        'packages = "numpy"',
        ':15 [candidate.packages]: packages must be a list of texts, not the text "numpy". '
        'Write packages = ["...", "..."]',
        id="text for a list",
    ),
    pytest.param(
        "packages = []",
        "packages = [1]",
        ':15 [candidate.packages]: packages must hold texts, not the number 1. Write packages = ["...", "..."]',
        id="numbers in a list of texts",
    ),
    pytest.param(
        "[limits]\ncpu_s = 1.0\nwall_s = 10\nmemory_mb = 256",
        "limits = 3",
        ":3 [limits]: limits must be a table, not the number 3. Write [limits]",
        id="a value for a table",
    ),
    pytest.param(
        '[[failure_modes]]\ntext = "Overflow',
        '[failure_modes]\ntext = "Overflow',
        ":42 [failure_modes]: failure_modes must be tables, not a table. Write each one under [[failure_modes]]",
        id="a table for an array of tables",
    ),
    pytest.param(
        "[gate.boundary]\n[gate.behaviour]",
        "[gate]\nboundary = true\n[gate.behaviour]",
        ":9 [gate.boundary]: gate.boundary must be a table, not true. Write [gate.boundary]",
        id="a value for a gate level",
    ),
    pytest.param(
        "cpu_s = 1.0",
        "cpu_s = 0",
        ":4 [limits.cpu_s]: cpu_s must be above 0 and finite, not the number 0. "
        "Write a positive number, e.g. cpu_s = 1.0",
        id="limits of zero",
    ),
    pytest.param(
        "memory_mb = 256",
        "memory_mb = -1",
        ":6 [limits.memory_mb]: memory_mb must be at least 1, not the number -1. Write a positive number",
        id="negative limits",
    ),
    pytest.param(
        "wall_s = 10",
        "wall_s = inf",
        ":5 [limits.wall_s]: wall_s must be above 0 and finite, not the number inf. "
        "Write a positive number, e.g. wall_s = 10.0",
        id="infinite limits",
    ),
    pytest.param(
        "wall_s = 10",
        "wall_s = nan",
        ":5 [limits.wall_s]: wall_s must be above 0 and finite, not the number nan. "
        "Write a positive number, e.g. wall_s = 10.0",
        id="limits that are no number",
    ),
    pytest.param(
        "[gate.boundary]",
        "[gate.behavior]",
        f":8 [gate.behavior]: unknown table behavior. Did you mean behaviour? Use one of: {LEVELS}",
        id="a gate level that does not exist",
    ),
    pytest.param(
        "fresh_calls = 200",
        "fresh_call = 200",
        ":10 [gate.behaviour.fresh_call]: level behaviour has no count fresh_call. "
        f"Did you mean fresh_calls? Use one of: {COUNTS}",
        id="a count of no level",
    ),
    pytest.param(
        "[gate.boundary]",
        "[gate.boundary]\nfresh_calls = 2",
        ":9 [gate.boundary.fresh_calls]: level boundary has no count fresh_calls. Remove it",
        id="a count of a level without any",
    ),
    pytest.param(
        "fresh_calls = 200",
        "fresh_calls = 0",
        ":10 [gate.behaviour.fresh_calls]: fresh_calls must be at least 1, not the number 0. Write a positive number",
        id="a count of zero",
    ),
    pytest.param(
        "packages = []",
        'packages = ["numpy>=2"]',
        ":15 [candidate.packages]: numpy>=2 is not an import name. "
        "Write the name that a candidate imports, without version",
        id="a package with a version",
    ),
    pytest.param(
        "packages = []",
        'types = "strickt"',
        ':15 [candidate.types]: unknown types "strickt". Did you mean strict? Use one of: interface, strict',
        id="unknown strictness of types",
    ),
    pytest.param(
        'control = "reference"',
        'control = "triple"',
        ":16 [candidate.control]: control triple is not a good canary. Use one of: reference",
        id="a control that is no good canary",
    ),
    pytest.param(
        'id = "D-2"',
        'id = "D-1"',
        ":23 [requirements#2.id]: the requirement id D-1 is used twice. Give each its own id",
        id="a requirement id used twice",
    ),
    pytest.param(
        'id = "D-2"\ntext = "double(x) is even."',
        'id = "D-2"',
        ':22 [requirements#2.text]: text is missing. Add text = "..."',
        id="a requirement without text",
    ),
    pytest.param(
        'id = "D-2"\n',
        "",
        ':22 [requirements#2.id]: id is missing. Add id = "..."',
        id="a requirement without id",
    ),
    pytest.param(
        'about = "failures"',
        'about = "failure"',
        ':35 [assumptions#3.about]: unknown about "failure". '
        "Did you mean failures? Use one of: time, ordering, failures, adversary",
        id="an assumption about nothing known",
    ),
    pytest.param(
        '[[assumptions]]\nabout = "adversary"\ntext = "The candidate may be hostile."',
        "",
        ":26 [assumptions]: no assumption about adversary. "
        'Add [[assumptions]] with about = "adversary"; say "none" and why, if there is none',
        id="a kind of assumption left out",
    ),
    pytest.param(
        'checked_by = ["behaviour"]',
        'checked_by = ["behaviors"]',
        f":48 [invariants#1.checked_by]: unknown level behaviors. Did you mean behaviour? Use one of: {LEVELS}",
        id="an invariant of an unknown level",
    ),
    pytest.param(
        'checked_by = ["behaviour"]',
        "checked_by = []",
        ":48 [invariants#1.checked_by]: no level checks this invariant. Name a level of the gate: boundary, behaviour",
        id="an invariant checked by nothing",
    ),
    pytest.param(
        'checked_by = ["behaviour"]',
        'checked_by = ["memory", "bounded"]',
        ":48 [invariants#1.checked_by]: only memory, bounded would check this invariant, and "
        "the gate asks for none of them. Add [gate.memory], or name a level of the gate: boundary, behaviour",
        id="an invariant that no gate level checks",
    ),
    pytest.param(
        'checked_by = ["behaviour"]',
        "",
        ':46 [invariants#1.checked_by]: checked_by is missing. Write checked_by = ["...", "..."]',
        id="an invariant without levels",
    ),
    pytest.param(
        'FACTOR = ["1", "2", "3"]',
        "FACTOR = []",
        ":51 [holes.FACTOR]: a hole without values. List the values to try, as texts",
        id="a hole without values",
    ),
    pytest.param(
        "packages = []",
        '"pack\\nages" = []',
        ":15 [candidate.pack\\nages]: unknown key pack\\nages. "
        "Did you mean packages? Use one of: languages, packages, types, control",
        id="a key with a line break",
    ),
]

IN_CANARIES_TOML = [
    pytest.param(
        "[open.clone]",
        "[opn.clone]",
        ":9 [opn]: unknown table opn. Did you mean open? Use one of: bad, good, open",
        id="an unknown kind of canary",
    ),
    pytest.param(
        "[bad.triple]",
        "[bad]\ntriple = 1\n[bad.other]",
        ":2 [bad.triple]: bad.triple must be a table, not the number 1. Write [bad.triple]",
        id="a canary that is no table",
    ),
    pytest.param(
        'level = "behaviour"\n',
        "",
        f":1 [bad.triple.level]: level is missing. Add level = one of: {LEVELS}",
        id="a bad canary without level",
    ),
    pytest.param(
        'law = "equality"\n',
        "",
        ':1 [bad.triple.law]: law is missing. Add law = "..."',
        id="a bad canary without law",
    ),
    pytest.param(
        'level = "behaviour"',
        'level = "behaviours"',
        f':2 [bad.triple.level]: unknown level "behaviours". Did you mean behaviour? Use one of: {LEVELS}',
        id="a bad canary of an unknown level",
    ),
    pytest.param(
        'why = "It triples."',
        "",
        ':1 [bad.triple.why]: why is missing. Add why = "..."',
        id="a canary without why",
    ),
    pytest.param(
        "[good.reference]",
        '[good.reference]\nlevel = "behaviour"',
        ":7 [good.reference.level]: unknown key level. Use one of: why",
        id="a good canary with a level",
    ),
    pytest.param(
        "[open.clone]",
        '[open.gone]\nwhy = "It went."\n[open.clone]',
        ":9 [open.gone]: listed, but there is no folder canaries/open/gone. "
        "Add canaries/open/gone/sut.py, or remove [open.gone]",
        id="a canary listed without folder",
    ),
    pytest.param(
        "[bad.triple]",
        "[bad.tripel]",
        ":1 [bad.tripel]: listed, but there is no folder canaries/bad/tripel. "
        "Add canaries/bad/tripel/sut.py, or remove [bad.tripel]",
        id="a misspelt canary",
    ),
]


@pytest.mark.parametrize(("old", "new", "told"), IN_TASK_TOML)
def test_a_mistake_in_task_toml(old: str, new: str, told: str) -> None:
    assert complaint(**{"task.toml": replaced(TASK_TOML, old, new)}) == "double/task.toml" + told


@pytest.mark.parametrize(("old", "new", "told"), IN_CANARIES_TOML)
def test_a_mistake_in_canaries_toml(old: str, new: str, told: str) -> None:
    assert complaint(**{"canaries.toml": replaced(CANARIES_TOML, old, new)}) == "double/canaries.toml" + told


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("gate", "double/task.toml [gate]: the table [gate] is missing. Add [gate]"),
        (
            "requirements",
            "double/task.toml [requirements]: there is no [[requirements]]. Add at least one [[requirements]]",
        ),
        ("assumptions", "double/task.toml [assumptions]: no assumption about time. Add [[assumptions]] with about"),
    ],
)
def test_a_required_table_is_missing(table: str, told: str) -> None:
    blocks = re.split(r"\n(?=\[)", TASK_TOML)
    text = "\n".join(block for block in blocks if not block.startswith((f"[{table}.", f"[[{table}]]")))
    assert text != TASK_TOML
    assert complaint(**{"task.toml": text}).startswith(told)


def test_an_empty_gate_would_accept_anything() -> None:
    text = re.sub(r"\[gate\.boundary\][^[]*\[gate\.behaviour\][^[]*", "[gate]\n", TASK_TOML)
    assert complaint(**{"task.toml": text}) == (
        "double/task.toml:8 [gate]: the gate is empty: it would accept anything. Add [gate.behaviour] at least"
    )


@pytest.mark.parametrize("file", ["PROBLEM.md", "task.py", "task.toml", "canaries.toml"])
def test_a_required_file_is_missing_or_empty(file: str) -> None:
    assert complaint(**{file: None}).startswith(f"double/{file}: the file is missing. ")
    assert complaint(**{file: " \n"}).startswith(f"double/{file}: the file is empty. ")


def test_there_is_no_good_canary() -> None:
    text = CANARIES_TOML.replace('[good.reference]\nwhy = "The obvious solution."\n', "")
    assert complaint(**{"canaries.toml": text, "canaries/good/reference/sut.py": None}) == (
        "double/canaries.toml [good]: there is no good canary. "
        "Add canaries/good/reference/sut.py (a correct solution) and list it as [good.reference]"
    )


def test_two_canaries_share_a_name() -> None:
    text = CANARIES_TOML.replace("[open.clone]", "[open.triple]")
    files = {"canaries.toml": text, "canaries/open/clone/sut.py": None, "canaries/open/triple/sut.py": "x = 1"}
    assert complaint(**files) == (
        "double/canaries.toml:9 [open.triple]: two canaries are named triple. "
        "Rename one of bad.triple and open.triple, with its folder"
    )


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"canaries/bad/new/sut.py": "x = 1"}, "the folder canaries/bad/new is not listed. Add [bad.new]"),
        ({"canaries/README.md": "hm"}, "double/canaries/README.md: belongs to no canary. Canaries live in"),
        (
            {"canaries/bd/triple/sut.py": "x"},
            "double/canaries/bd/triple/sut.py: belongs to no canary. Canaries live in",
        ),
        ({"canaries/good/sut.py": "x = 1"}, "double/canaries/good/sut.py: belongs to no canary. Canaries live in"),
        (
            {"canaries/bad/triple/sut.rs": "fn f() {}"},
            "exactly one of sut.py and sut.rs; it has sut.py and sut.rs. Keep one",
        ),
        (
            {"canaries/bad/triple/sut.py": None, "canaries/bad/triple/SUT.py": "x"},
            "[bad.triple]: canaries/bad/triple needs exactly one of sut.py and sut.rs; "
            "it has neither. Add canaries/bad",
        ),
        (
            {"canaries/good/reference/conftest.py": "x"},
            "canaries/good/reference has the extra file conftest.py. Delete it",
        ),
        ({"../outside": "x"}, "double/../outside: not a relative path inside the task. Rename the file"),
        ({"/etc/passwd": "x"}, "not a relative path inside the task"),
    ],
)
def test_a_mistake_in_the_folders(files: dict[str, str | None], told: str) -> None:
    assert told in complaint(**files)


@pytest.mark.parametrize(("file", "line"), [("PROBLEM.md", 2), ("task.toml", 2), ("canaries.toml", 2)])
def test_a_text_is_not_utf_8(file: str, line: int) -> None:
    with pytest.raises(TaskError) as caught:
        parse_task("double", {**task_files(), file: b"# one\n\xff\xfe"})
    assert str(caught.value) == f"double/{file}:{line}: not UTF-8 text. Save the file as UTF-8"


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * 30_000,
        "x = " + "9" * 60_000,
        "a." * 10_000 + "b = 1",
        "x = 1\n" * 10_000,
        'title = """' + "\n" * 30_000 + '"""\nlimits = 1',
        "#" * 70_000,
    ],
    ids=["nesting", "digits", "dots", "repetition", "lines", "length"],
)
def test_hostile_toml_is_an_ordinary_mistake(text: str) -> None:
    assert len(complaint(**{"task.toml": text})) < 1_000


def test_toml_that_nobody_could_review_is_not_parsed() -> None:
    told = complaint(**{"task.toml": TASK_TOML + "#" * 70_000})
    assert told == f"double/task.toml: {len(TASK_TOML) + 70_000} bytes of TOML. Keep it below 65536 bytes"
