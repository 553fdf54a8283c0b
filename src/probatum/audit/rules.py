"""Every rule of the audit in one table: its point, its weight, and why it matters in one sentence."""

from __future__ import annotations

from dataclasses import dataclass

from probatum.audit.model import Finding, Place, Weight

_WEAK, _ASK, _NOTE = Weight.WEAKENED, Weight.CHANGED, Weight.NOTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A kind of finding."""

    point: int
    weight: Weight
    why: str


def _rule(point: int, weight: Weight, why: str) -> Rule:
    return Rule(point=point, weight=weight, why=why)


RULES: dict[str, Rule] = {
    # Task folders.
    "oracle-changed": _rule(1, _ASK, "The oracle is what every candidate is compared with; it must not follow them."),
    "oracle-removed": _rule(1, _WEAK, "What is not declared with @sut is not tried at all."),
    "answers-opened": _rule(1, _WEAK, "Results are no longer compared with the oracle; only the laws remain."),
    "determinism-waived": _rule(3, _WEAK, "Different answers to the same calls are no longer refuted."),
    "instances-lowered": _rule(3, _WEAK, "State shared between instances shows only when several are alive."),
    "weights-changed": _rule(3, _NOTE, "Methods drawn less often are tried less."),
    "error-allowed": _rule(1, _WEAK, "An error that was a refutation is an answer now."),
    "interface-changed": _rule(1, _ASK, "Candidates in every language are built to these signatures."),
    "law-removed": _rule(5, _WEAK, "What no law says is not asked of any candidate."),
    "law-renamed": _rule(2, _NOTE, "Canaries cite laws by name."),
    "law-changed": _rule(2, _ASK, "The body of a law is the specification; it must stay verbatim."),
    "law-strengthened": _rule(2, _NOTE, "More is asked than before."),
    "law-sentence-changed": _rule(2, _ASK, "The sentence is what people approve and authors read."),
    "law-kind-weakened": _rule(3, _WEAK, "The weaker decorator asks less of every history."),
    "law-kind-changed": _rule(2, _ASK, "The decorator decides when the law is tried."),
    "law-requirement-dropped": _rule(2, _WEAK, "The requirement loses a law that stood for it."),
    "within-raised": _rule(3, _WEAK, "More steps to get there is a weaker promise."),
    "fault-removed": _rule(3, _WEAK, "The adversary may no longer do this, so nothing is shown under it."),
    "world-removed": _rule(5, _WEAK, "The laws of the world are no longer asked of any candidate."),
    "premise-added": _rule(3, _WEAK, "Inputs outside a premise are never judged."),
    "strategy-narrowed": _rule(3, _WEAK, "Inputs that are no longer drawn are no longer tried."),
    "strategy-changed": _rule(3, _ASK, "Which inputs are drawn decides what a law can show."),
    "task-helper-changed": _rule(2, _ASK, "Laws and oracle mean what their helpers do."),
    "task-helper-removed": _rule(2, _ASK, "Laws and oracle mean what their helpers do."),
    "requirement-removed": _rule(5, _WEAK, "What is no longer required is no longer owed."),
    "requirement-changed": _rule(2, _ASK, "The wording of a requirement is what people agreed to."),
    "gate-level-removed": _rule(3, _WEAK, "Acceptance no longer needs that level."),
    "gate-lowered": _rule(3, _WEAK, "Acceptance needs less evidence than before."),
    "assumption-added": _rule(2, _WEAK, "Whatever is assumed is not tested."),
    "assumption-removed": _rule(2, _ASK, "An assumption that is not written down is still made."),
    "assumption-changed": _rule(2, _ASK, "Whatever is assumed is not tested."),
    "failure-mode-removed": _rule(5, _ASK, "A known way to fail is no longer recorded."),
    "invariant-removed": _rule(5, _WEAK, "A promised invariant is no longer checked."),
    "invariant-unchecked": _rule(3, _WEAK, "A level no longer checks the invariant."),
    "limit-raised": _rule(3, _WEAK, "Slower or larger candidates are accepted."),
    "package-allowed": _rule(4, _ASK, "Candidates may import code that nobody judged."),
    "types-relaxed": _rule(3, _WEAK, "Types are checked less strictly."),
    "control-changed": _rule(1, _ASK, "The control decides whom a failure is charged to."),
    "holes-changed": _rule(2, _NOTE, "The values that a template search may try."),
    "canary-removed": _rule(5, _WEAK, "Nothing shows any more that this wrong program is caught."),
    "canary-acquitted": _rule(3, _WEAK, "A program that had to be refuted may be accepted now."),
    "canary-moved": _rule(2, _ASK, "What a known program must get was decided by a person."),
    "canary-changed": _rule(2, _ASK, "A canary with other code calibrates something else."),
    "problem-changed": _rule(2, _NOTE, "People and authors read it; the judge does not."),
    "task-unreadable": _rule(2, _ASK, "What cannot be read cannot be compared."),
    "task-removed": _rule(5, _WEAK, "The specification is gone."),
    # Tests.
    "test-removed": _rule(5, _WEAK, "What it held is no longer checked."),
    "test-not-collected": _rule(3, _WEAK, "The test is still written down but no longer runs."),
    "test-shadowed": _rule(3, _WEAK, "A later definition of the same name hides the earlier one, which never runs."),
    "test-changed": _rule(2, _NOTE, "What is put in decides what an assertion can show."),
    "subject-exchanged": _rule(4, _ASK, "The test may look at something else than the program now."),
    "test-conditional": _rule(3, _WEAK, "Where the condition is not met the test is not even compiled."),
    "test-renamed": _rule(2, _NOTE, "The same test under another name or in another place."),
    "assertion-removed": _rule(2, _WEAK, "The test runs and no longer looks at this."),
    "assertion-weakened": _rule(2, _WEAK, "Wrong results that failed before pass now."),
    "assertion-changed": _rule(2, _ASK, "Another result is expected than before; the test may have followed the bug."),
    "assertion-guarded": _rule(3, _WEAK, "Where the condition is false nothing is checked."),
    "assertion-dead": _rule(3, _WEAK, "The assertion can no longer be reached."),
    "assertion-swallowed": _rule(3, _WEAK, "A failure of the assertion is caught and the test passes."),
    "cases-removed": _rule(5, _WEAK, "Inputs that were tried are not tried any more."),
    "repetitions-lowered": _rule(3, _WEAK, "Fewer inputs are tried than before."),
    "health-check-suppressed": _rule(3, _WEAK, "Hypothesis no longer says that inputs are filtered away or too slow."),
    "hypothesis-phases": _rule(3, _WEAK, "Fresh inputs, stored examples or shrinking are left out."),
    "patch-added": _rule(4, _ASK, "A patched test tests the patch."),
    "autouse-patch": _rule(4, _WEAK, "Every test runs against the patch instead of the code, without saying so."),
    "hook-deselects": _rule(3, _WEAK, "The hook takes tests out of the run or changes their result."),
    "hook-added": _rule(3, _ASK, "A collection or report hook can take tests out of the run or change their result."),
    "test-file-unreadable": _rule(2, _ASK, "What does not parse cannot be compared, and does not run."),
    # Rust and Verus.
    "frozen-oracle-changed": _rule(1, _ASK, "A file called oracle is what implementations are compared with."),
    "frozen-oracle-removed": _rule(1, _WEAK, "A file called oracle is what implementations are compared with."),
    "requires-added": _rule(2, _WEAK, "Callers outside a new precondition are no longer covered by the proof."),
    "ensures-removed": _rule(5, _WEAK, "The proof no longer promises this."),
    "contract-changed": _rule(2, _ASK, "The contract is the specification; it must stay verbatim."),
    "spec-body-changed": _rule(2, _ASK, "Contracts mean what their spec functions say."),
    "spec-removed": _rule(5, _WEAK, "A specified function or spec function is gone."),
    "spec-visibility": _rule(2, _ASK, "Open and closed decide what proofs may know of a spec function."),
    # Bypass vocabulary.
    "bypass-added": _rule(4, _WEAK, "The construct switches off a check."),
    "bypass-added-ask": _rule(4, _ASK, "The construct switches off a check, sometimes rightly."),
    "disabling-added": _rule(3, _WEAK, "What is skipped or expected to fail shows nothing."),
    "bypass-in-new-test": _rule(4, _NOTE, "The test is new, so nothing that was checked is lost."),
    "bypass-removed": _rule(4, _NOTE, "One construct less that switches off a check."),
    # Configuration.
    "config-deselects": _rule(3, _WEAK, "Tests that ran before are left out without a change in any test."),
    "config-relaxed": _rule(3, _WEAK, "What failed the run before does not fail it any more."),
    "config-changed": _rule(3, _ASK, "The setting decides what runs or what counts as failure."),
    "ci-step-removed": _rule(3, _WEAK, "The check no longer runs where changes are accepted."),
    "ci-failure-ignored": _rule(3, _WEAK, "The step's failure no longer stops anything."),
    "ci-removed": _rule(5, _WEAK, "The checks no longer run where changes are accepted."),
    "ci-filtered": _rule(3, _WEAK, "The checks run on fewer changes or fewer tests than before."),
    "not-read": _rule(5, _ASK, "Nothing is known of this file's content."),
    "strength-drift": _rule(2, _WEAK, "Unwanted candidates that were refuted pass now."),
    "strength-unknown": _rule(2, _ASK, "Nothing was run that shows whether as much is required as before."),
    "strength-kept": _rule(2, _NOTE, "What was refuted before is refuted still."),
}


def finding(
    rule: str,
    subject: str,
    message: str,
    *,
    old: Place | None = None,
    new: Place | None = None,
    why: str = "",
) -> Finding:
    """A finding of a rule of the table; raises KeyError for another."""
    row = RULES[rule]
    return Finding(
        rule=rule,
        point=row.point,
        weight=row.weight,
        subject=subject,
        message=message,
        why=why or row.why,
        old=old,
        new=new,
    )
