"""What `probatum refine TASK --loop` does, and how `probatum replay` repeats it from the journal."""

from __future__ import annotations

import json
import shlex
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probatum import ledger
from probatum.checking import choose_tier, close_run, ended_early, open_lane
from probatum.cli import endings
from probatum.cli.output import hand_over
from probatum.cli.progress import progress
from probatum.cli.workspace import Workspace
from probatum.critic.bench import Bench
from probatum.critic.loop import Looped, loop
from probatum.critic.words import loop_text
from probatum.errors import JournalError, UsageError
from probatum.events import EventKind
from probatum.journal import Journal, load_secret, save_secret
from probatum.lab.seeds import Seeds, chosen_seeds, fresh_seeds, new_run_name
from probatum.report.words import visible
from probatum.search.compare import differences
from probatum.task.model import Task

if TYPE_CHECKING:
    from probatum.cli.refine import Wish

COMMAND = "refine --loop"


def run_loop(task: Task, wish: Wish, folder: Path, place: Workspace, shape: str) -> int:
    """One round: exits with 0 when it closed, with 3 when something unwanted is left and nothing admissible refuses
    it."""
    seeds = fresh_seeds() if wish.seed is None else chosen_seeds(wish.seed)
    run = new_run_name()
    options = {"command": COMMAND, "task": shlex.quote(wish.task), "mutants": wish.most, "version": folder.name}
    if folder.exists():
        raise UsageError(f"{folder} is already there", fix="Name another folder with --out")
    with Journal.open(place.path) as journal:
        save_secret(place.path, run, seeds.secret)
        ledger.begin(journal, run, task, seeds, options)
        with ended_early(journal, place.path, run, seeds):
            made = _round(journal, run, task, seeds, folder, wish.most, wish.tier, shlex.quote(wish.task))
        close_run(journal, place.path, run, seeds, "closed" if made.closed else "not closed")
        head = journal.head()
    code = endings.ACCEPTED if made.closed or not made.found.weaknesses else endings.INCONCLUSIVE
    if shape == "json":
        text = json.dumps({**made.as_json(), "run": run, "journal_head": head}, ensure_ascii=False)
    else:
        told = loop_text(made, f"probatum replay {run}{place.option}")
        text = "\n".join(visible(line) for line in told.splitlines())
    return hand_over(text, wish.output, code)


def _round(
    journal: Journal, run: str, task: Task, seeds: Seeds, folder: Path, most: int, tier: str, word: str
) -> Looped:
    with (
        progress(f"closing the loop over {task.name}") as say,
        open_lane(task, choose_tier(tier), seeds) as lane,  # type: ignore[arg-type]  # click has checked the word
    ):
        return loop(Bench(task=task, lane=lane, seeds=seeds, task_word=word, say=say), journal, run, folder, most)


def is_loop(journal: Journal, run: str) -> bool:
    """Whether a run of the journal is a loop over a specification."""
    return _options(journal, run).get("command") == COMMAND


def _options(journal: Journal, run: str) -> dict[str, Any]:
    first = next(journal.events(run=run, kind=EventKind.RUN_STARTED), None)
    options = first.body["options"] if first is not None else None
    return dict(options) if isinstance(options, dict) else {}


def loop_differences(journal: Journal, run: str, task: Task, workspace: Path, tier: str) -> list[str]:
    """Repeat a loop in a workspace of its own with the recorded secret; where it differs from the record."""
    options = _options(journal, run)
    started: Any = next(journal.events(run=run, kind=EventKind.RUN_STARTED)).body
    seeds = _seeds(journal, run, started, workspace)
    with tempfile.TemporaryDirectory(prefix="probatum-replay-") as scratch, Journal.open(Path(scratch)) as again:
        ledger.begin(again, run, task, seeds, options)
        folder = Path(scratch) / "versions" / str(options["version"])
        made = _round(again, run, task, seeds, folder, int(options["mutants"]), tier, str(options["task"]))
        close_run(again, Path(scratch), run, seeds, "closed" if made.closed else "not closed")
        return differences(journal.events(run=run), again.events(run=run))


def _seeds(journal: Journal, run: str, started: dict[str, Any], workspace: Path) -> Seeds:
    """The seeds of the recorded run, held against what it committed to."""
    if started["chosen_seed"] is not None:
        seeds = chosen_seeds(int(started["chosen_seed"]))
    else:
        shown = next(journal.events(run=run, kind=EventKind.SECRET_REVEALED), None)
        seeds = Seeds(secret=bytes.fromhex(str(shown.body["secret"])) if shown else load_secret(workspace, run))
    if seeds.commitment != started["commitment"]:
        raise JournalError(
            f"the secret of run {run} is not the one it committed to", fix="Restore the workspace from a copy"
        )
    return seeds
