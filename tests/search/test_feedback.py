"""What an author is told: a pure function of verdicts, smallest counterexample first, only what it can act on."""

from __future__ import annotations

from probatum.search.feedback import MOST_SHOWN, feedback_of
from probatum.search.state import standing_of
from probatum.verdict import Counterexample, Finding, Outcome, Scope, Verdict
from probatum.verdict.plain import verdict_to_json


def finding(*calls: str, blame: str = "candidate", law: str = "equality") -> Finding:
    shown = Counterexample(
        input=calls,
        observed="3",
        expected="2",
        transcript="ab" * 32,
        rejudge="probatum verify x",
        retry="probatum check",
    )
    return Finding(law=law, sentence="It holds.", outcome=Outcome.REFUTED, counterexample=shown, blame=blame)


def behaviour(*findings: Finding, outcome: Outcome = Outcome.REFUTED, reason: str = "") -> Verdict:
    return Verdict(level="behaviour", outcome=outcome, findings=findings, reason=reason)


def told(*verdicts: Verdict, outcome: str = "REFUTED") -> str:
    return feedback_of(outcome, [verdict_to_json(v) for v in verdicts]).text


def test_the_smallest_counterexample_comes_first_with_its_law_in_words() -> None:
    text = told(behaviour(finding("a()", "b()"), finding("c()")))
    assert text.index("c()") < text.index("a()")
    assert "law equality: It holds." in text and "observed: 3" in text and "expected: 2" in text


def test_only_a_few_are_shown() -> None:
    many = [finding(*["call()"] * n) for n in range(1, 20)]
    assert len(feedback_of("REFUTED", [verdict_to_json(behaviour(*many))]).shown) == MOST_SHOWN


def test_what_was_inconclusive_is_said() -> None:
    text = told(behaviour(outcome=Outcome.INCONCLUSIVE, reason="vacuous: never reached: full"), outcome="INCONCLUSIVE")
    assert "Inconclusive: level behaviour: vacuous: never reached: full" in text


def test_infrastructure_and_faults_of_others_are_left_out() -> None:
    broken = behaviour(outcome=Outcome.ERROR, reason="bwrap: no space left on device")
    elsewhere = behaviour(finding("lib()", blame="dependency"), finding("t()", blame="task"))
    text = told(broken, elsewhere)
    assert "bwrap" not in text and "lib()" not in text and "t()" not in text


def test_commands_and_digests_are_not_for_authors() -> None:
    text = told(behaviour(finding("a()")))
    assert "probatum" not in text and "abab" not in text


def test_fewer_failing_known_inputs_stand_higher_whichever_level_found_them() -> None:
    def regression(failing: int, known: int) -> Verdict:
        return Verdict(
            level="regression",
            outcome=Outcome.REFUTED,
            findings=(finding("a()"),),
            scope=Scope(counts=(("known_inputs", known),)),
            credit=1 - failing / known,
        )

    def standing(fitness: tuple[float, ...], verdict: Verdict) -> tuple[float, ...]:
        return standing_of(fitness, [verdict_to_json(verdict)])

    first = standing((3.0, 0.1), behaviour(finding("a()"), finding("b()"), finding("c()")))
    half = standing((2.0, 0.5), regression(2, 4))
    last = standing((3.0, 0.7), behaviour(finding("d()")))
    unbuilt = standing((1.0, 0.0), Verdict(level="build", outcome=Outcome.REFUTED, findings=(finding("x"),)))
    held = standing((4.0, 0.0), behaviour(outcome=Outcome.HOLDS))
    assert unbuilt < first < half < last < held
