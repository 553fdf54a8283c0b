"""What `run` and `replay` share: lanes, authors by name, and the search put together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from probatum.authors.base import Author
from probatum.authors.view import public_view
from probatum.candidate import EDITABLE, Candidate
from probatum.checking import open_lane
from probatum.cli.strategy import OF_RUN
from probatum.errors import UsageError
from probatum.journal import Journal
from probatum.judge.lane import Lane
from probatum.lab.files import read_candidate
from probatum.lab.seeds import Seeds
from probatum.ledger import candidate_of
from probatum.sandbox.policy import Tier
from probatum.search.knowledge import Knowledge
from probatum.search.loop import Search
from probatum.search.options import Options
from probatum.search.start import opener, read_run, seed_of
from probatum.search.state import State
from probatum.search.workers import Workers
from probatum.task.model import Task
from probatum.toolchains.python.pair import HOSTS

if TYPE_CHECKING:
    from probatum.authors.chat import Server

SUFFIXES = {".py": "python", ".rs": "rust"}


@dataclass(slots=True)
class Lanes:
    """Lanes of one task. The first is opened at once: it probes the sandbox and tries the laws on the oracle."""

    task: Task
    tier: Tier
    seeds: Seeds
    first: Lane
    _spare: list[Lane] = field(default_factory=list)

    @contextmanager
    def lane(self) -> Iterator[Lane]:
        """The first lane to whoever asks first, then new ones."""
        if self._spare:
            yield self._spare.pop()
        else:
            with Lane(self.task, tier=self.tier, hash_seeds=self.seeds.hash_seeds(HOSTS)) as lane:
                lane.probed = self.first.probed
                yield lane


@contextmanager
def opened_lanes(task: Task, tier: Tier, seeds: Seeds) -> Iterator[Lanes]:
    """Lanes for a task; raises `TaskError` when a law is false of the oracle."""
    with open_lane(task, tier, seeds) as first:
        lanes = Lanes(task, tier, seeds, first)
        lanes._spare.append(first)
        yield lanes


def author_of(options: Options, journal: Journal) -> Author:
    """The author a run names: ``offline``, ``script:PATH``, ``replay:RUN``, ``chat:PROTOCOL:MODEL@T``, or several with
    commas between. Raises `UsageError`."""
    names = options.author.split(",")
    server = _server(options) if any(name.startswith("chat:") for name in names) else None
    members = tuple(_member(name.strip(), journal, server) for name in names)
    if len(members) == 1:
        return members[0]
    from probatum.authors.ensemble import Ensemble

    return Ensemble(members)


def name_of(word: str) -> str:
    """How the author of a run calls itself in the journal."""
    return ",".join(name if name.startswith("chat:") else name.partition(":")[0] for name in word.split(","))


def _member(word: str, journal: Journal, server: Server | None) -> Author:
    kind, _, rest = word.partition(":")
    if word in ("offline", "offline:sketch"):
        from probatum.authors.offline import Offline

        return Offline(sketches_only=word == "offline:sketch")
    if kind == "script" and rest:
        from probatum.authors.script import read_script

        return read_script(Path(rest))
    if kind == "replay" and rest:
        from probatum.authors.replay import read_replies

        return read_replies(journal, rest)
    if server is not None and rest:
        from probatum.authors.chat import Chat, spec_of

        return Chat(spec=spec_of(rest), server=server)
    raise UsageError(
        f"no author is called '{word}'", fix="Use offline, offline:sketch, script:PATH, replay:RUN, or --models"
    )


def _server(options: Options) -> Server:
    from probatum.authors.chat import Server

    return Server(base_url=options.base_url, prices=_prices(options.prices))


def _prices(path: str) -> dict[str, tuple[float, float]]:
    """US dollars per million tokens, read and written, by model."""
    if not path:
        return {}
    try:
        rows = json.loads(Path(path).read_text())
        return {str(model): (float(read), float(wrote)) for model, (read, wrote) in rows.items()}
    except (OSError, ValueError, TypeError, AttributeError) as problem:
        fix = 'Write {"MODEL": [3.0, 15.0]}: US dollars per million tokens, read and written'
        raise UsageError(f"{path} holds no prices: {problem}", fix=fix) from None


def seed_candidate(task: Task, word: str, journal: Journal) -> Candidate | None:
    """The candidate to start from: the folder, file or run a person named, or a file that the task ships in ``seed``;
    else the task's own, else none. Raises `UsageError`."""
    if word.startswith(OF_RUN):
        return _best_of(journal, word.removeprefix(OF_RUN))
    path = Path(word)
    shipped = task.files.get(f"seed/{word}")
    if word and path.suffix in SUFFIXES and not (path.exists() or shipped):
        names = sorted(n.removeprefix("seed/") for n in task.files if n.startswith("seed/") and n.count("/") == 1)
        fix = (
            f"Name a file, or one of the task's own: {', '.join(names)}"
            if names
            else "Name a file; the task ships none"
        )
        raise UsageError(f"there is no source {word}", fix=fix)
    if not word or not (path.is_file() or shipped):
        return read_candidate(path) if word else seed_of(task)
    language = SUFFIXES.get(path.suffix)
    if language is None:
        raise UsageError(f"{path} is no Python or Rust source", fix="Give a file that ends in .py or .rs")
    source = path.read_bytes() if path.is_file() else shipped
    return Candidate(files={EDITABLE[language]: source or b""}, author="seed")


def _best_of(journal: Journal, run: str) -> Candidate:
    """The best candidate of a run, as a seed."""
    best = read_run(journal, run).latest
    found = None if best is None else candidate_of(journal, best.candidate)
    if found is None:
        raise UsageError(f"run {run} has judged no candidate", fix="Name another run, or leave out --extend")
    return Candidate(files=found.files, author="seed", refusal=found.refusal)


@contextmanager
def searching(
    *,
    journal: Journal,
    state: State,
    seeds: Seeds,
    author: Author,
    knowledge: Knowledge,
    seed: Candidate | None,
    lanes: Lanes,
    workers: int,
) -> Iterator[Search]:
    """A search ready to run; its workers are closed at the end."""
    task = lanes.task
    suite = lanes.first.suite
    laws = [*suite["laws"], *(law for rows in suite["worlds"].values() for law in rows)]
    laws += [suite["objective"]] if suite["objective"] else []
    view = public_view(task, list({law["name"]: law for law in laws}.values()))
    with ExitStack() as stack:
        opens = opener(task, seeds, state.run, state.options, lanes.lane)
        pool = stack.enter_context(Workers(opens, workers))
        stack.callback(getattr(author, "close", lambda: None))
        yield Search(
            journal=journal,
            state=state,
            seeds=seeds,
            author=author,
            view=view,
            knowledge=knowledge,
            workers=pool,
            seed=seed,
        )
