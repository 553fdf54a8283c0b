"""One model as an author: what it is asked, what that may cost, how often it is asked again, what its answer means."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from probatum.authors.base import Brief, Proposal
from probatum.authors.chat.prompts import system_text, user_text
from probatum.authors.chat.reply import read_reply
from probatum.authors.chat.spec import Spec
from probatum.candidate import EDITABLE
from probatum.errors import BudgetError, EditError, InfrastructureError, UsageError
from probatum.lab.clock import pause
from probatum.lab.companion import Companion

ATTEMPTS = 4
"""Calls for one answer, the first included."""
LONGEST_WAIT_S = 60.0
FRAMING_TOKENS = 1000
"""Tokens that a server may add around a prompt. A token is at least one byte, so bytes bound the rest."""
START_S = 60.0
"""Time to load the client libraries, on top of the time for an answer."""
PASSED_ON = ("ANTHROPIC_", "OPENAI_", "SSL_CERT_", "LC_")
PASSED_ON_NAMES = ("PATH", "HOME", "LANG", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


class UnreachedError(InfrastructureError):
    """A model could not be asked. ``cost_usd``: what may have been paid all the same."""

    def __init__(self, message: str, *, fix: str | None = None, cost_usd: float | None = 0.0) -> None:
        super().__init__(message, fix=fix)
        self.cost_usd = cost_usd


@dataclass(slots=True, kw_only=True)
class Server:
    """What several models share: the process that speaks for them, and how they are asked."""

    base_url: str = ""
    """"" : the one that the client library knows, or its environment variable."""
    max_tokens: int = 8192
    timeout_s: float = 300.0
    prices: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """US dollars per million tokens read and written, by model; before the table that is installed."""
    wait: Callable[[float], None] = pause
    process: Companion = field(default_factory=lambda: Companion(_command(), _environment(os.environ)))


@dataclass(slots=True, kw_only=True)
class Chat:
    """Answers depend on a model, so they are recorded; a replay needs neither the model nor a network."""

    spec: Spec
    server: Server = field(default_factory=Server)
    _table: str = ""

    @property
    def name(self) -> str:
        """``chat:PROTOCOL:MODEL@TEMPERATURE``."""
        return self.spec.name

    def close(self) -> None:
        """End the process that speaks to models."""
        self.server.process.close()

    def propose(self, brief: Brief) -> Proposal | None:
        """Ask, wait and ask again where the server says so, read the answer."""
        system, user = system_text(brief.view), user_text(brief)
        most = self._affordable(brief.usd_left, system + user)
        answer, extra_usd = self._asked(brief.usd_left, system, user, most)
        cost = self._charged(answer, system + user, most)
        total = None if cost is None else cost + extra_usd
        tokens = answer["input"] + answer["output"]
        try:
            if answer["finish"] == "length":
                raise EditError(f"the answer was cut off at {most} tokens", fix="Answer more briefly")
            files, edits = read_reply(answer["text"], EDITABLE[_language(brief)])
        except EditError as problem:
            raise EditError(
                problem.message, fix=problem.fix, tokens=tokens, cost_usd=total, said=answer["text"]
            ) from None
        return Proposal(
            author=self.name,
            files=files,
            edits=edits,
            note=f"{brief.operator or 'improve'}, {self._table}" if self._table else brief.operator,
            parent=brief.parents[0].candidate.digest if brief.parents else "",
            tokens=tokens,
            cost_usd=total,
            asked=f"{system}\n{user}",
            said=answer["text"],
        )

    def worst_usd(self, brief: Brief) -> float:
        """US dollars that the next answer may cost at most, with those lost before it; 0 at an unknown price."""
        text = system_text(brief.view) + user_text(brief)
        return ATTEMPTS * (self._cost(_bound(text), self.server.max_tokens) or 0.0)

    def _asked(self, left: float | None, system: str, user: str, most: int) -> tuple[dict[str, Any], float]:
        """An answer, and what lost answers before it may have cost."""
        lost_usd, waited = 0.0, 1.0
        worst = self._cost(_bound(system + user), most)
        for attempt in range(1, ATTEMPTS + 1):
            if left is not None and worst is not None and lost_usd + worst > left:
                raise UnreachedError("a lost answer used up what was left of the budget", cost_usd=lost_usd)
            answer = self._once(system, user, most)
            if "error" not in answer:
                return answer, lost_usd
            said = f"{self.name}: {answer['message']}"
            if answer["error"] in ("absent", "refused"):
                raise UnreachedError(said, fix=_fix(answer, self.spec), cost_usd=lost_usd)
            # Nobody knows whether an answer that did not arrive is on the bill: the worst case is taken as paid.
            lost_usd += (worst or 0.0) if answer["error"] == "unknown" else 0.0
            if attempt < ATTEMPTS:
                self.server.wait(min(LONGEST_WAIT_S, answer.get("retry_after_s") or waited))
                waited *= 2
        fix = "Wait, or name another model; the run goes on with --resume"
        raise UnreachedError(f"{said}, {ATTEMPTS} times", fix=fix, cost_usd=lost_usd)

    def _once(self, system: str, user: str, most: int) -> dict[str, Any]:
        server, spec = self.server, self.spec
        request = {
            "op": "ask",
            "protocol": spec.protocol,
            "model": spec.model,
            "temperature": spec.temperature,
            "base_url": server.base_url,
            "max_tokens": most,
            "timeout_s": server.timeout_s,
            "system": system,
            "user": user,
        }
        answer = server.process.ask(request, timeout_s=server.timeout_s + START_S)
        return answer or {"error": "unknown", "message": f"no answer within {server.timeout_s:g} s"}

    def _affordable(self, left: float | None, text: str) -> int:
        """Tokens that the answer may have. Raises `BudgetError` when what is left does not pay for a useful one."""
        most = self.server.max_tokens
        worst = self._cost(_bound(text), most)
        if left is None:
            return most
        if worst is None:
            message = f"the price of {self.spec.model} is unknown, so no budget can be kept"
            raise UsageError(message, fix="Give it with --prices FILE, or leave out --budget-usd")
        if worst > left:
            raise BudgetError(f"the next call of {self.name} may cost ${worst:.4f}, ${left:.4f} is left")
        return most

    def _charged(self, answer: Mapping[str, Any], text: str, most: int) -> float | None:
        """US dollars of an answer; None when they are unknown: a server that counts no tokens of what was read, or none
        of what it wrote, has not said what it takes."""
        counted = answer["input"] > 0 and (answer["output"] > 0 or not answer["text"])
        if not counted and self._cost(_bound(text), most) != 0.0:
            return None
        return self._cost(answer["input"], answer["output"])

    def _cost(self, given: int, written: int) -> float | None:
        """US dollars of so many tokens; None when the price is unknown."""
        if self.spec.model in self.server.prices:
            read, wrote = self.server.prices[self.spec.model]
            self._table = "prices as given"
            return (given * read + written * wrote) / 1e6
        request = {"op": "price", "protocol": self.spec.protocol, "model": self.spec.model}
        answer = self.server.process.ask({**request, "input": given, "output": written}, timeout_s=START_S) or {}
        self._table = str(answer.get("table", ""))
        return answer.get("usd")


def _bound(text: str) -> int:
    return len(text.encode(errors="replace")) + FRAMING_TOKENS


def _language(brief: Brief) -> str:
    found = brief.parents[0].candidate.language if brief.parents else "python"
    return found if found in EDITABLE else "python"


def _fix(answer: Mapping[str, Any], spec: Spec) -> str:
    if answer["error"] == "absent":
        return "Install what speaks to models: pip install 'probatum[llm]'"
    key = "ANTHROPIC_API_KEY" if spec.protocol == "anthropic" else "OPENAI_API_KEY"
    return f"Look at {key}, the model's name and --base-url"


def _command() -> list[str]:
    return [sys.executable, "-s", "-P", "-m", "probatum.authors.chat.serve"]


def _environment(outside: Mapping[str, str]) -> dict[str, str]:
    """What the process that speaks to models may see: its keys, proxies and certificates, and where we are."""
    kept = {n: v for n, v in outside.items() if n.startswith(PASSED_ON) or n.upper() in PASSED_ON_NAMES}
    return {**kept, "PYTHONPATH": str(Path(__file__).resolve().parents[3])}
