"""The three standard streams of a command: what goes in, and as much of what comes out as is kept."""

from __future__ import annotations

import os
import selectors

_CHUNK = 1 << 16


class Capture:
    """Pipes for a command. `child` are its ends; `out` and `err` what was read so far, `keep` bytes together."""

    __slots__ = ("_feed", "_in", "_kept", "_names", "_outs", "_room", "child", "overflown")

    def __init__(self, stdin: bytes, *, keep: int) -> None:
        stdin_read, self._in = os.pipe()
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        self.child: tuple[int, ...] = (stdin_read, out_write, err_write)
        self._outs, self._kept = [out_read, err_read], {out_read: bytearray(), err_read: bytearray()}
        self._names = (out_read, err_read)
        self._feed, self._room, self.overflown = memoryview(stdin), keep, False
        for descriptor in (self._in, out_read, err_read):
            os.set_blocking(descriptor, False)

    @property
    def out(self) -> bytes:
        """What was kept of standard output."""
        return bytes(self._kept[self._names[0]])

    @property
    def err(self) -> bytes:
        """What was kept of standard error."""
        return bytes(self._kept[self._names[1]])

    def __enter__(self) -> Capture:
        return self

    def __exit__(self, *_: object) -> None:
        self.close_child_ends()
        self._stop_feeding()
        for descriptor in self._outs:
            os.close(descriptor)
        self._outs = []

    def close_child_ends(self) -> None:
        """Let go of the ends that the command holds by now."""
        for descriptor in self.child:
            os.close(descriptor)
        self.child = ()
        if not self._feed:
            self._stop_feeding()

    def exchange(self, end: int, *, timeout_s: float) -> bool:
        """Move what can be moved within the time; true as soon as the descriptor `end`, if not -1, is readable."""
        with selectors.PollSelector() as selector:
            for descriptor in self._outs:
                selector.register(descriptor, selectors.EVENT_READ)
            if self._in >= 0:
                selector.register(self._in, selectors.EVENT_WRITE)
            if end >= 0:
                selector.register(end, selectors.EVENT_READ)
            ready = [key.fd for key, _ in selector.select(max(0.0, timeout_s))]
        for descriptor in ready:
            if descriptor == self._in:
                self._write()
            elif descriptor != end:
                self._read(descriptor)
        return end in ready

    def drain(self) -> None:
        """Take what is left in the pipes after the end, as far as it is kept."""
        for descriptor in list(self._outs):
            while descriptor in self._outs and not self.overflown and self._read(descriptor):
                pass

    def _write(self) -> None:
        try:
            self._feed = self._feed[os.write(self._in, self._feed[:_CHUNK]) :]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._feed = memoryview(b"")  # it does not read what it was given; its right
        if not self._feed:
            self._stop_feeding()

    def _stop_feeding(self) -> None:
        if self._in >= 0:
            os.close(self._in)
        self._in = -1

    def _read(self, descriptor: int) -> bool:
        try:
            chunk = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return False
        if not chunk:
            os.close(descriptor)
            self._outs.remove(descriptor)
            return False
        self._kept[descriptor] += chunk[: self._room]
        self.overflown = self.overflown or len(chunk) > self._room
        self._room -= min(self._room, len(chunk))
        return True
