"""Running the baselines beside a result of `run`."""

from __future__ import annotations

from probatum.cli.onesearch import Runner
from probatum.cli.progress import note
from probatum.lab.seeds import Seeds, chosen_seeds, fresh_seeds
from probatum.search.baselines import SEEDS, STRATEGIES, baseline_options
from probatum.search.state import State


def wanted(state: State, asked: bool | None) -> bool:
    """Whether baselines are run: by default beside what `evolve` came to, where no model would be paid again."""
    if state.end is None or state.options.strategy != "evolve":
        return bool(asked) and state.end is not None
    return asked if asked is not None else "chat:" not in state.options.author


def run_baselines(runner: Runner, word: str, state: State, rng_seed: int | None) -> bool:
    """Every strategy with every seed, one after the other; False when a person stopped them."""
    for number in range(SEEDS):
        for strategy in STRATEGIES:
            note(f"baseline {strategy}, {number + 1} of {SEEDS}", quiet=True)
            found, _ = runner.begun(word, baseline_options(state, strategy), _seeds(rng_seed, number))
            if found.end is None:
                return False
    return True


def _seeds(rng_seed: int | None, number: int) -> Seeds:
    """Draws of its own for each; they follow from the number a person gave, if there is one."""
    return fresh_seeds() if rng_seed is None else chosen_seeds(rng_seed + 1 + number)
