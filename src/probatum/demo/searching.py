"""The search of the demo: the same parts that `probatum run` uses."""

from __future__ import annotations

from pathlib import Path

from probatum.cli import searching
from probatum.journal import Journal, forget_secret, load_secret, save_secret
from probatum.lab.files import read_task
from probatum.lab.seeds import fresh_seeds, new_run_name
from probatum.ledger import candidate_of
from probatum.sandbox.policy import Tier
from probatum.search.knowledge import knowledge_before
from probatum.search.start import begin_run, seed_of, seeds_of
from probatum.search.state import Options, State


def search(name: str, workspace: Path, tier: Tier, most: int) -> tuple[State, str]:
    """Search with the offline author; the final state, and the source of the accepted candidate ("" when none)."""
    task = read_task(name)
    seeds, run, seed = fresh_seeds(), new_run_name(), seed_of(task)
    with Journal.open(workspace) as journal, searching.opened_lanes(task, tier, seeds) as lanes:
        save_secret(workspace, run, seeds.secret)
        options = Options(
            max_candidates=most,
            cpu_s=None,
            wall_s=None,
            window=4,
            author="offline",
            task=name,
            seed="",
            seeded=seed is not None,
        )
        state = begin_run(journal, run, task, seeds, options)
        with searching.searching(
            journal=journal,
            state=state,
            seeds=seeds_of(state, lambda: load_secret(workspace, run)),
            author=searching.author_of(state.options, journal),
            knowledge=knowledge_before(journal, task.digest, task.name, state.options.horizon(state.first_seq)),
            seed=seed,
            lanes=lanes,
            workers=2,
        ) as ongoing:
            for _ in ongoing.run():
                pass
        forget_secret(workspace, run)
        accepted = state.end is not None and state.end["accepted"]
        found = candidate_of(journal, str(state.end["candidate"])) if accepted and state.end is not None else None
        return state, found.source if found is not None else ""
