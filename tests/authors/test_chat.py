"""The author `chat`: specs, prompts and replies without a network; the calls against a server on this machine."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from loopback import READ, WRITTEN, Loopback, loopback

from probatum.authors.base import Brief, Edit, Feedback, Parent, Shown
from probatum.authors.chat import Chat, Server, spec_of
from probatum.authors.chat.author import ATTEMPTS, FRAMING_TOKENS, UnreachedError, _environment
from probatum.authors.chat.prompts import system_text, user_text
from probatum.authors.chat.reply import read_reply
from probatum.authors.edits import candidate_of
from probatum.candidate import python_candidate
from probatum.cli import main
from probatum.errors import BudgetError, EditError, UsageError
from probatum.journal import Journal
from probatum.lab.companion import Companion
from probatum.lab.files import read_task
from probatum.testing.authors import VIEW

PROTOCOLS = ("anthropic", "openai", "openai-responses")
installed = pytest.mark.skipif(
    importlib.util.find_spec("pydantic_ai") is None, reason="the extra [llm] is not installed: pip install -e '.[llm]'"
)
SOURCE = "def double(x: int) -> int:\n    return x + x + 1\n"
SHOWN = Shown(
    level="behaviour", law="equality", sentence="Equal.", input=("double(1)",), observed="3", expected="2"
)  # fmt: skip
PARENT = Parent(
    candidate=python_candidate(SOURCE), fitness=(3.0, 0.5), feedback=Feedback(outcome="REFUTED", shown=(SHOWN,))
)
BRIEF = Brief(turn=1, view=VIEW, parents=(PARENT,), operator="repair")
WHOLE = "Here it is:\n\n```python\ndef double(x: int) -> int:\n    return 2 * x\n```\n"
EDITED = "<<<<<<< OLD\n    return x + x + 1\n=======\n    return x + x\n>>>>>>> NEW\n"


# --- specs


def test_a_spec_names_protocol_model_and_temperature() -> None:
    spec = spec_of("openai:llama3:8b@0.8")
    assert (spec.protocol, spec.model, spec.temperature) == ("openai", "llama3:8b", 0.8)
    assert spec_of(spec.name.removeprefix("chat:")) == spec
    assert spec_of("claude-x").protocol == "anthropic" and spec_of("gpt-x@1").protocol == "openai"


@pytest.mark.parametrize("text", ["", "@0.7", "mystery", "llama3:8b", "openai:", "gpt-x@warm", "gpt-x@7", "gpt-x@-1"])
def test_a_spec_that_says_nothing_is_told_so(text: str) -> None:
    with pytest.raises(UsageError) as told:
        spec_of(text)
    assert told.value.fix


# --- prompts


def test_a_model_sees_the_public_view_the_parent_and_its_counterexample() -> None:
    system, user = system_text(VIEW), user_text(BRIEF)
    assert VIEW.problem in system and VIEW.interface.strip() in system and "D-1" in system and "even" in system
    assert SOURCE.strip() in user and "double(1)" in user and "expected: 2" in user
    assert "<<<<<<< OLD" in user and "fenced" not in user_text(Brief(turn=0, view=VIEW)).partition("exactly")[0]
    crossed = user_text(Brief(turn=1, view=VIEW, parents=(PARENT, PARENT), operator="crossover"))
    assert crossed.count(SOURCE.strip()) == 2


def test_the_oracle_and_the_laws_bodies_are_not_in_what_a_model_sees() -> None:
    from probatum.authors.view import public_view

    task = read_task("binary_search")
    text = system_text(public_view(task, [])) + user_text(BRIEF)
    assert "items.index(target)" in task.files["task.py"].decode() and "items.index(target)" not in text


# --- replies


def test_a_reply_is_one_file_or_edits() -> None:
    assert read_reply(WHOLE, "sut.py") == ({"sut.py": b"def double(x: int) -> int:\n    return 2 * x\n"}, ())
    assert read_reply(f"So:\n{EDITED}", "sut.py") == (
        {},
        (Edit(old="    return x + x + 1\n", new="    return x + x\n"),),
    )
    gone = read_reply("<<<<<<< OLD\n    x = 1\n=======\n>>>>>>> NEW", "sut.py")[1]
    assert gone == (Edit(old="    x = 1\n", new=""),), "lines can be taken out"
    assert len(read_reply(EDITED + EDITED, "sut.py")[1]) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "neither"),
        ("I cannot do that.", "neither"),
        (WHOLE + WHOLE, "2 fenced"),
        ("```python\n```", "empty"),
        ("```python\ndef f(): pass\n", "neither"),
        (EDITED + "<<<<<<< OLD\n    lost\n=======\n", "edit 2 is not closed"),
        ("<<<<<<< OLD\na\n>>>>>>> NEW\n", "means nothing"),
        ("<<<<<<< OLD\na\n<<<<<<< OLD\n", "means nothing"),
        (">>>>>>> NEW\n", "means nothing"),
    ],
)
def test_a_reply_that_is_neither_is_refused_as_a_whole(text: str, words: str) -> None:
    with pytest.raises(EditError, match=words):
        read_reply(text, "sut.py")


# --- the process


def companion(code: str) -> Companion:
    return Companion([sys.executable, "-c", code], dict(os.environ))


ECHO = "import sys\nfor line in sys.stdin: print(line, end='', flush=True)"


def test_a_companion_that_hangs_dies_or_babbles_is_ended_and_started_again() -> None:
    with companion(ECHO) as good:
        assert good.ask({"n": 1}, timeout_s=30) == {"n": 1} == good.ask({"n": 1}, timeout_s=30)
    for code in ("import time\ntime.sleep(99)", "raise SystemExit", "input(); print('[1]')", "input(); print('{')"):
        with companion(code) as bad:
            limit = 0.3 if "sleep" in code else 30
            assert bad.ask({}, timeout_s=limit) is None
            assert bad.ask({}, timeout_s=limit) is None


def test_only_keys_proxies_and_certificates_are_passed_on() -> None:
    outside = {"ANTHROPIC_API_KEY": "k", "AWS_SECRET_ACCESS_KEY": "s", "https_proxy": "p", "PATH": "/bin", "X": "y"}
    assert set(_environment(outside)) == {"ANTHROPIC_API_KEY", "https_proxy", "PATH", "PYTHONPATH"}


# --- calls


@contextmanager
def asked(server: Loopback, protocol: str, **options: Any) -> Iterator[tuple[Chat, list[float]]]:
    waits: list[float] = []
    options.setdefault("prices", {"m": (2.0, 10.0)})
    shared = Server(base_url=server.base(protocol), wait=waits.append, timeout_s=30.0, **options)
    chat = Chat(spec=spec_of(f"{protocol}:m@0.5"), server=shared)
    try:
        yield chat, waits
    finally:
        chat.close()


PRICE = (READ * 2.0 + WRITTEN * 10.0) / 1e6


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANTHROPIC_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.setenv(name, "a-secret")
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@installed
@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_protocol_survives_every_fault(protocol: str) -> None:
    faults = [{"status": 429, "after": 7}, {"status": 529}, EDITED, {"status": 503, "after": 999}, WHOLE]
    faults += [{"text": WHOLE, "length": True}, "no code", {"junk": True}, WHOLE, {"cut": True, "text": WHOLE}, WHOLE]
    faults += [{"status": 401}] + [{"status": 429, "after": 1}] * ATTEMPTS
    with loopback(*faults) as server, asked(server, protocol) as (chat, waits):
        edited = chat.propose(BRIEF)
        assert edited is not None and edited.edits and waits == [7.0, 2.0]
        assert candidate_of(edited, PARENT.candidate).source.endswith("return x + x\n")
        assert (edited.tokens, edited.cost_usd) == (READ + WRITTEN, pytest.approx(PRICE))
        assert edited.author == f"chat:{protocol}:m@0.5" and edited.said == EDITED and SOURCE.strip() in edited.asked
        whole = chat.propose(BRIEF)
        assert whole is not None and whole.files and waits[2:] == [60.0]
        for words in ("cut off", "neither"):
            with pytest.raises(EditError, match=words) as told:
                chat.propose(BRIEF)
            assert told.value.cost_usd == pytest.approx(PRICE) and told.value.said
        worst = chat._cost(len((edited.asked).encode()) - 1 + FRAMING_TOKENS, 8192)
        for _ in ("junk", "cut"):
            after = chat.propose(BRIEF)
            assert after is not None and worst is not None
            assert after.cost_usd == pytest.approx(PRICE + worst), "an answer that was lost may have been paid for"
        with pytest.raises(UnreachedError, match="API_KEY") as refused:
            chat.propose(BRIEF)
        assert refused.value.cost_usd == 0.0
        with pytest.raises(UnreachedError, match=f"{ATTEMPTS} times"):
            chat.propose(BRIEF)
        body = server.requests[0]["body"]
        assert body["temperature"] == 0.5 and body["model"] == "m"
        assert "a-secret" in str(server.requests[0]["headers"]) and "a-secret" not in json.dumps(body)


@installed
@pytest.mark.slow
def test_nothing_is_asked_that_could_cost_more_than_is_left() -> None:
    with loopback(WHOLE) as server, asked(server, "openai") as (chat, _):
        with pytest.raises(BudgetError, match=r"may cost \$0\.08"):
            chat.propose(Brief(turn=0, view=VIEW, usd_left=0.08))
        assert server.requests == []
        assert chat.propose(Brief(turn=0, view=VIEW, usd_left=0.10)) is not None
    with loopback(WHOLE) as server, asked(server, "openai", prices={}) as (chat, _):
        found = chat.propose(Brief(turn=0, view=VIEW))
        assert found is not None and found.cost_usd is None
        with pytest.raises(UsageError, match="price of m is unknown"):
            chat.propose(Brief(turn=0, view=VIEW, usd_left=5.0))


READING, WRITING = ("input_tokens", "prompt_tokens"), ("output_tokens", "completion_tokens")


@installed
@pytest.mark.slow
def test_an_answer_whose_tokens_nobody_counted_costs_an_unknown_sum_and_never_nothing() -> None:
    turns = [{"text": WHOLE, "uncounted": names} for names in (READING, WRITING, READING + WRITING)]
    shared = Server(wait=[].append, prices={"m": (2.0, 10.0), "free": (0.0, 0.0)})
    with contextlib.closing(shared.process):
        for protocol in PROTOCOLS:
            with loopback(*turns, WHOLE, turns[-1], {"text": WHOLE, "uncounted": ("usage",)}) as server:
                ours = replace(shared, base_url=server.base(protocol))
                costs = [_cost_of(Chat(spec=spec_of(f"{protocol}:m"), server=ours)) for _ in range(4)]
                assert costs == [None, None, None, pytest.approx(PRICE)], protocol
                free = Chat(spec=spec_of(f"{protocol}:free"), server=ours)
                assert _cost_of(free) == 0.0, "a model that costs nothing needs no counting"
                if protocol == "anthropic":  # its client takes the field for granted: an answer that was lost
                    with pytest.raises(UnreachedError, match="AttributeError") as told:
                        _cost_of(Chat(spec=spec_of(f"{protocol}:m"), server=ours))
                    assert told.value.cost_usd
                else:
                    assert _cost_of(Chat(spec=spec_of(f"{protocol}:m"), server=ours)) is None


def _cost_of(chat: Chat) -> float | None:
    found = chat.propose(Brief(turn=0, view=VIEW, usd_left=5.0))
    assert found is not None and found.files
    return found.cost_usd


@installed
@pytest.mark.slow
def test_a_server_that_never_answers_is_given_up_and_what_it_may_have_written_is_taken_as_paid() -> None:
    waits: list[float] = []
    shared = Server(wait=waits.append, timeout_s=0.3, prices={"m": (2.0, 10.0)})
    with contextlib.closing(shared.process):
        for protocol in PROTOCOLS:
            with loopback({"silent": True}, WHOLE, {"silent": True}) as server:
                chat = Chat(spec=spec_of(f"{protocol}:m"), server=replace(shared, base_url=server.base(protocol)))
                found = chat.propose(Brief(turn=0, view=VIEW))
                assert found is not None
                worst = chat._cost(len(found.asked.encode()) - 1 + FRAMING_TOKENS, 8192)
                assert worst is not None and found.cost_usd == pytest.approx(PRICE + worst)
                with pytest.raises(UnreachedError, match=f"{ATTEMPTS} times") as told:
                    chat.propose(Brief(turn=1, view=VIEW))
                assert told.value.cost_usd == pytest.approx(ATTEMPTS * worst)
    assert waits == [1.0, 1.0, 2.0, 4.0] * len(PROTOCOLS)


@installed
@pytest.mark.slow
def test_a_table_of_prices_comes_with_its_version() -> None:
    with loopback(WHOLE) as server, asked(server, "anthropic", prices={}) as (chat, _):
        chat.spec = spec_of("anthropic:claude-3-haiku-20240307")
        found = chat.propose(Brief(turn=0, view=VIEW))
        assert found is not None and found.cost_usd == pytest.approx((READ * 0.25 + WRITTEN * 1.25) / 1e6)
        assert "genai-prices" in found.note


def test_without_a_key_nothing_is_sent_and_nothing_counts_as_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    monkeypatch.delenv("ANTHROPIC_AUTH_TOKEN", raising=False)
    missing = pytest.raises(UnreachedError, match=r"ANTHROPIC_AUTH_TOKEN is set. Look at ANTHROPIC_API_KEY")
    with loopback(WHOLE) as server, asked(server, "anthropic") as (chat, waits), missing as told:
        chat.propose(BRIEF)
    assert (told.value.cost_usd, server.requests, waits) == (0.0, [], [])


def test_a_run_without_the_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    code = 'import sys\nfor line in sys.stdin: print(\'{"error": "absent", "message": "No module"}\', flush=True)'
    with companion(code) as process:
        chat = Chat(spec=spec_of("openai:m"), server=Server(process=process, prices={"m": (0.0, 0.0)}))
        with pytest.raises(UnreachedError, match=r"pip install 'probatum\[llm\]'"):
            chat.propose(BRIEF)


@installed
@pytest.mark.slow
def test_a_run_with_models_is_accepted_paid_for_and_repeats_without_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = next(c for c in read_task("quorum_count").canaries if c.kind == "good").files["sut.py"].decode()
    prices = tmp_path / "prices.json"
    prices.write_text('{"m": [2, 10], "n": [2, 10]}')
    turns = [
        "no code",
        {"status": 500},
        "```python\ndef is_quorum(voters, n):\n    return True\n```",
        f"```\n{good}```",
    ]
    with loopback(*turns) as server:
        words = ["run", "quorum_count", "--models", "openai:m@0.7,openai:n", "--strategy", "iid", "--json"]
        words += ["--base-url", server.base("openai"), "--prices", str(prices), "--budget-usd", "5"]
        code = main([*words, "--workspace", str(tmp_path / "w"), "--workers", "1"])
    body = json.loads(capsys.readouterr().out)
    assert (code, body["accepted"]) == (0, True)
    assert body["made_by"].startswith("chat:openai:")
    assert 3 * PRICE <= body["cost_usd"] < 5
    assert not [p for p in (tmp_path / "w").rglob("*.sqlite*") if b"a-secret" in p.read_bytes()]
    with Journal.open(tmp_path / "w", create=False) as journal:
        assert journal.check() == []
    assert main(["replay", body["run"], "--workspace", str(tmp_path / "w"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["same"]
