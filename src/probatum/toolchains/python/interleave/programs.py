"""Runs small programs of threads on a candidate, each by a schedule, and says what happened.

Standard library only; loaded into the worker host. An item is ``[calls, threads, schedule, most, labels, order,
changes, after]``: calls made before (making the instance first), per thread its calls, the acting thread of the first
steps, the most steps, whether to say what each step does, for random schedules priorities with the steps that change
them, and the calls to make when all threads have ended. The reply is ``[how, tail, steps, events, answers, labels]``:
steps as acting thread, threads that could act, and those of them within a call; events as thread, number of the call,
and its answer where it returned; answers of the calls made before, and after where all threads ended.
"""

import gc
import sys
import types

from probatum.toolchains.python.interleave import baton as batons
from probatum.toolchains.python.interleave.facts import Unsupported
from probatum.toolchains.python.interleave.helpers import make_helpers
from probatum.toolchains.python.interleave.instrument import instrument
from probatum.toolchains.python.interleave.shims import make_sync

COLLECT = 200
"""Runs between two collections of garbage: within a run none may happen, for finalizers would run at any moment."""


class Player:
    """The scheduler of one worker process, with what a rewritten candidate needs."""

    def __init__(self):
        self.baton = batons.Baton()
        self.sync = make_sync(self.baton)
        self.labels = [""]
        self.runs = 0

    def install(self):
        """Let the candidate import the primitives."""
        sys.modules.setdefault("probatum", types.ModuleType("probatum"))
        sys.modules["probatum.sync"] = self.sync

    def compiled(self, source, namespace):
        """Code of the rewritten source; ``namespace`` gets the helpers. Raises SyntaxError or `Unsupported`."""
        tree, self.labels, prefix = instrument(source)
        namespace.update(make_helpers(self.baton, self.sync, prefix))
        return compile(tree, "sut.py", "exec", dont_inherit=True)

    def run(self, worker, item):
        """Run one item; the reply's text."""
        before, threads, schedule, most, labels, order, changes, after = item
        gc.disable()
        self.runs += 1
        if self.runs % COLLECT == 0:
            gc.collect()
        if self.baton.lost:
            return worker.text(["exhausted"])
        worker.start_segment()
        if "random" in sys.modules:
            sys.modules["random"].seed(0)
        answers = [worker.call(call) for call in before]
        works = [[lambda call=call: worker.call(call) for call in calls] for calls in threads]
        chosen = batons.by_priority(order, frozenset(changes)) if order else None
        self.baton.run(works, schedule, most, chosen)
        if self.baton.how == "finished":
            answers += [worker.call(call) for call in after]
        return self.reply(worker, answers, labels)

    def reply(self, worker, answers, labels):
        baton = self.baton
        steps = [[t, enabled, inside] for t, enabled, inside, _ in baton.taken]
        events = ",".join(f"[{t},{n}]" if a is None else f"[{t},{n},{a}]" for t, n, a in baton.events)
        said = [self.label(taken[3]) for taken in baton.taken] if labels else []
        parts = [worker.text(baton.how), worker.text(baton.tail), worker.text(steps)]
        return "[" + ",".join([*parts, f"[{events}]", "[" + ",".join(answers) + "]", worker.text(said)]) + "]"

    def label(self, label):
        return self.labels[label] if type(label) is int else label


__all__ = ["Player", "Unsupported"]
