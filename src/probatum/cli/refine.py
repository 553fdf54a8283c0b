"""`probatum refine`: what a specification does not require, and how to make it."""

from __future__ import annotations

import json
import shlex

import click

from probatum.cli.common import json_option, sandbox_option, seed_option, workspace_option
from probatum.cli.progress import note, progress
from probatum.cli.workspace import Workspace, choose


@click.command("refine")
@click.argument("task")
@click.option("--mutants", "most", type=click.IntRange(1), default=120, show_default=True, help="Mutants per program.")
@seed_option
@sandbox_option
@workspace_option
@json_option
def command(task: str, most: int, seed: int | None, tier: str, workspace: str | None, as_json: bool) -> int:
    """Report what the specification of TASK does not require, worst first."""
    from probatum.cli import endings
    from probatum.critic.words import strength_text
    from probatum.report.words import visible

    place = choose(workspace)
    note(place.note, quiet=as_json)
    found = _report(task, most, seed, tier, place)
    if as_json:
        print(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        click.echo("\n".join(visible(line) for line in strength_text(found).splitlines()))
    return endings.ACCEPTED if not found.weaknesses else endings.INCONCLUSIVE


def _report(word: str, most: int, seed: int | None, tier: str, place: Workspace):  # type: ignore[no-untyped-def]
    from probatum.checking import choose_tier, open_lane
    from probatum.critic.bench import Bench
    from probatum.critic.history import accepted_programs, accepted_transcripts
    from probatum.critic.strength import strength
    from probatum.journal import Journal
    from probatum.lab.files import read_task
    from probatum.lab.seeds import chosen_seeds, fresh_seeds

    task = read_task(word)
    seeds = fresh_seeds() if seed is None else chosen_seeds(seed)
    with Journal.open(place.path) as journal, progress(f"looking for what {task.name} leaves open") as say:
        accepted = accepted_programs(journal, task.name, task.digest)
        transcripts = accepted_transcripts(journal, task.name)
        with open_lane(task, choose_tier(tier)) as lane:  # type: ignore[arg-type]  # click has checked the word
            bench = Bench(task=task, lane=lane, seeds=seeds, task_word=shlex.quote(word), say=say)
            return strength(bench, most=most, accepted=accepted, transcripts=transcripts)
