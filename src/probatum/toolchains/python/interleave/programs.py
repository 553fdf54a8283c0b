"""Runs small programs of threads on a candidate, each by a schedule, and says what happened.

Standard library only; loaded into the worker host. An item is ``[calls, threads, schedule, most, labels, order,
changes, after, touches]``: calls made before (making the instance first), per thread its calls, the acting thread of
the first steps, the most steps, whether to say what each step does, for random schedules priorities and the steps that
change them, the calls to make when all threads have ended, and whether to tell what steps touch. Replies: ``[how, tail,
steps, events, answers, labels, left]``: steps as acting thread, threads that could act, those of them within a call,
and (where asked for) what is touched; events as thread, number of the call, and its answer where it returned; answers
of the calls made before, and after where all threads ended; threads that are left, with what they touch next.
"""

import gc
import sys
import types

from probatum.toolchains.python.interleave import baton as batons
from probatum.toolchains.python.interleave.facts import Unsupported
from probatum.toolchains.python.interleave.helpers import PLAIN, make_helpers
from probatum.toolchains.python.interleave.instrument import instrument
from probatum.toolchains.python.interleave.shims import make_sync

HANDED = ("[", "{")
"""How the text of a result begins that is more than a number, text or truth value."""
COLLECT = 200
"""Runs between two collections of garbage: within a run none may happen, for finalizers would run at any moment."""


class Player:
    """The scheduler of one worker process, with what a rewritten candidate needs."""

    def __init__(self):
        self.baton = batons.Baton()
        self.sync = make_sync(self.baton)
        self.labels = [""]
        self.clear = False
        self.runs = 0

    def install(self):
        """Let the candidate import the primitives."""
        sys.modules.setdefault("probatum", types.ModuleType("probatum"))
        sys.modules["probatum.sync"] = self.sync

    def compiled(self, source, namespace):
        """Code of the rewritten source; ``namespace`` gets the helpers. Raises SyntaxError or `Unsupported`."""
        tree, self.labels, prefix, self.clear = instrument(source)
        namespace.update(make_helpers(self.baton, self.sync, prefix))
        return compile(tree, "sut.py", "exec", dont_inherit=True)

    def run(self, worker, item):
        """Run one item; the reply's text."""
        before, threads, schedule, most, labels, order, changes, after, touches = item
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
        works = [[lambda call=call: self.made(worker, call) for call in calls] for calls in threads]
        chosen = batons.by_priority(order, frozenset(changes)) if order else None
        self.baton.run(works, schedule, most, chosen)
        if self.baton.how == "finished":
            answers += [worker.call(call) for call in after]
        return self.reply(worker, answers, labels, touches)

    def made(self, worker, call):
        """The answer of a call. What is handed over whole is read, and spoiled where it can change."""
        answer = worker.call(call)
        if answer[1] != "0" or answer[3:4] in HANDED or any(type(value) not in PLAIN for value in call):
            self.baton.touched[-1] += batons.UNCLEAR
        return answer

    def reply(self, worker, answers, labels, touches):
        baton = self.baton
        steps = [[t, enabled, inside] for t, enabled, inside, _ in baton.taken]
        left = []
        if touches:
            left = [[number, *touched] for number, touched in baton.left()]
            unknown = () if self.clear else batons.PAUSES
            for step, touched in zip(steps, baton.touched, strict=False):
                step.append(list(touched + unknown))
        events = ",".join(f"[{t},{n}]" if a is None else f"[{t},{n},{a}]" for t, n, a in baton.events)
        said = [self.label(taken[3]) for taken in baton.taken] if labels else []
        parts = [worker.text(baton.how), worker.text(baton.tail), worker.text(steps)]
        parts += [f"[{events}]", "[" + ",".join(answers) + "]", worker.text(said), worker.text(left)]
        return "[" + ",".join(parts) + "]"

    def label(self, label):
        return self.labels[label] if type(label) is int else label


__all__ = ["Player", "Unsupported"]
