"""One trial of a shared object: patterns, every small client, drawn ones, until something is found."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from probatum.judge.compare import SENTENCES
from probatum.judge.evidence import GearReport, Shown
from probatum.judge.interleaved.clients import (
    MARK,
    SAMPLED,
    Client,
    Making,
    write_client,
)
from probatum.judge.interleaved.crowd import halves
from probatum.judge.interleaved.heard import Heard, read_heard
from probatum.judge.interleaved.show import lines_of
from probatum.judge.interleaved.verdicts import broken
from probatum.judge.schedules.verdicts import Broken, Specification
from probatum.task.interface import SutClass
from probatum.transcript import Ending, Transcript
from probatum.types.codec import DecodeError

BATCH = 48
"""Clients of one process."""
STUCK = 4
"""Clients that do not come to an end after which the trial does: others may still show what is wrong."""
SHRINKING, SHRINKING_LARGE = 12, 40
"""Rounds in which a failing client is made smaller, or a large one."""

Run = Callable[[Sequence[str], bool, bool], Mapping[str, Any]]
"""Runs clients in a process of the candidate, with every access told or not, with sequentially consistent accesses
in one order or not: what the harness said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """A history that breaks a law, with its stored form."""

    client: Client
    heard: Heard
    reply: str
    broken: Broken
    exact: bool = False
    """Whether the memory model allows it: no fence stands against an access, and every store is remembered."""

    @property
    def certain(self) -> bool:
        """Whether sequentially consistent accesses cannot save it: it is allowed for sure, or every load returned the
        latest value, so that it is an interleaving. A race depends on more than values, and of a process that was
        killed nobody knows."""
        return self.exact or (not self.heard.stale and self.heard.failed not in ("race", "signal"))


@dataclass(slots=True, kw_only=True)
class Trial:
    """One trial; ``counts`` says what was covered."""

    declared: SutClass
    run: Run
    seed: str
    report: GearReport = field(default_factory=GearReport)
    counts: dict[str, int] = field(default_factory=dict)
    oracles: dict[str, Specification] = field(default_factory=dict)
    patience: int = STUCK
    """How many more clients may get stuck; 0 after any other problem."""
    tried: int = 0
    """Clients of the latest batch up to the one, if any, that got stuck."""
    fences: bool = True
    """Whether the candidate may have fences, which Loom has order each other and no access."""
    strong: bool = False
    """Whether sequentially consistent accesses are more than they promise by now, and no longer less."""
    doubt: str = ""
    """What went wrong while they were less, and does not while they are more."""
    mark: str = MARK
    """Whether every interleaving is run (`MARK`), or some are drawn (`SAMPLED`)."""

    @property
    def over(self) -> bool:
        """Whether something was found that ends the trial. A problem stays one whatever comes after it, but for a
        refutation."""
        return bool(self.report.shown) or (self.report.problem is not None and self.patience <= 0)

    def every(self, clients: Iterator[Client], kind: str) -> None:
        """Every interleaving of each client within the bound, until something is found."""
        batch: list[Client] = []
        while not self.over and (batch := batch or list(islice(clients, BATCH))):
            failing = self.failing(batch, kind)
            if failing is not None and not self.strong and not failing.exact:
                self.strong = True  # also for making it smaller: what then fails stands
                failing = failing if failing.certain else self._standing(failing, batch, kind)
            batch = batch[self.tried :]
            if failing is not None:
                self._show(*self._smallest(failing))

    def finish(self) -> None:
        """What was in doubt on the way stays in doubt where nothing else was found."""
        if self.doubt and not self.report.shown:
            self.report.problem = self.report.problem or ("INCONCLUSIVE", self.doubt)

    def _standing(self, failing: Failing, batch: Sequence[Client], kind: str) -> Failing | None:
        """The failure as it is with stronger accesses. Where there is none then, what fails in the batch all the same;
        from here on everything is run with those."""
        again = self.failing([failing.client])
        if again is not None:
            return again
        advice = (
            "put fence(Ordering::SeqCst) between a store and the load that must not pass it"
            if self.fences
            else "one place was stored to more often than Loom remembers, so it may show what cannot be"
        )
        self.doubt = (
            f"{failing.broken.law} fails where SeqCst accesses order each other and fences order fences, as Loom has "
            f"them, and does not where each sees what came before; {advice} "
            f"[{'; '.join(failing.client.program.lines())}]"
        )
        return self.failing(batch, kind)

    def failing(self, batch: Sequence[Client], kind: str = "", *, steps: bool = False) -> Failing | None:
        """The first history that breaks a law; what else goes wrong is a problem of the report."""
        said = self.run([client.text(self.declared) for client in batch], steps, self.strong)
        self.tried = len(batch)
        found = None
        try:
            for row in said["histories"]:
                if found is None or not (found.certain or found.broken.unknown or self.strong):
                    found = self._better(found, self._judged(batch, row))
        except DecodeError as problem:
            self._problem("INCONCLUSIVE", f"the harness's process says what is no history: {problem}", kind)
            return None
        if found is not None and not found.broken.unknown:
            return found
        if found is not None:
            lines = "; ".join(found.client.program.lines())
            stuck = found.heard.failed == "limit"
            self._problem("INCONCLUSIVE", f"{_unclear(found)} [{lines}]", kind, stuck=stuck)
            self.tried = 1 + max(row["client"] for row in said["histories"]) if stuck else len(batch)
        elif said["ended"] == "complete" and {row["client"] for row in said["histories"]} != set(range(len(batch))):
            self._problem("INCONCLUSIVE", "the harness's process says that it is done, and shows no history", kind)
        elif said["ended"] != "complete":
            why = f"the run ended before every interleaving was seen: {said['ended']}"
            self._problem("INCONCLUSIVE", f"{why}{': ' + said['why'] if said['why'] else ''}", kind)
        elif kind:
            self._keep(batch, said["histories"])
            self._count(kind, len(batch))
            self._count("executions" if self.mark == MARK else "random_schedules", sum(said["complete"]))
            self._count("histories", len(said["histories"]))
        return None

    def _better(self, found: Failing | None, other: Failing | None) -> Failing | None:
        """The first that is certain, else the first."""
        return other if found is None or (other is not None and other.certain and not other.broken.unknown) else found

    def _keep(self, batch: Sequence[Client], rows: Sequence[Mapping[str, Any]]) -> None:
        """The last history of a batch stays as a sample of what was judged."""
        for row in rows[-1:]:
            self.report.transcripts.append(transcript_of(batch[row["client"]], reply_of(row)))

    def _judged(self, batch: Sequence[Client], row: Mapping[str, Any]) -> Failing | None:
        client = batch[row["client"]]
        reply = reply_of(row)
        heard = read_heard(client, reply)
        verdict = broken(self._specification(client), client, heard)
        exact = not self.fences and not row.get("lost", True)
        return (
            None if verdict is None else Failing(client=client, heard=heard, reply=reply, broken=verdict, exact=exact)
        )

    def _specification(self, client: Client) -> Specification:
        made = client.program.made
        if (name := repr(made)) not in self.oracles:
            self.oracles[name] = Specification(self.declared, made)
        return self.oracles[name]

    def _problem(self, outcome: str, text: str, kind: str, *, stuck: bool = False) -> None:
        if kind:  # a smaller client that says nothing is only not chosen
            self.report.problem = self.report.problem or (outcome, text)
            self.patience = self.patience - 1 if stuck else 0

    def _smallest(self, failing: Failing) -> tuple[Failing, bool]:
        """The same law broken by a client with fewer calls, with its accesses; and whether none is smaller, which is
        not known of those of which some schedules were drawn."""
        making = Making(self.declared, self.seed)
        minimal = False
        for _ in range(SHRINKING if self.mark == MARK else SHRINKING_LARGE):
            smaller = self._smaller(making, failing)
            if smaller is None:
                minimal = self.mark == MARK
                break
            failing = smaller
        told = self.failing([failing.client], steps=True)
        return (told if told is not None and told.broken.law == failing.broken.law else failing), minimal

    def _smaller(self, making: Making, failing: Failing) -> Failing | None:
        large = filter(making.fits, halves(failing.client)) if self.mark == SAMPLED else ()
        for client in chain(large, making.smaller(failing.client)):
            found = self.failing([client])
            if found is not None and found.broken.law == failing.broken.law:
                return found
        return None

    def _show(self, failing: Failing, minimal: bool) -> None:
        law, client = failing.broken.law, failing.client
        mark = self.declared.concurrent
        shown = Shown(
            law=law,
            sentence=SENTENCES[law],
            requirements=mark.requirements if mark is not None else (),
            input=(*client.lines(), *lines_of(client, failing.heard)),
            observed=failing.broken.observed,
            expected=failing.broken.expected or SENTENCES[law],
            transcript=transcript_of(client, failing.reply),
            minimal=minimal,
        )
        self.report.problem = None  # that others got stuck says less
        self.report.shown.append(shown)
        self.report.tally.failed += 1

    def _count(self, name: str, more: int) -> None:
        self.counts[name] = self.counts.get(name, 0) + more


def reply_of(row: Mapping[str, Any]) -> str:
    """A history as it is stored, from a row of what the harness said."""
    told = (row["events"], row["stale"], row["failed"], row["why"], row["steps"])
    return json.dumps(told, separators=(",", ":"))


def transcript_of(client: Client, reply: str) -> Transcript:
    """One history as a transcript."""
    ending = Ending(how="completed")
    return Transcript(segments=(client.item(),), replies=(reply,), ending=ending, uses=(write_client(client),))


def _unclear(found: Failing) -> str:
    if found.heard.failed == "limit":
        why = "after thousands of accesses" if "branches" in found.heard.why else found.heard.why
        return f"exploring does not come to an end ({why}); a loop that waits calls hint::spin_loop():"
    return f"a history cannot be judged: {found.broken.observed}"
