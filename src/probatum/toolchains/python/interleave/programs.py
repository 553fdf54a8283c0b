"""Runs small programs of threads, or of tasks, on a candidate, each by a schedule, and says what happened.

Standard library only; loaded into the worker host. An item is ``[calls, threads, schedule, most, labels, order,
changes, after, touches]``: calls made before (making the instance first), per thread its calls, the acting thread of
the first steps, the most steps, whether to say what each step does, for random schedules priorities and the steps that
change them, the calls to make when all threads have ended, whether to tell what steps touch, and perhaps the await at
which the first call of the first task is cancelled. Replies: ``[how, tail,
steps, events, answers, labels, left]``: steps as acting thread, threads that could act, those of them within a call,
and (where asked for) what is touched; events as thread, number of the call, and its answer where it returned; answers
of the calls made before, and after where all threads ended; threads that are left, with what they touch next.
"""

import gc
import sys
import types
from typing import Any

from probatum.toolchains.python.interleave import baton as batons
from probatum.toolchains.python.interleave.facts import Unsupported
from probatum.toolchains.python.interleave.helpers import PLAIN, make_helpers
from probatum.toolchains.python.interleave.instrument import instrument
from probatum.toolchains.python.interleave.shims import FILE as SYNC_FILE
from probatum.toolchains.python.interleave.shims import make_sync
from probatum.toolchains.python.interleave.shims_aio import FILE as AIO_FILE
from probatum.toolchains.python.interleave.shims_aio import make_aio
from probatum.toolchains.python.interleave.tasks import Tasks, line_of

TASKS = "tasks"
"""What a worker is told of tasks that share an object; see `Interface.outline`."""
HANDED = ("[", "{")
"""How the text of a result begins that is more than a number, text or truth value."""
COLLECT = 200
"""Runs between two collections of garbage: within a run none may happen, for finalizers would run at any moment."""


class Player:
    """The scheduler of one worker process, with what a rewritten candidate needs."""

    def __init__(self):
        self.baton = batons.Baton()
        self.tasks: Any = None
        self.labels = [""]
        self.lines: list[str] = []
        self.clear = False
        self.runs = 0

    def install(self, kind):
        """Let the candidate import the primitives: those for tasks where ``kind`` says so, else those for threads."""
        if kind == TASKS:
            self.baton = self.tasks = Tasks()
        made = make_sync(self.baton) if self.tasks is None else make_aio(self.tasks)
        above = sys.modules.setdefault("probatum", types.ModuleType("probatum"))
        if not hasattr(above, "__file__"):  # not the package itself, where a worker runs within it
            setattr(above, made.__name__.rpartition(".")[2], made)
        sys.modules[made.__name__] = made

    def compiled(self, source, namespace):
        """Code of the rewritten source; ``namespace`` gets the helpers. Raises SyntaxError or `Unsupported`."""
        self.lines = source.splitlines()
        try:
            tree, self.labels, prefix, self.clear = instrument(source, self.tasks is not None)
        except Unsupported:
            if self.tasks is None:
                raise
            self.tasks.blind = True  # tasks take turns at awaits only, whatever is between them
            return compile(source, "sut.py", "exec", dont_inherit=True)
        namespace.update(make_helpers(self.baton, SYNC_FILE if self.tasks is None else AIO_FILE, prefix))
        return compile(tree, "sut.py", "exec", dont_inherit=True)

    def forget(self):
        """End what calls left behind that wait for ever."""
        if self.tasks is not None:
            self.tasks.forget()

    def alone(self, awaited):
        """The value of something that a call of a coroutine method gave, where no other task runs."""
        return self.tasks.alone(awaited)

    def run(self, worker, item):
        """Run one item; the reply's text."""
        before, threads, schedule, most, labels, order, changes, after, touches, *cancelled = item
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
        works = [[self.work(worker, call) for call in calls] for calls in threads]
        if self.tasks is not None:
            self.tasks.where = self.where if labels else None
            self.tasks.cancels = cancelled[0] if cancelled else 0
        chosen = batons.by_priority(order, frozenset(changes)) if order else None
        self.baton.run(works, schedule, most, chosen)
        if self.baton.how == "finished":
            answers += [worker.call(call) for call in after]
        return self.reply(worker, answers, labels, touches)

    def work(self, worker, call):
        """What a thread calls, or what a task begins: a coroutine, and what gives the answer of its outcome."""
        if self.tasks is None:
            return lambda: self.made(worker, call)
        values: list[Any] = []
        return lambda: (
            worker.making(call, values),
            lambda result, problem: self.made(worker, call, (values, result, problem)),
        )

    def made(self, worker, call, done=None):
        """The answer of a call. What is handed over whole is read, and spoiled where it can change."""
        answer = worker.call(call, done)
        if answer[1] != "0" or answer[3:4] in HANDED or any(type(value) not in PLAIN for value in call):
            self.baton.note(batons.UNCLEAR)
        return answer

    def where(self, routine, label):
        """A label with the line at which the task awaits."""
        line = line_of(routine)
        return f"line {line}: {self.lines[line - 1].strip()[:80]} ({label})" if 0 < line <= len(self.lines) else label

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
