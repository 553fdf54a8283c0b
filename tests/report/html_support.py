"""HTML pages as tests see them: read by a parser that refuses whatever a report must not hold."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from probatum.report.html.markup import TAGS, VOID
from probatum.report.html.runs import runs_page
from probatum.report.html.style import CSS
from probatum.report.plain import About
from probatum.report.select import RunRecord
from probatum.verdict import Assessment, Counterexample, Finding, Outcome, Scope, Strength, Verdict

HEAD = "ab" * 32
PLAIN = {
    "lang",
    "charset",
    "name",
    "content",
    "http-equiv",
    "class",
    "id",
    "href",
    "tabindex",
    "role",
    "scope",
    "open",
    "start",
}
DRAWN = {"viewbox", "width", "height", "x", "y", "x1", "x2", "y1", "y2", "d", "text-anchor"}
ATTRIBUTES = PLAIN | DRAWN | {"aria-label", "aria-labelledby"}
PHRASING = frozenset({"p", "h1", "h2", "h3", "pre", "summary", "span", "code", "strong", "small", "a", "title"})
"""What holds nothing but words: a browser would close it before anything larger."""
SCHEDULE = (
    "start; sender = Sender(); receiver = Receiver()",
    "send(b''); sender.send(b'') -> [('data', 0, b'')]",
    "deliver data (past 1 earlier): Packet(kind='data', seq=0); receiver.on_packet(Packet(kind='data', seq=0)) -> []",
    "drop data: Packet(kind='data', seq=0)",
    "duplicate acks: Packet(kind='ack', seq=0)",
    "cut data: 1 messages lost",
    "heal data",
    "power_cut: 2 bytes torn off the end; sender.log() -> [b'x; y']; sender = Sender.recover([b'x'])",
    "the faults stop; from here on every message arrives",
    "timeout fires; sender.on_timeout() -> [] (399 times)",
    "... and 3 more fair steps",
)


@dataclass
class Page(HTMLParser):
    """A page that was read to its end; reading fails where it is not well-formed or holds what it must not."""

    text: str
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        assert self.text.startswith("<!doctype html>\n<html")
        self.feed(self.text)
        self.close()
        assert self.open == [], f"left open: {self.open}"
        ids = self.all("id")
        assert len(ids) == len(set(ids)), "an id stands twice"
        for target in self.all("href"):
            assert target.startswith("#") and target[1:] in ids, target
        for target in self.all("aria-labelledby"):
            assert target in ids, target
        assert self.styles == [CSS]
        assert all(c.isprintable() or c == "\n" for c in self.text), "something invisible was let through"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)) and ATTRIBUTES.issuperset(names), (tag, attrs)
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        inside = set(self.open) & PHRASING
        assert not inside or tag in PHRASING - {"p", "h1", "h2", "h3", "pre"}, f"<{tag}> in {inside}"
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        (self.styles if self.open[-1:] == ["style"] else self.said).append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data[:80]}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data[:80]}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data[:80]}")

    def all(self, attribute: str) -> list[str]:
        """Every value of an attribute."""
        return [attrs[attribute] for _, attrs in self.tags if attribute in attrs]

    @property
    def words(self) -> str:
        """The text that a reader sees."""
        return "".join(self.said)


def holds(level: str, strength: Strength = Strength.SAMPLED, cpu_s: float = 0.25) -> Verdict:
    """A level that holds."""
    scope = Scope(text=f"all of {level}", counts=(("calls", 5),))
    return Verdict(level=level, outcome=Outcome.HOLDS, strength=strength, scope=scope, cpu_s=cpu_s)


def refuted(level: str, lines: tuple[str, ...] = ("s0 = Twice()", "s0.double(1)"), law: str = "equality") -> Verdict:
    """A level that is refuted by one law."""
    shown = Counterexample(
        input=lines,
        observed="3",
        expected="2",
        rejudge="probatum verify dddd",
        retry="probatum check t --candidate c --input dddd",
    )
    sentence = "Every answer equals the oracle's."
    found = Finding(law=law, sentence=sentence, outcome=Outcome.REFUTED, requirements=("D-1",), counterexample=shown)
    return Verdict(level=level, outcome=Outcome.REFUTED, findings=(found,), reason=f"{law}: 3", cpu_s=0.5)


def assessed(*verdicts: Verdict, outcome: Outcome, reason: str = "because", candidate: str = "c" * 64) -> Assessment:
    """An assessment."""
    return Assessment(
        task="t",
        task_digest="7" * 64,
        candidate=candidate,
        verdicts=verdicts,
        outcome=outcome,
        accepted=outcome is Outcome.HOLDS,
        reason=reason,
        fitness=(float(len(verdicts)), 0.0),
        sandbox=("tier lock", "worker: read a file: holds", "tool: read a file: ABSENT"),
        not_shown=("memory: not checked", "schedules: not checked", "assumed (time): none"),
        author="operator",
    )


def run_of(*found: Assessment, troubles: tuple[str, ...] = (), seed_problem: str = "") -> RunRecord:
    """A run that assessed these."""
    return RunRecord(
        run="run-a",
        task="t",
        task_digest="7" * 64,
        command="check",
        started="2026-01-02T03:04:05+00:00",
        ended="accepted",
        seed="committed as abcd",
        seed_problem=seed_problem,
        calibration="12 of 12 canaries",
        assessments=found,
        troubles=troubles,
    )


def page_of(*records: RunRecord, head: str = HEAD) -> Page:
    """The page about runs, read."""
    return Page(runs_page(records, head, lambda r, _: About(run=r.run, calibration=r.calibration, again="AGAIN")))


REFUTED = assessed(holds("boundary"), refuted("simulation", SCHEDULE), outcome=Outcome.REFUTED)
HELD = assessed(*map(holds, ("boundary", "build", "behaviour")), outcome=Outcome.HOLDS)
OPEN = assessed(
    holds("boundary"),
    Verdict(level="behaviour", outcome=Outcome.INCONCLUSIVE, reason="vacuous: never reached: hit"),
    outcome=Outcome.INCONCLUSIVE,
    reason="level behaviour is INCONCLUSIVE: vacuous: never reached: hit",
)
BROKE = assessed(
    Verdict(level="build", outcome=Outcome.ERROR, reason="the host is gone"),
    outcome=Outcome.ERROR,
    reason="level build: the host is gone",
)
