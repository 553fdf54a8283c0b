"""The judge process: holds a task's executed suite and answers the controller's requests.

Runs sandboxed, because task files come from pull requests: no network, no files but the standard library and probatum
itself. A judge starts for every command: what only some commands ask for is imported where it is asked for.
"""

from __future__ import annotations

import gc
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probatum.errors import TaskError, UsageError
from probatum.judge.describing import describe
from probatum.judge.evidence import Tally
from probatum.judge.gears import run_gear
from probatum.judge.histories import Planned
from probatum.judge.loading import load_candidate
from probatum.judge.ports import Opening, Ran
from probatum.judge.remote import RemoteWorkers
from probatum.judge.selfcheck import selfcheck
from probatum.judge.suite import load_suite
from probatum.judge.trial import Trial
from probatum.lab.clock import cpu_s
from probatum.wire.frames import Stream
from probatum.wire.pairs import adopt

if TYPE_CHECKING:
    from probatum.judge.throughput.rounds import Measuring


YOUNG = 20_000
"""Objects made before garbage is looked for: a trial keeps all that it makes, and looking through it is a twentieth of
its cost."""


class Server:
    """State of the judge process: the loaded trial."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.trial: Trial | None = None
        self.workers: RemoteWorkers | None = None
        self.measuring: Measuring | None = None
        self.source = ""
        self.stages: list[list[list[Planned]]] = []
        self.shared: dict[str, list[list[Planned]]] = {}
        """Inputs that are the same for all programs that the critic compares."""
        self.known: dict[tuple[str, str], dict[int, Ran]] = {}
        """What a program that others are held against did on them, by its digest."""

    def serve(self) -> None:
        """Answer requests until the controller goes away."""
        while (request := self.stream.receive_json()) is not None:
            try:
                answer = getattr(self, "on_" + request["op"])(request)
            except TaskError as problem:
                answer = {
                    "task_error": {
                        "message": problem.message,
                        "file": problem.file,
                        "key": problem.key,
                        "line": problem.line,
                        "fix": problem.fix,
                    }
                }
            except Exception as problem:
                self.stream.send_json({"fault": fault_words(problem)})
                raise
            self.stream.send_json(answer)

    def on_task(self, request: dict[str, Any]) -> dict[str, Any]:
        """Execute the task file; describe it."""
        suite = load_suite(request["source"])
        self.trial = Trial(suite, cpu_s=request["cpu_s"])
        self.workers = RemoteWorkers(self.stream, reply_kb=request["reply_kb"])
        self.source, self.shared, self.known, self.stages = request["source"], {}, {}, []
        return {"outline": suite.interface.outline(), "suite": describe(suite)}

    def on_selfcheck(self, request: dict[str, Any]) -> dict[str, Any]:
        """Try every law on the oracle."""
        assert self.trial is not None
        return selfcheck(self.trial, requirements=tuple(request["requirements"]))

    def on_trial(self, request: dict[str, Any]) -> dict[str, Any]:
        """Run one gear on the candidate."""
        assert self.trial is not None and self.workers is not None
        before = cpu_s()
        if request["gear"] == "worlds":
            from probatum.judge.simulation.trial import simulate

            simulated = simulate(self.trial.suite, self.workers, request, self.trial.cpu_s)
            simulated.cpu_s = cpu_s() - before
            return {"report": simulated.as_json()}
        if request["gear"] == "apart":
            from probatum.judge.apart.gear import try_apart

            apart = try_apart(self.trial.suite, self.workers, request)
            apart.cpu_s = cpu_s() - before
            return {"report": apart.as_json()}
        if request["gear"] == "schedules":
            from probatum.judge.schedules.trial import try_schedules

            tried = try_schedules(self.trial.suite, self.workers, request)
            tried.cpu_s = cpu_s() - before
            return {"report": tried.as_json()}
        if request["gear"] == "interleaved":
            return {"report": self._interleaved(request, before)}
        report = run_gear(self.trial, self.workers, request)
        report.cpu_s = cpu_s() - before
        return {"report": report.as_json()}

    def _interleaved(self, request: dict[str, Any], before: float) -> dict[str, Any]:
        """Clients of a shared object in Rust; what runs them is asked of the controller."""
        from probatum.judge.interleaved.gears import try_interleaved, try_sampled

        def run(clients: Sequence[str], steps: bool, strong: bool) -> dict[str, Any]:
            how = {**request["variant"], "steps": steps, "strong": strong}
            self.stream.send_json({"interleave": {**how, "clients": list(clients)}})
            return dict(self.stream.receive_json()["said"])

        assert self.trial is not None
        trying = try_sampled if request["variant"].get("sampled") else try_interleaved
        tried = trying(self.trial.suite, run, request)
        tried.cpu_s = cpu_s() - before
        return tried.as_json()

    def on_freezing(self, request: dict[str, Any]) -> dict[str, Any]:
        """Clients whose threads are frozen to see who waits for whom."""
        from probatum.judge.interleaved.gears import freezing_texts

        assert self.trial is not None
        return {"clients": freezing_texts(self.trial.suite, request["seed"])}

    def on_frozen(self, request: dict[str, Any]) -> dict[str, Any]:
        """What was answered while they stood still, judged."""
        from probatum.judge.interleaved.gears import try_frozen

        assert self.trial is not None
        before = cpu_s()
        report = try_frozen(self.trial.suite, request["seed"], request["rows"])
        report.cpu_s = cpu_s() - before
        return {"report": report.as_json()}

    def on_crowd(self, request: dict[str, Any]) -> dict[str, Any]:
        """Larger clients, for threads of the system."""
        from probatum.judge.interleaved.gears import crowd_texts

        assert self.trial is not None
        return {"clients": crowd_texts(self.trial.suite, request["seed"], request["count"])}

    def on_objective(self, request: dict[str, Any]) -> dict[str, Any]:
        """Measure a candidate; laws are tried on every case as in a gear."""
        from probatum.judge.objective import benchmark_plans, measure, objective_plans

        assert self.trial is not None and self.workers is not None
        before, trial = cpu_s(), self.trial
        hidden = objective_plans(trial.drawers, request["seed"])
        known = benchmark_plans(trial.drawers) if request["benchmark"] else []
        plans = [*hidden, *known]
        opening = Opening(host=request["host"], random_seed=request["random_seed"])
        report = trial.gear(self.workers, plans, opening, Tally())
        rows = known_rows = []
        if not (report.shown or report.problem):
            rows, known_rows = (measure(trial.suite, part, report.transcripts) for part in (hidden, known))
        report.cpu_s = cpu_s() - before
        return {"report": report.as_json(), "rows": rows, "known": known_rows}

    def on_traffic(self, request: dict[str, Any]) -> dict[str, Any]:
        """Calls of a hidden seed, of a shared object that is to be measured."""
        from probatum.judge.throughput.rounds import Measuring

        assert self.trial is not None
        before = cpu_s()
        self.measuring = Measuring.of(self.trial.suite, request["seed"], request["threads"])
        return {"text": self.measuring.text, "rounds": len(self.measuring.traffic), "cpu_s": cpu_s() - before}

    def on_rounds(self, request: dict[str, Any]) -> dict[str, Any]:
        """What was answered to them, judged."""
        assert self.measuring is not None
        before = cpu_s()
        report = self.measuring.judged(request["replies"])
        report.cpu_s = cpu_s() - before
        return {"report": report.as_json()}

    def on_load(self, request: dict[str, Any]) -> dict[str, Any]:
        """Load the candidate in a fresh worker and say what came of it."""
        assert self.workers is not None
        return {"load": load_candidate(self.workers)}

    def on_glue(self, request: dict[str, Any]) -> dict[str, Any]:
        """The text that joins a candidate in Rust to the worker's runtime, or to the harness of shared objects."""
        from probatum.toolchains.rust.concurrent.clients import shared_text  # few tasks are asked for it
        from probatum.toolchains.rust.concurrent.sendable import sendable_text
        from probatum.toolchains.rust.concurrent.timed import timed_text
        from probatum.toolchains.rust.generate import main_text

        assert self.trial is not None
        made = {"worker": main_text, "shared": shared_text, "timed": timed_text, "sendable": sendable_text}
        return {"glue": made[request["form"]](self.trial.suite.interface, request["own"])}

    def on_history(self, request: dict[str, Any]) -> dict[str, Any]:
        """Judge a recorded history against the oracle."""
        from probatum.judge.historical import judge_against_oracle

        assert self.trial is not None
        try:
            found = judge_against_oracle(self.trial.suite, request["rows"], request["made_with"], request["most_steps"])
        except UsageError as problem:
            return {"usage": problem.message, "fix": problem.fix}
        return {"history": {**found.as_json(), "stuck_line": None if found.stuck is None else found.stuck.line}}

    def on_rejudge(self, request: dict[str, Any]) -> dict[str, Any]:
        """Judge a stored transcript again: a pure function of task and transcript."""
        from probatum.judge.rejudge import rejudge

        assert self.trial is not None
        return {"laws": rejudge(self.trial.suite, request["transcript"].encode())}

    def on_matrix(self, request: dict[str, Any]) -> dict[str, Any]:
        """Every law that the candidate breaks on the shared inputs; nothing is shrunk."""
        from probatum.judge.matrix import matrix_plans, matrix_row

        assert self.trial is not None and self.workers is not None
        if not self.stages:
            self.stages = matrix_plans(self.trial)
        before = cpu_s()
        row = matrix_row(self.trial.suite, self.workers, self.stages, Opening(random_seed=1, cpu_s=request["cpu_s"]))
        return {"row": {**row.as_json(), "judge_cpu_s": cpu_s() - before}}

    def on_differ(self, request: dict[str, Any]) -> dict[str, Any]:
        """The smallest input on which the candidate and the other program differ, over the named gears."""
        from probatum.judge.differ import find_difference

        assert self.trial is not None and self.workers is not None
        depth, calls, seed = request["depth"], request["calls"], request["seed"]
        gears = {
            "corpus": lambda trial: trial.corpus(),
            "exhaustive": lambda trial: trial.exhaustive(depth, calls),
            "fresh": lambda trial: trial.fresh(seed, calls=3000, histories=120),
        }
        one = Opening(random_seed=1, cpu_s=request["cpu_s"])
        both = (one, replace(one, control=True))
        stored = request.get("stored", ())
        for gear in request["gears"]:
            key = f"{gear} {depth} {calls} {seed}"
            plans = self.trial.stored(stored) if stored else self._shared(key, gears[gear])
            known = {} if stored else self.known.setdefault((request["other"], key), {})
            found = find_difference(self.trial.suite, self.workers, plans, both, known)
            if found is not None:
                return {"difference": found.as_json()}
        return {"difference": None}

    def _shared(self, key: str, make: Callable[[Trial], list[list[Planned]]]) -> list[list[Planned]]:
        assert self.trial is not None
        if key not in self.shared:
            self.shared[key] = make(self.trial)
        return self.shared[key]

    def on_exercised(self, request: dict[str, Any]) -> dict[str, Any]:
        """How often premises, goals and assertions are exercised on the oracle."""
        from probatum.judge.exercised import exercised

        assert self.trial is not None
        return exercised(self.trial, self.source)

    def on_shape(self, request: dict[str, Any]) -> dict[str, Any]:
        """The methods with some legal answers each."""
        from probatum.judge.shape import shape

        assert self.trial is not None
        return {"shape": shape(self.trial.suite)}


def fault_words(problem: Exception) -> str:
    """What went wrong in the judge itself, and where: the process ends with it, and nobody sees its traceback."""
    frames = traceback.extract_tb(problem.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(problem).__name__}: {problem}"[:500] + place


def main() -> None:
    """Entry of the judge process: the descriptor of its socket is the only argument."""
    gc.set_threshold(YOUNG, 20, 20)
    Server(Stream(adopt(int(sys.argv[1])))).serve()
