"""The bypass vocabulary: constructs that switch off a check, by language, as data.

``form`` says how a token is found: ``name`` (a dotted name after imports are resolved, Python), ``comment`` (a pattern
in comments), ``tokens`` (a sequence of tokens, Rust and Verus), ``attribute`` (an identifier in a ``#[...]``), ``word``
(a pattern in text without comments and strings; other languages).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

ADDED, ASK, DISABLES = "bypass-added", "bypass-added-ask", "disabling-added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One construct. ``where``: "" everywhere, "tests" in test code only, "code" outside it, "verus" in proofs."""

    language: str
    form: str
    token: str
    disables: str
    rule: str = ADDED
    where: str = ""


def _rows(language: str, form: str, rule: str, where: str, table: dict[str, str]) -> Iterator[Row]:
    for token, disables in table.items():
        yield Row(language=language, form=form, token=token, disables=disables, rule=rule, where=where)


_SKIP = "the test does not run"
_XFAIL = "the test may fail"
_TYPES = "the type checker says nothing here"
_LINT = "the linter says nothing here"
_PROOF = "the prover takes it on trust"

VOCABULARY: tuple[Row, ...] = (
    *_rows(
        "python",
        "name",
        DISABLES,
        "",
        {
            "pytest.skip": _SKIP,
            "pytest.mark.skip": _SKIP,
            "pytest.mark.skipif": _SKIP,
            "pytest.importorskip": "the module's tests do not run where the import fails",
            "pytest.xfail": _XFAIL,
            "pytest.mark.xfail": _XFAIL,
            "pytest.exit": "the whole run ends early",
            "pytest.mark.flaky": "the test is repeated until it passes",
            "flaky.flaky": "the test is repeated until it passes",
            "unittest.skip": _SKIP,
            "unittest.skipIf": _SKIP,
            "unittest.skipUnless": _SKIP,
            "unittest.SkipTest": _SKIP,
            "unittest.expectedFailure": _XFAIL,
            "self.skipTest": _SKIP,
            "__unittest_skip__": _SKIP,
            "__test__": "the class or module is not collected",
            "collect_ignore": "files are not collected",
            "collect_ignore_glob": "files are not collected",
        },
    ),
    *_rows(
        "python",
        "name",
        ADDED,
        "tests",
        {
            "hypothesis.assume": "inputs outside the condition are not tried",
            "hypothesis.reject": "the input is not tried",
            "sys.exit": "the run ends with a chosen status",
            "os._exit": "the run ends with a chosen status",
            "pytest.mark.filterwarnings": "warnings are handled in another way",
        },
    ),
    *_rows("python", "name", ASK, "tests", {"contextlib.suppress": "errors are swallowed"}),
    *_rows(
        "python",
        "name",
        ADDED,
        "",
        {"typing.no_type_check": _TYPES, "typing.no_type_check_decorator": _TYPES},
    ),
    *_rows(
        "python",
        "comment",
        ADDED,
        "",
        {
            r"type:\s*ignore": _TYPES,
            r"(?:mypy|pyright|pyre|pytype|ty):\s*(?!strict\b)\S+": _TYPES,
            r"pyre-ignore|pyre-fixme": _TYPES,
            r"(?:ruff|flake8):\s*noqa": "the linter skips the whole file",
            r"@(?:assume|axiom)\b": _PROOF,
        },
    ),
    *_rows(
        "python",
        "comment",
        ASK,
        "",
        {
            r"(?<!ruff: )(?<!flake8: )\bnoqa\b": _LINT,
            r"pylint:\s*(?:disable|skip-file)": _LINT,
            r"pragma:\s*no\s*(?:cover|branch|mutate)": "coverage or mutation does not count it",
            r"nosec\b|nosemgrep": "the security checker says nothing here",
        },
    ),
    *_rows(
        "rust",
        "attribute",
        DISABLES,
        "",
        {"ignore": _SKIP, "should_panic": "the test passes only by failing"},
    ),
    *_rows(
        "rust",
        "attribute",
        ADDED,
        "",
        {
            "external": "the verifier does not see it",
            "external_body": _PROOF,
            "external_fn_specification": _PROOF,
            "external_type_specification": _PROOF,
            "assume_specification": _PROOF,
            "axiom": _PROOF,
            "exec_allows_no_decreases_clause": "termination is not proved",
            "assume_termination": "termination is not proved",
            "may_not_terminate": "termination is not proved",
            "truncate": "overflow is allowed here",
            "stub": "the checker runs a stand-in",
            "stub_verified": "the checker runs a stand-in",
            "trusted": _PROOF,
        },
    ),
    *_rows(
        "rust",
        "attribute",
        ASK,
        "",
        {
            "allow": _LINT,
            "expect": _LINT,
            "unwind": "the checker stops at this bound",
            "no_mangle": "the linker may exchange it",
            "coverage": "coverage does not count it",
        },
    ),
    *_rows(
        "rust",
        "tokens",
        ADDED,
        "",
        {
            "catch_unwind": "a panic is caught",
            "kani::assume": "inputs outside the condition are not tried",
            "assume(": _PROOF,
            "assume!": _PROOF,
            "admit(": _PROOF,
            "assume_specification": _PROOF,
            "unimplemented!": "nothing is implemented where this is reached",
            "todo!": "nothing is implemented where this is reached",
            "prop_assume!": "inputs outside the condition are not tried",
            "process::exit": "the run ends with a chosen status",
            "unreachable_unchecked": "reaching it is undefined behaviour",
        },
    ),
    *_rows(
        "rust",
        "tokens",
        ADDED,
        "verus",
        {
            "unreachable!": "nothing is proved where this is reached",
            "panic!": "nothing is proved where this is reached",
            "axiom": _PROOF,
            "uninterp": "the function means whatever makes the proof pass",
            "broadcast axiom": _PROOF,
        },
    ),
    *_rows(
        "rust",
        "tokens",
        ASK,
        "code",
        {"unreachable!": "reaching it ends the program", "panic!": "reaching it ends the program"},
    ),
    *_rows("rust", "tokens", ASK, "", {"unsafe": "memory safety is the author's word"}),
    *_rows(
        "lean",
        "word",
        ADDED,
        "",
        {
            r"sorry|admit": _PROOF,
            r"axiom|unsafe|opaque|native_decide": _PROOF,
            r"implemented_by|skipKernelTC": _PROOF,
        },
    ),
    *_rows("coq", "word", ADDED, "", {r"Admitted|admit|Abort": _PROOF, r"Axiom|Parameter|Conjecture": _PROOF}),
    *_rows(
        "dafny",
        "word",
        ADDED,
        "",
        {r"assume|axiom|expect": _PROOF, r":verify\s+false|:extern|:only": "the verifier does not see it"},
    ),
    *_rows("isabelle", "word", ADDED, "", {r"sorry|oops|axiomatization|quick_and_dirty": _PROOF}),
    *_rows("why3", "word", ADDED, "", {r"assume|axiom|absurd|any|val": _PROOF}),
    *_rows(
        "javascript",
        "word",
        DISABLES,
        "",
        {
            r"\b(?:it|test|describe)\.(?:skip|todo|fails|only)|\bx(?:it|describe|test)\b|\bf(?:it|describe)\b": _SKIP,
        },
    ),
    *_rows("go", "word", DISABLES, "", {r"\b[tb]\.(?:Skip|Skipf|SkipNow)\b": _SKIP}),
    *_rows("java", "word", DISABLES, "", {r"@(?:Disabled|Ignore)\b|\bassume(?:True|False|That)\b": _SKIP}),
)

ATTRIBUTE_ALIASES = ("cfg_attr", "verifier", "verus", "kani")
"""Attributes inside which the identifiers of the table count as well."""

LANGUAGES = {
    ".py": "python",
    ".pyi": "python",
    ".rs": "rust",
    ".lean": "lean",
    ".v": "coq",
    ".dfy": "dafny",
    ".thy": "isabelle",
    ".mlw": "why3",
    ".js": "javascript",
    ".jsx": "javascript",
    ".ts": "javascript",
    ".tsx": "javascript",
    ".mjs": "javascript",
    ".go": "go",
    ".java": "java",
    ".kt": "java",
}


def language_of(path: str) -> str:
    """The language of a path by its ending, or ""."""
    return LANGUAGES.get("." + path.rpartition(".")[2], "") if "." in path else ""


def rows_of(language: str, *forms: str) -> tuple[Row, ...]:
    """The rows of a language with one of the forms."""
    return tuple(row for row in VOCABULARY if row.language == language and row.form in forms)
