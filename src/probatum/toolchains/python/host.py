"""The host: a clean interpreter that preloads what candidates may import and forks one locked worker per candidate.

Run as a script (``python -s -P -S host.py FD``) with a cleared environment; it imports nothing of probatum but the
single files named in its
configuration. It never sees a candidate byte: a forked child gets its own socket and reads the candidate there. The
host measures CPU from
outside and ends children that cross a limit. Messages on the control socket are JSON datagrams:

    fork {id, cpu_s, wall_s} + descriptor     kill {id}     ->     ended {id, why, status, cpu_s, wall_s, rss_mb}
    exec {id, cpu_s, wall_s} + descriptor, descriptor of a compiled program that the child becomes
"""

import contextlib
import fcntl
import gc
import importlib
import importlib.util
import io
import json
import os
import select
import signal
import socket
import sys
import time
import types

OUTPUT_FD = 1


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


def load_file(name, path):
    """Import one file under a private name."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def prepare(config):
    """Load worker, codec and lock, preload the allowed modules, then hide our own from the candidate."""
    # Stubs, because behind Landlock the package's own folder cannot be listed, only those inside that are named.
    package = config["package"]
    for name in ("", ".sandbox", ".toolchains", ".toolchains.python", ".toolchains.python.interleave"):
        stub = sys.modules["probatum" + name] = types.ModuleType("probatum" + name)
        stub.__path__ = [package + name.replace(".", "/")]
    codec = load_file("_codec", config["codec"])
    boundary = load_file("_boundary", config["boundary"])
    boundary.excused = load_file("_unevaluated", config["unevaluated"]).excused
    worker = load_file("_worker", config["worker"])
    make_player = None
    if config["threads"]:
        make_player = importlib.import_module("probatum.toolchains.python.interleave.programs").Player
    lock = None
    if config["lock"]:
        from probatum.sandbox.lock import prepare_lock, prepare_program_lock
        from probatum.sandbox.policy import Limits

        limits = Limits(**config["lock"])
        lock = prepare_lock(limits), prepare_program_lock(limits)
    sys.path.extend(config["package_paths"])
    for name in config["preload"]:
        importlib.import_module(name)
    for name in [
        n
        for n in sys.modules
        if n.split(".")[0] in ("probatum", "ctypes", "_ctypes", "_codec", "_boundary", "_unevaluated", "_worker")
    ]:
        del sys.modules[name]
    return worker, codec, boundary, lock, make_player


def fork_child(message, fds, control, parts, output_kb):
    """Fork; the child locks itself and serves the first of ``fds``; the parent keeps only the pid."""
    pid = os.fork()
    if pid:
        for fd in fds:
            os.close(fd)
        return Child(pid, message["id"], message["cpu_s"], message["wall_s"])
    try:
        stay_on(message["cpu"])
        if message["op"] == "exec":
            become_program(fds, control, parts, output_kb)
        become_worker(fds[0], control, parts, output_kb, message["threads"])
    finally:
        os._exit(0)


def stay_on(cpu):
    """In the child: run on one CPU, where one is named and can be had."""
    if cpu >= 0:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, {cpu})


def become_worker(fd, control, parts, output_kb, threads):
    """In the child: close everything but the own socket, bound the output, lock, serve."""
    worker, codec, boundary, locks, make_player = parts
    keep_only([fd], control)
    limit_output(output_kb)
    player = None
    if threads:  # once locked, no thread can be started
        player = make_player()
        player.baton.grow(threads, None if locks is None else locks[0].apply)
    if locks is not None:
        locks[0].apply()
    worker.serve(3, codec, boundary, make_player and (lambda: player or make_player()))


def become_program(fds, control, parts, output_kb):
    """In the child: the same, but go on as a program. It is executed by descriptor: nothing here can open its path."""
    keep_only(fds, control)
    limit_output(output_kb)
    os.set_inheritable(3, True)
    if parts[3] is not None:
        parts[3][1].apply(4)
    os.execve(4, ["worker", "3"], {})


def keep_only(fds, control):
    """Put the descriptors that stay at 3 and up, in order, and close all others. None of ``fds`` is below 3."""
    signal.set_wakeup_fd(-1)
    control.close()
    null, sink = os.open("/dev/null", os.O_RDONLY), output_sink()
    for target, source in {0: null, 1: sink, 2: sink}.items():
        os.dup2(source, target)
    away = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 3 + len(fds)) for fd in fds]
    for number, fd in enumerate(away, 3):
        os.dup2(fd, number, inheritable=False)
    os.closerange(3 + len(fds), 1024)


def output_sink():
    """A descriptor in memory that swallows what the candidate prints, up to the file-size limit."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("output")
    return os.open(os.devnull, os.O_WRONLY)


def quiet_streams(fd):
    """Send what the candidate prints to the bounded descriptor ``fd``."""
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(fd, "w", closefd=False)), "utf-8", "replace")
    sys.stderr = sys.stdout


def limit_output(output_kb):
    """A candidate that floods its output is killed by SIGXFSZ."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (output_kb << 10, output_kb << 10))


def ended(child, status, usage):
    """The message about a child that ended. A signal of its own wins over ours, which may reach one that is dying."""
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    why = {int(signal.SIGXFSZ): "output", int(signal.SIGXCPU): "cpu"}.get(number)
    if why is None and number in (0, int(signal.SIGKILL)):
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

    def __init__(self, control, parts, config):
        self.control = control
        self.parts = parts
        self.output_kb = config["output_kb"]
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
        data, fds, _, _ = socket.recv_fds(self.control, 65536, 4)
        if not data:
            return False
        message = json.loads(data)
        if message["op"] in ("fork", "exec"):
            self.fork(message, fds)
        elif message["id"] in self.children:
            self.end(self.children[message["id"]], "killed")
        return True

    def fork(self, message, fds):
        child = fork_child(message, fds, self.control, self.parts, self.output_kb)
        self.children[child.ident] = child
        if child.pidfd >= 0:
            self.poll.register(child.pidfd, select.POLLIN)

    def end(self, child, why):
        """Kill (when a limit or the controller says so), reap and report. One that is already dead keeps its own
        cause."""
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        if pid == 0:
            child.why = why
            os.kill(child.pid, signal.SIGKILL)
            _, status, usage = os.wait4(child.pid, 0)
        if child.pidfd >= 0:
            self.poll.unregister(child.pidfd)
            os.close(child.pidfd)
        del self.children[child.ident]
        self.control.send(json.dumps(ended(child, status, usage)).encode())


def main():
    """Entry: ``host.py FD``; the first message on FD is the configuration."""
    gc.disable()  # nothing of what follows is garbage, and looking for some costs a tenth of the start
    control = socket.socket(fileno=int(sys.argv[1]))
    config = json.loads(control.recv(1 << 16))
    parts = prepare(config)
    protections = list(parts[3][0].protections) if parts[3] else []
    quiet_streams(OUTPUT_FD)
    gc.freeze()
    gc.enable()
    control.send(json.dumps({"ready": os.getpid(), "protections": protections}).encode())
    Host(control, parts, config).run()


if __name__ == "__main__":
    main()
