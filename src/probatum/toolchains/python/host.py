"""The host: a clean interpreter that preloads what candidates may import and forks one locked worker per candidate.

Started by `hosts.BOOT` with a cleared environment; of probatum it imports only single files beside and around it.
It never sees a candidate byte: a forked child gets its own socket and reads the candidate there. The host measures CPU
from outside and ends children that cross a limit. Messages on the control socket are JSON datagrams:

    fork {id, cpu_s, wall_s, needs} + descriptor     kill {id}  ->  ended {id, why, status, cpu_s, wall_s, rss_mb}
    exec {id, cpu_s, wall_s} + descriptor, descriptor of a compiled program that the child becomes
"""

import _signal  # type: ignore[import-not-found]
import _socket
import fcntl
import gc
import importlib
import io
import json
import os
import resource
import select
import sys
import time
import types

OUTPUT_FD = 1
OWN = ("probatum", "ctypes", "_ctypes")
"""Packages that candidates do not see in ``sys.modules``."""
DESCRIPTORS = 4
"""At most so many come with a message."""


class Child:
    """A forked worker as the host sees it."""

    def __init__(self, pid, ident, cpu_s, wall_s):
        self.pid = pid
        self.ident = ident
        self.cpu_s = cpu_s
        self.deadline = time.monotonic() + wall_s
        self.started = time.monotonic()
        self.pidfd = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else -1
        self.why = None

    def cpu(self):
        """CPU seconds used so far, read from outside (the process CPU clock of another pid; Linux)."""
        try:
            return time.clock_gettime((~self.pid << 3) | 2)
        except OSError:
            return 0.0

    def due_s(self):
        """Seconds until this child must be looked at again: CPU cannot pass faster than wall time (one thread only)."""
        return max(0.001, min(self.cpu_s - self.cpu(), self.deadline - time.monotonic()))

    def over(self):
        """The limit that was crossed, or None."""
        if self.cpu() >= self.cpu_s:
            return "cpu"
        return "wall" if time.monotonic() >= self.deadline else None


class Parts:
    """What children are made of, loaded before the first fork, or before the first that needs it."""

    def __init__(self, config):
        preload(config["preload"])
        sys.path.extend(config["package_paths"])
        for name in config["packages"]:
            importlib.import_module(name)
        self.later = config["later"]
        self.limits = config["lock"] and types.SimpleNamespace(**config["lock"])
        self.locking = self.lock = self.program_lock = self.boundary = self.make_player = None
        if self.limits:
            self.locking = own("sandbox.lock")
            self.lock = self.locking.prepare_lock(self.limits)
        if config["threads"]:
            self.make_player = own("toolchains.python.interleave.programs").Player
        self.codec = own("types.codec")
        self.worker = own("toolchains.python.worker")
        own("toolchains.python.rehearsal").rehearse(self.worker, self.codec)
        self.hidden = hide()

    def load(self, needs):
        """Load what is needed and was not before: all that candidates may import, what reads sources, the lock of
        programs."""
        gc.disable()
        if "imports" in needs:
            preload(self.later)
            self.later = ()
        if "reader" in needs and self.boundary is None:
            sys.modules.update(self.hidden)
            self.boundary = own("toolchains.python.boundary")
            self.boundary.excused = own("toolchains.python.unevaluated").excused
            self.hidden = hide()
        if "program" in needs and self.locking and self.program_lock is None:
            self.program_lock = self.locking.prepare_program_lock(self.limits)
        gc.freeze()
        gc.enable()


def own(name):
    """A module of probatum."""
    return importlib.import_module("probatum." + name)


def hide():
    """Take our own modules away from where candidates could come upon them by name; they go on working."""
    return {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] in OWN}


def preload(names):
    """Import modules of the standard library without what they would do after every fork: random would be seeded, which
    loading does anyway, and locks be made anew, which nobody can hold where one thread runs."""
    register, os.register_at_fork = os.register_at_fork, lambda **_: None
    try:
        for name in names:
            importlib.import_module(name)
    finally:
        os.register_at_fork = register


def fork_child(message, fds, parts):
    """Fork; the child locks itself and serves the first of ``fds``; the parent keeps only the pid."""
    pid = os.fork()
    if pid:
        for fd in fds:
            os.close(fd)
        return Child(pid, message["id"], message["cpu_s"], message["wall_s"])
    try:
        stay_on(message["cpu"])
        if message["op"] == "exec":
            become_program(fds, parts)
        become_worker(fds[0], parts, message["threads"])
    finally:
        os._exit(0)


def stay_on(cpu):
    """In the child: run on one CPU, where one is named and can be had."""
    if cpu >= 0:
        try:  # noqa: SIM105 - a context manager would cost more than what it is for
            os.sched_setaffinity(0, {cpu})
        except OSError:
            pass


def become_worker(fd, parts, threads):
    """In the child: close everything but the own socket, lock, serve."""
    keep_only([fd])
    player = None
    if threads:  # once locked, no thread can be started
        player = parts.make_player()
        player.baton.grow(threads, None if parts.lock is None else parts.lock.apply)
    if parts.lock is not None:
        parts.lock.apply()
    parts.worker.serve(3, parts.codec, parts.boundary, parts.make_player and (lambda: player or parts.make_player()))


def become_program(fds, parts):
    """In the child: the same, but go on as a program. It is executed by descriptor: nothing here can open its path."""
    keep_only(fds)
    os.set_inheritable(3, True)
    if parts.program_lock is not None:
        parts.program_lock.apply(4)
    os.execve(4, ["worker", "3"], {})


def keep_only(fds):
    """Put the descriptors that stay at 3 and up, in order, and close all others. None of ``fds`` is below 3."""
    sink = output_sink()
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    if len(fds) > 1:  # one may be where another is to go
        fds = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 3 + len(fds)) for fd in fds]
    for number, fd in enumerate(fds, 3):
        if number != fd:
            os.dup2(fd, number, inheritable=False)
    os.closerange(3 + len(fds), 1024)


def output_sink():
    """A descriptor in memory that swallows what the candidate prints, up to the file-size limit."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("output")
    return os.open(os.devnull, os.O_WRONLY)


def quiet_streams(fd, output_kb):
    """Send what candidates print to ``fd``, which each child has its own of, and let one that floods it be killed by
    SIGXFSZ; there is nothing to be read. Children inherit it all, and the host itself writes to no file."""
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(fd, "w", closefd=False)), "utf-8", "replace")
    sys.stderr = sys.stdout
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    _signal.signal(_signal.SIGXFSZ, _signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (output_kb << 10, output_kb << 10))


def ended(child, status, usage):
    """The message about a child that ended. A signal of its own wins over ours, which may reach one that is dying."""
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    why = {int(_signal.SIGXFSZ): "output", int(_signal.SIGXCPU): "cpu"}.get(number)
    if why is None and number in (0, int(_signal.SIGKILL)):
        why = child.why
    if why is None:
        why = "signal" if number else "exit"
    return {
        "ended": child.ident,
        "why": why,
        "signal": number,
        "status": os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "wall_s": time.monotonic() - child.started,
        "rss_mb": usage.ru_maxrss / 1024,
    }


class Host:
    """The loop: one control socket, some children."""

    def __init__(self, control, parts):
        self.control = control
        self.parts = parts
        self.children = {}
        self.poll = select.poll()
        self.poll.register(control, select.POLLIN)

    def run(self):
        """Serve until the controller goes away, then end every child."""
        try:
            while self.turn():
                pass
        finally:
            for child in list(self.children.values()):
                self.end(child, "killed")

    def turn(self):
        """Wait for one thing and handle it; False when the controller went away."""
        due = min((c.due_s() for c in self.children.values()), default=None)
        ready = [fd for fd, _ in self.poll.poll(None if due is None else due * 1000 + 1)]
        if self.control.fileno() in ready and not self.message():
            return False
        for child in list(self.children.values()):
            if child.pidfd in ready or child.over():
                self.end(child, child.over())
        return True

    def message(self):
        """Handle one control message."""
        data, extra, _, _ = self.control.recvmsg(65536, _socket.CMSG_SPACE(4 * DESCRIPTORS))
        if not data:
            return False
        fds = [fd for _, _, packed in extra for fd in memoryview(packed).cast("i")]
        message = json.loads(data)
        if message["op"] in ("fork", "exec"):
            self.fork(message, fds)
        elif message["id"] in self.children:
            self.end(self.children[message["id"]], "killed")
        return True

    def fork(self, message, fds):
        if message["needs"]:
            self.parts.load(message["needs"])
        child = fork_child(message, fds, self.parts)
        self.children[child.ident] = child
        if child.pidfd >= 0:
            self.poll.register(child.pidfd, select.POLLIN)

    def end(self, child, why):
        """Kill (when a limit or the controller says so), reap and report. One that is already dead keeps its own
        cause."""
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        if pid == 0:
            child.why = why
            os.kill(child.pid, _signal.SIGKILL)
            _, status, usage = os.wait4(child.pid, 0)
        if child.pidfd >= 0:
            self.poll.unregister(child.pidfd)
            os.close(child.pidfd)
        del self.children[child.ident]
        self.control.send(json.dumps(ended(child, status, usage)).encode())


def main(fd):
    """Serve on a descriptor; the first message there is the configuration."""
    gc.disable()  # nothing of what follows is garbage, and looking for some costs a tenth of the start
    control = _socket.socket(fileno=fd)
    config = json.loads(control.recv(1 << 16))
    quiet_streams(OUTPUT_FD, config["output_kb"])
    parts = Parts(config)
    protections = list(parts.lock.protections) if parts.lock else []
    gc.freeze()
    gc.enable()
    control.send(json.dumps({"ready": os.getpid(), "protections": protections}).encode())
    Host(control, parts).run()
