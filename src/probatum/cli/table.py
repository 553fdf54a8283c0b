"""Every command: where it lives and what it does in one line. A module is imported only when its command runs."""

from __future__ import annotations

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("probatum.cli.demo:command", "A guided story on recorded candidates; no key, no network."),
    "init": ("probatum.cli.init:command", "Make a task from a slow function or class you trust and a fast one."),
    "doctor": ("probatum.cli.doctor:command", "What works here, what is absent, and the one command for each gap."),
    "check": ("probatum.cli.check:command", "Try one candidate; say what was shown and what was not."),
    "run": ("probatum.cli.run:command", "Search for a candidate that is accepted."),
    "replay": ("probatum.cli.replay:command", "Reproduce every decision and verdict of a run."),
    "verify": ("probatum.cli.verify:command", "Judge stored transcripts again and check the journal's chain."),
    "report": ("probatum.cli.report:command", "Show what the journal holds, as text, JSON, Markdown or JUnit."),
    "history": ("probatum.cli.history:command", "Is a recorded history of a concurrent system linearizable?"),
    "audit": ("probatum.cli.audit:command", "Does a change weaken oracles, laws, tests or the checks around them?"),
    "refine": ("probatum.cli.refine:command", "Find what a specification does not require; propose what does."),
    "selftest": ("probatum.cli.selftest:command", "Try a task's canaries: does each level catch what it must?"),
    "worker": ("probatum.cli.worker:command", "Serve one locked Python worker on stdin and stdout (docs/wire.md)."),
}
"""Name -> (``module:attribute`` of a `click.Command`, help line), in the order that help shows them."""
