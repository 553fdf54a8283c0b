"""Running the baselines beside a result of `run`."""

from __future__ import annotations

from collections import Counter

from probatum.cli.onesearch import Runner
from probatum.cli.progress import note
from probatum.lab.seeds import Seeds, chosen_seeds, fresh_seeds
from probatum.search.baselines import SEEDS, STRATEGIES, baseline_options, baselines_of
from probatum.search.state import State
from probatum.task.model import Task


def wanted(state: State, asked: bool | None) -> bool:
    """Whether baselines are run: by default beside what `evolve` came to, where no model would be paid again."""
    if state.end is None or state.options.strategy != "evolve":
        return bool(asked) and state.end is not None
    return asked if asked is not None else "chat:" not in state.options.author


def run_baselines(runner: Runner, task: Task, state: State) -> bool:
    """Every strategy with every seed that the journal does not hold yet, one after the other; False when a person
    stopped them."""
    held = Counter(row.strategy for row in baselines_of(runner.journal, state.run))
    for number in range(SEEDS):
        for strategy in STRATEGIES:
            if number < held[strategy]:
                continue
            note(f"baseline {strategy}, {number + 1} of {SEEDS}", quiet=True)
            found, _ = runner.begun(task, baseline_options(state, strategy), _seeds(state.chosen, number))
            if found.end is None:
                return False
    return True


def _seeds(rng_seed: int | None, number: int) -> Seeds:
    """Draws of its own for each; they follow from the number a person gave, if there is one."""
    return fresh_seeds() if rng_seed is None else chosen_seeds(rng_seed + 1 + number)
