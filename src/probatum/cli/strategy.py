"""The options of `run` that say how it searches, and the value they make."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from probatum.search.options import Options

OF_RUN = "run:"
"""What a seed begins with that is the best candidate of a run."""
WINDOW = 4
"""Candidates in flight; part of the run, so that the number of workers is not."""
NAMES = ("evolve", "iid", "sequential", "local-search")
GENERATION = 8
"""Questions in a generation, unless a person says otherwise."""
EVOLVING = (
    "generations",
    "islands",
    "migrate_every",
    "generation_size",
    "stepping_stones",
    "inject_patterns",
    "bandit",
)
"""Options that mean nothing without generations: each asks for `evolve`."""

_COUNT = click.IntRange(1)
_MORE = click.FloatRange(0, min_open=True)
_OPTIONS = (
    click.option(
        "--strategy",
        type=click.Choice(NAMES),
        help="How parents are chosen  [default: local-search; evolve when one of the next seven is given]",
    ),
    click.option("--generations", metavar="N", type=_COUNT, help="End after N generations."),
    click.option("--generation-size", metavar="N", type=_COUNT, help=f"Questions in each  [default: {GENERATION}]"),
    click.option("--islands", metavar="N", type=_COUNT, help="Populations in a ring  [default: 2]"),
    click.option("--migrate-every", metavar="N", type=_COUNT, help="Generations between migrations  [default: 10]"),
    click.option("--stepping-stones", is_flag=True, help="Start now and then from the first in a band of scores."),
    click.option(
        "--inject-patterns", is_flag=True, help="Ask now and then for an operator-reviewed pattern or template."
    ),
    click.option(
        "--bandit",
        type=click.Choice(("cost", "ucb1", "none")),
        help="How evolve picks author and operator: by gain per dollar, as published, by fixed shares  [default: cost]",
    ),
    click.option("--models", metavar="M@T,M@T", default="", help="Models as authors: PROTOCOL:MODEL@TEMPERATURE."),
    click.option("--base-url", metavar="URL", default="", help="Where the models are  [default: the vendor's]"),
    click.option("--prices", metavar="FILE", default="", help='JSON: {"MODEL": [USD per million read, written]}.'),
    click.option(
        "--cases", metavar="N", type=_COUNT, help="Fresh calls of a trial  [default: as the task's gate asks]"
    ),
    click.option("--max-candidates", metavar="N", type=_COUNT, help="Different candidates to try  [default: 1000]"),
    click.option("--cpu-s", metavar="S", type=_MORE, help="CPU seconds for trials."),
    click.option("--wall-s", metavar="S", type=_MORE, help="Seconds for this command."),
    click.option("--budget-usd", metavar="USD", type=_MORE, help="US dollars for models; never exceeded."),
    click.option(
        "--seed",
        "seed_file",
        metavar="FILE",
        default="",
        help="Start from this source (.py or .rs), or one of the task's seed/.",
    ),
    click.option("--seed-candidate", metavar="DIR", default="", help="Or from this candidate  [default: seed/stub]"),
    click.option("--extend", metavar="RUN", default="", help="Or from the best candidate of a run that has ended."),
)


def strategy_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command, in the order of `_OPTIONS`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def members_of(word: str) -> tuple[str, ...]:
    """The authors of a list; none where there is only one, because then nobody has to be chosen."""
    names = tuple(name.strip() for name in word.split(","))
    return names if len(names) > 1 else ()


def authors_of(author: str | None, models: str) -> str:
    """The list of authors: those named, and the models; offline where there is none. Raises `UsageError`."""
    from probatum.authors.chat.spec import spec_of

    named = [author] if author else []
    return ",".join([*named, *(spec_of(model).name for model in models.split(",") if model)]) or "offline"


def options_of(task: str, given: dict[str, Any]) -> Options:
    """The options of a run as a person gave them; takes what it reads out of ``given``. Raises `UsageError`."""
    from probatum.errors import UsageError
    from probatum.search.options import Options

    chosen = {name: given.pop(name) for name in EVOLVING}
    extended = given.pop("extend")
    seeds = [given.pop("seed_file"), given.pop("seed_candidate"), OF_RUN + extended if extended else ""]
    if sum(map(bool, seeds)) > 1:
        raise UsageError("there are several seeds: --seed, --seed-candidate, --extend", fix="Give one of them")
    named = given.pop("strategy")
    author = authors_of(given.pop("author"), given.pop("models"))
    asked = [name for name, value in chosen.items() if value]
    strategy = named or ("evolve" if asked else "local-search")
    if strategy != "evolve" and asked:
        flag = "--" + asked[0].replace("_", "-")
        raise UsageError(f"{flag} means nothing to the strategy {strategy}", fix="Leave it out, or use evolve")
    return Options(
        window=1 if strategy == "sequential" else WINDOW,
        task=shlex.quote(task),
        seed="".join(seeds),
        strategy=strategy,
        generations=chosen["generations"],
        generation_size=(chosen["generation_size"] or GENERATION) if strategy == "evolve" else 0,
        islands=(chosen["islands"] or 2) if strategy == "evolve" else 1,
        migrate_every=chosen["migrate_every"] or 10,
        stepping_stones=chosen["stepping_stones"],
        inject_patterns=chosen["inject_patterns"],
        bandit=(chosen["bandit"] or "cost") if strategy == "evolve" else "none",
        members=members_of(author),
        author=author,
        base_url=given.pop("base_url"),
        prices=given.pop("prices"),
        cases=given.pop("cases") or 0,
        max_candidates=given.pop("max_candidates") or 1000,
        **{name: given.pop(name) for name in ("cpu_s", "wall_s", "budget_usd")},
    )
