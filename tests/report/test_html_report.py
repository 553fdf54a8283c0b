"""The HTML report: the verdict first and nothing left out, whatever a candidate says, and legible in both palettes."""

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import pytest
from html_support import BROKE, HEAD, HELD, OPEN, REFUTED, SCHEDULE, Page, assessed, holds, page_of, refuted, run_of

from probatum.report.html.chart import LANE, NETWORK, chart
from probatum.report.html.markup import element, joined
from probatum.report.html.runs import kills
from probatum.report.html.steps import SHORTENED, nodes, steps
from probatum.report.html.strength import strength_page
from probatum.report.html.style import CSS
from probatum.report.words import visible
from probatum.task.model import LEVELS
from probatum.verdict import Assessment, Counterexample, Finding, Outcome, Scope, Strength, Verdict

HOSTILE = (
    "</code></td></table><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<!-- <![CDATA[ <?php </style></title></svg>",
    "&lt;script&gt; &#60;b&#62; &amp",
    "javascript:alert(1)",
    "\x1b[2K\rknown: accepted\n\x00\x07\x85\u2028",
    "\u202eevil\u2066\u200f\ufeff",
    "\ud800 alone",
    "<b>" * 4_000,
    "deliver x: '; a.b() -> 1",
)

# --- what it says


@pytest.mark.parametrize(
    ("found", "said"), [(HELD, "Accepted:"), (REFUTED, "Refuted:"), (OPEN, "Inconclusive:"), (BROKE, "Infrastructure")]
)
def test_the_verdict_comes_first_and_is_the_only_one(found: Assessment, said: str) -> None:
    page = page_of(run_of(found))
    heads = re.findall(r"<h2[^>]*>(.*?)</h2>", page.text)
    assert heads[0].startswith(said) and heads[1] == "The ladder"
    words = {"Accepted:", "Refuted:", "Inconclusive:", "Infrastructure error:"}
    assert sum(page.text.count(f"<h2>{word}") for word in words) == 1


@pytest.mark.parametrize("found", [REFUTED, OPEN, BROKE])
def test_what_is_not_accepted_says_what_is_known_and_what_to_do(found: Assessment) -> None:
    card = page_of(run_of(found)).text.partition('class="verdict')[2].partition("</section>")[0]
    for name in ("known", "smallest evidence", "next"):
        assert f"<dt>{name}</dt>" in card
    assert "Accepted" not in card and re.search(r"<pre [^>]*class=\"command\"|class=\"command\"", card)


def test_every_page_says_what_was_not_shown_under_which_conditions() -> None:
    page = page_of(run_of(HELD))
    for said in ("not checked: memory, schedules", "assumed (time): none", "ABSENT: tool: read a file", HEAD):
        assert said in page.words
    assert "12 of 12 canaries" in page.words and "1 of 2 protections hold" in page.words
    assert "#not-shown" in page.all("href")


def test_the_picture_has_every_level_and_the_table_every_scope() -> None:
    page = page_of(run_of(REFUTED))
    [picture] = [label for label in page.all("aria-label") if label.startswith("The ladder")]
    for level in LEVELS:
        assert f"{level}: " in picture
    assert "simulation: REFUTED" in picture and "deductive: not checked" in picture
    assert "boundary: HOLDS, sampled" in picture
    assert "all of boundary, 5 calls" in page.words and "0.50 CPU s" in page.words


@pytest.mark.parametrize("strength", Strength)
def test_only_what_holds_has_a_strength_and_it_is_counted_from_the_bottom(strength: Strength) -> None:
    page = page_of(run_of(assessed(holds("build", strength), outcome=Outcome.HOLDS)))
    looks = page.all("class")
    assert (looks.count("pip on"), looks.count("pip on") + looks.count("pip")) == (strength + 1, 4)
    broken = page_of(run_of(assessed(refuted("build"), outcome=Outcome.REFUTED)))
    assert "pip" not in " ".join(broken.all("class"))


def test_what_awaits_confirmation_is_nowhere_called_accepted() -> None:
    waiting = replace(HELD, accepted=False, reason="holds, and is to be confirmed")
    page = page_of(run_of(REFUTED, waiting))
    assert "Holds, not accepted: no law failed, and the trial that would confirm it is not done." in page.words
    assert "This is the fittest of 2" in page.words and "Accepted" not in page.words
    assert 'class="verdict warn"' in page.text and 'class="verdict good"' not in page.text
    assert 'class="verdict good"' in page_of(run_of(HELD)).text


def test_calls_are_a_table_with_what_came_and_what_was_due() -> None:
    page = page_of(run_of(assessed(refuted("behaviour"), outcome=Outcome.REFUTED)))
    rows = re.findall(r'<tr><th scope="row">(\w+)</th><td><code>(.*?)</code></td></tr>', page.text)
    assert rows == [("1", "s0 = Twice()"), ("2", "s0.double(1)"), ("observed", "3"), ("expected", "2")]
    for command in ("probatum verify dddd", "probatum check t --candidate c --input dddd"):
        assert command in page.words
    assert "blame: candidate" in page.words and "[D-1]" in page.words


def test_a_counterexample_that_is_not_the_smallest_says_so() -> None:
    [found] = refuted("behaviour").findings
    assert found.counterexample is not None
    larger = replace(found, counterexample=replace(found.counterexample, minimal=False))
    verdict = replace(refuted("behaviour"), findings=(larger,))
    assert "Not the smallest" in page_of(run_of(assessed(verdict, outcome=Outcome.REFUTED))).words
    assert "Not the smallest" not in page_of(run_of(REFUTED)).words


def test_a_run_without_an_assessment_is_no_pass() -> None:
    page = page_of(run_of(troubles=("no room",)))
    assert "no candidate was assessed" in page.words and "no room" in page.words
    assert "Accepted" not in page.words


def test_a_secret_that_does_not_fit_its_commitment_is_said() -> None:
    problem = "run run-a: the revealed secret does not fit its commitment"
    assert problem in page_of(run_of(HELD, seed_problem=problem)).words


def test_a_search_shows_every_candidate_the_accepted_one_first() -> None:
    page = page_of(run_of(REFUTED, HELD, OPEN))
    assert "This is the accepted of 3 candidates" in page.words
    assert page.text.index("Accepted:") < page.text.index("3 candidates in the order of the journal")
    assert "idle" not in page.text.partition('id="candidates"')[0]
    assert "Every answer equals the oracle" in page.text.partition('id="candidates"')[2]


def test_the_kill_matrix_counts_candidates_and_not_findings() -> None:
    both = refuted("behaviour").findings + refuted("behaviour", law="order").findings
    crowd = [
        assessed(refuted("behaviour"), outcome=Outcome.REFUTED),
        assessed(replace(refuted("behaviour"), findings=(*both, both[0])), outcome=Outcome.REFUTED),
        assessed(holds("behaviour"), refuted("simulation"), outcome=Outcome.REFUTED),
        assessed(holds("behaviour"), outcome=Outcome.HOLDS),
    ]
    text = re.sub(r"</?(?:td|th|div|span)[^>]*>", " ", kills(crowd))
    assert re.findall(r"<tr>\s*(.*?)\s*</tr>", re.sub(" +", " ", text)) == [
        "law behaviour simulation",
        "equality 2 1",
        "order 1 0",
        "candidates killed 2 1",
    ]


def test_several_runs_share_a_page_and_no_anchor() -> None:
    page = page_of(run_of(REFUTED), run_of(HELD), run_of())
    assert page.text.count("The ladder</h2>") == 2 and "3 runs" in page.words


# --- schedules


def test_the_lines_of_a_schedule_are_read_as_they_were_written() -> None:
    found = steps(SCHEDULE)
    kinds = "start do deliver drop duplicate cut heal crash fair fire other"
    assert [step.kind for step in found] == kinds.split()
    assert nodes(found) == ("sender", "receiver")
    deliver, crash = found[2], found[7]
    assert [(c.node, c.call, c.answer) for c in deliver.calls] == [
        ("receiver", "receiver.on_packet(Packet(kind='data', seq=0))", "[]")
    ]
    assert deliver.text == "deliver data (past 1 earlier): Packet(kind='data', seq=0)"
    assert [(c.node, c.answer) for c in crash.calls] == [("sender", "[b'x; y']"), ("sender", "")]


def test_calls_of_a_class_are_no_schedule() -> None:
    assert steps(("s0 = Store()", "s0.put(1, 2)")) == () and chart(("starter(1)",)) is None and chart(()) is None


@pytest.mark.parametrize(
    "line",
    [
        'send("\'; sender.idle() -> True"); sender.send(1) -> 2',
        "send('\\'; sender.idle() -> True'); sender.send(1) -> 2",
        "send(['; sender.idle() -> True', (1, '; x = Y()')]); sender.send(1) -> 2",
    ],
)
def test_a_value_cannot_put_a_call_into_the_chart(line: str) -> None:
    [_, step] = steps((SCHEDULE[0], line))
    assert [(c.node, c.call, c.answer) for c in step.calls] == [("sender", "sender.send(1)", "2")]


@pytest.mark.parametrize(
    "line",
    [
        "do(1); sender.send(1) -> raises E: x; receiver.delivered() -> []",
        "do(1); sender.send('aaa ... '); receiver.delivered() -> [], \"x\")",
        "do('aaa ... '); receiver.delivered() -> [], \"x\")",
    ],
)
def test_an_error_or_a_shortened_value_cannot_either(line: str) -> None:
    [_, step] = steps((SCHEDULE[0], line))
    assert "receiver" not in {call.node for call in step.calls}
    assert not any(call.answer == "[]" or (SHORTENED in call.call and call.answer) for call in step.calls)
    assert "; ".join([step.text, *[c.call + f" -> {c.answer}" * bool(c.answer) for c in step.calls]]) == line


def test_arrows_go_from_who_calls_to_who_is_called() -> None:
    drawn = chart(SCHEDULE[:3])
    assert drawn is not None
    lanes = {m[2]: int(m[1]) for m in re.finditer(r'<text x="(\d+)" y="18"[^>]*>(.*?)</text>', drawn)}
    assert list(lanes) == ["client", "sender", "receiver", NETWORK]
    assert lanes["sender"] - lanes["client"] == LANE
    arrows = re.findall(r'<line x1="(\d+)" x2="(\d+)" y1="\d+" y2="\d+" class="arrow( back)?', drawn)
    ways = [(int(start), int(end), bool(back)) for start, end, back in arrows]
    near = [(a, b) for a, b in (("client", "sender"), ("client", "receiver"))]
    near += [("client", "sender"), ("sender", "client"), (NETWORK, "receiver"), ("receiver", NETWORK)]
    assert [(start, back) for start, _, back in ways] == [(lanes[a], i in (3, 5)) for i, (a, _) in enumerate(near)]
    assert all(abs(end - lanes[b]) == 2 for (_, end, _), (_, b) in zip(ways, near, strict=True))


def test_every_fault_has_its_mark_and_a_crash_has_it_on_its_node() -> None:
    drawn = chart(SCHEDULE)
    assert drawn is not None
    assert drawn.count('class="mark"') == 4
    flash = re.search(r'<path d="M(\d+) \d+L\d+ \d+L\d+ \d+L\d+ \d+" class="mark"', drawn)
    sender = re.search(r'<text x="(\d+)" y="18"[^>]*>sender<', drawn)
    assert flash and sender and int(flash[1]) == int(sender[1]) + 3


def test_a_long_schedule_is_drawn_in_part_and_listed_whole() -> None:
    lines = (SCHEDULE[0], *[f"send({i}); sender.send({i}) -> None" for i in range(200)])
    page = page_of(run_of(assessed(refuted("simulation", lines), outcome=Outcome.REFUTED)))
    assert "and 121 more steps, in the list below" in page.words
    assert page.text.count("<td><code>send(") == 200


# --- hostile words


def hostile(word: str) -> Assessment:
    """An assessment that says one thing wherever something foreign can be said."""
    shown = Counterexample(input=(SCHEDULE[0], f"do({word}); {word}", word), observed=word, expected=word, retry=word)
    calls = replace(shown, input=(word, word), rejudge=word)
    text = replace(shown, input=(word,))
    findings = tuple(
        Finding(law=word, sentence=word, outcome=Outcome.REFUTED, requirements=(word,), counterexample=c, blame=word)
        for c in (shown, calls, text)
    )
    scope = Scope(text=word, alphabet=(word,), seed=word, counts=((word, 1),))
    verdicts = (
        Verdict(level=word, outcome=Outcome.HOLDS, scope=scope, tools=(word,), assumptions=(word,)),
        Verdict(level="simulation", outcome=Outcome.REFUTED, scope=scope, reason=word, findings=findings),
    )
    base = assessed(*verdicts, outcome=Outcome.REFUTED, reason=word, candidate=word)
    return replace(base, sandbox=(word, f"{word}: ABSENT"), not_shown=(word,), author=word, task=word)


@pytest.mark.parametrize("word", HOSTILE, ids=range(len(HOSTILE)))
def test_a_candidate_cannot_write_the_page(word: str) -> None:
    record = replace(run_of(hostile(word), hostile(word), troubles=(word,)), task=word, run=word, seed=word)
    page = page_of(record, record, head=word)
    assert visible(word)[:300] in page.words
    assert page_of(record).all("content")[1].startswith("default-src 'none'")


@pytest.mark.parametrize("word", HOSTILE, ids=range(len(HOSTILE)))
def test_a_program_cannot_write_the_page_about_its_specification(word: str) -> None:
    page = Page(strength_page(strength_body(word), word))
    assert visible(word)[:300] in page.words


def test_hostile_words_make_no_more_tags_than_harmless_ones() -> None:
    counts = {}
    for word in (HOSTILE[0], "x" * len(HOSTILE[0])):
        counts[word] = [tag for tag, _ in page_of(run_of(hostile(word))).tags]
    assert len(set(map(tuple, counts.values()))) == 1


def test_the_writer_itself_refuses_what_loads_or_runs() -> None:
    for tag in ("script", "img", "iframe", "a b", "style><script"):
        with pytest.raises(ValueError, match="holds no"):
            element(tag)
    with pytest.raises(ValueError, match="nothing but itself"):
        element("a", "x", href="https://example.org")
    assert joined("<", [element("p", "&")], ">") == "&lt;<p>&amp;</p>&gt;"


def test_the_browser_may_only_apply_the_pages_own_style() -> None:
    page = page_of(run_of(HELD))
    own = b64encode(sha256(CSS.encode()).digest()).decode()
    [policy] = [content for content in page.all("content") if "default-src" in content]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{own}'")
    assert "url(" not in CSS and "@import" not in CSS and "</" not in CSS


# --- the page about a specification


def strength_body(word: str = "w") -> dict[str, object]:
    """A strength report as plain data, with one word wherever something foreign can stand."""
    survivor = {
        "program": word,
        "origin": word,
        "what": word,
        "diff": f"--- a\n+++ b\n@@ -1 +1 @@\n-{word}\n+b",
        "input": [word, f"{word}  -> 1, intended: 2"],
        "minimal": False,
    }
    found = {"id": word, "kind": "survivor", "subject": word, "sentence": word, "next": word, "count": 7}
    weak = {**found, "weakness": True, "severity": 90, "classes": [[word, word]], "survivors": [survivor, survivor]}
    note = {**found, "weakness": False, "severity": 10, "classes": [], "survivors": []}
    law = {"name": word, "kills": 41, "alone": [word, word], "met": 3, "refused": 9, "unreached": [12]}
    check = {"name": word, "ok": False, "said": word}
    proposal = {"id": word, "by": word, "what": word, "why": word, "finding": word, "refuted": [[word, word]]}
    return {
        "task": word,
        "digest": word,
        "strength": {word: {"killed": 9, "survived": 3, "alike_within_scope": 2, "score": 0.75}},
        "weaknesses": 1,
        "findings": [weak, note],
        "laws": [law, {**law, "alone": [], "met": 0, "refused": 0, "unreached": []}],
        "goals": {word: 5},
        "similarity": {word: 0.5},
        "rejudged": {"transcripts": 4, "now_refuted": 1},
        "scope": word,
        "programs": 60,
        "cpu_s": 1.25,
        "wall_s": 3.0,
        "proposals": [
            {**proposal, "admissible": True, "checks": [{**check, "ok": True}]},
            {**proposal, "admissible": False, "checks": [check]},
        ],
        "version": None,
    }


def test_the_page_about_a_specification_has_survivors_with_diffs_and_the_kill_matrix() -> None:
    page = Page(strength_page(strength_body("word"), "probatum refine t"))
    text = page.words
    assert "1 weakness" in text and "word  -> 1, intended: 2" in text and "shrinking stopped at its limit" in text
    assert '<span class="del">-word</span>\n<span class="add">+b</span>' in page.text
    assert "41" in text and "3 of 12" in text and "assertion in line 12 never reached" in text and "built in" in text
    assert "75%" in text and "4 old transcripts of accepted candidates: 1 break a law now" in text
    assert text.count("--approve") == 1 and "probatum refine t --approve word" in text
    assert "Not admissible: word" in text


def test_a_specification_without_weakness_and_one_without_survey_say_so() -> None:
    strong = {**strength_body(), "weaknesses": 0, "findings": []}
    assert "No weakness found among the programs that were tried" in Page(strength_page(strong, "")).words
    answered = {"task": "t", "proposals": [], "version": None}
    assert "No admissible proposal was found" in Page(strength_page(answered, "")).words
    version = {"name": "t_v2", "digest": "d", "folder": "there/t_v2"}
    written = Page(strength_page({**answered, "version": version}, "")).words
    assert "t_v2" in written and "probatum selftest there/t_v2" in written


# --- legibility


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.1, from 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def palettes() -> list[dict[str, str]]:
    """The palettes that the style sheet declares, light and dark."""
    return [dict(re.findall(r"--(\w+):(#[0-9a-f]{6});", block)) for block in re.findall(r":root\{([^}]*)\}", CSS)]


def test_contrast_is_measured_as_the_standard_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("ink", ["ink", "muted", "link", "good", "bad", "warn", *(f"who{n}" for n in range(6))])
@pytest.mark.parametrize("ground", ["bg", "panel"])
def test_every_colour_of_text_is_legible_on_every_ground(ink: str, ground: str) -> None:
    found = palettes()
    assert len(found) == 2
    for palette in found:
        assert contrast(palette[ink], palette[ground]) >= 4.5


def test_text_is_only_written_in_the_colours_that_were_measured() -> None:
    used = set(re.findall(r"[^-](?:color|fill):var\(--(\w+)\)", CSS))
    assert used <= {"ink", "muted", "link", "good", "bad", "warn", "tone", "dye"}
    assert {"who" + n for n in re.findall(r"--dye:var\(--who(\d)\)", CSS)} == {f"who{n}" for n in range(6)}
    assert set(re.findall(r"--tone:var\(--(\w+)\)", CSS)) == {"good", "bad", "warn", "muted"}
    assert not re.search(r"(?:color|fill):#", CSS)


def test_tables_have_headers_and_what_scrolls_is_reached_by_keyboard() -> None:
    page = page_of(run_of(REFUTED, HELD))
    tables = re.findall(r"<table>(.*?)</table>", page.text, re.DOTALL)
    assert len(tables) >= 4
    for one in tables:
        assert "<caption>" in one and 'scope="col"' in one and 'scope="row"' in one
    for tag, attrs in page.tags:
        if attrs.get("class") == "box" or tag == "pre":
            assert attrs["tabindex"] == "0" and attrs["aria-label"]
        if tag == "svg":
            assert attrs["role"] == "img" and attrs["aria-label"]
    assert {"header", "nav", "main", "footer"} <= {tag for tag, _ in page.tags}
