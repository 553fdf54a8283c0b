"""The tables of docs/audit.md, made from the data, so that they cannot lie."""

from __future__ import annotations

from probatum.audit.model import POINTS
from probatum.audit.rules import RULES
from probatum.audit.vocabulary import VOCABULARY

_WHERE = {"": "", "tests": "test code", "code": "outside tests", "verus": "files for Verus"}


def rules_table() -> str:
    """Every rule with its point, weight and reason, as Markdown."""
    rows = [f"| `{name}` | {rule.point} | {rule.weight} | {rule.why} |" for name, rule in RULES.items()]
    return "\n".join(["| rule | point | weight | why it matters |", "|---|---|---|---|", *rows])


def vocabulary_table() -> str:
    """Every construct of the bypass vocabulary, as Markdown."""
    rows = []
    for row in VOCABULARY:
        token = row.token.replace("|", "\\|")
        weight = RULES[row.rule].weight
        rows.append(f"| {row.language} | {row.form} | `{token}` | {row.disables} | {weight} | {_WHERE[row.where]} |")
    head = ["| language | found as | construct | what it disables | weight | only in |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *rows])


def points_list() -> str:
    """The five points, as Markdown."""
    return "\n".join(f"{number}. {sentence}" for number, sentence in POINTS.items())
