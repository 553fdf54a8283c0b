"""Length-prefixed frames and datagrams on Unix sockets, with descriptors handed over where needed."""

from __future__ import annotations

import json
import select
import socket
from typing import Any

from probatum.errors import WireError

MAX_FRAME_BYTES = 512 << 20
"""The most one frame between our own processes may hold: a few transcripts at their largest, escaped twice."""

AHEAD = 1 << 16
"""Bytes asked for at once where more than a frame may be read."""


class Stream:
    """Frames on a connected stream socket: four bytes of length, big-endian, then the body."""

    def __init__(self, sock: socket.socket, *, limit: int = MAX_FRAME_BYTES) -> None:
        self.sock = sock
        self.limit = limit

    def send(self, body: bytes) -> None:
        """Send one frame; raises `WireError` when the peer is gone."""
        try:
            self.sock.sendall(len(body).to_bytes(4, "big") + body)
        except OSError as problem:
            raise WireError(f"the peer went away while sending ({problem})") from None

    def receive(self) -> bytes | None:
        """One frame; None at end of stream. Raises `WireError` on a frame over the limit or cut short."""
        head = self._exactly(4)
        if head is None:
            return None
        size = int.from_bytes(head, "big")
        if size > self.limit:
            raise WireError(f"a frame of {size} bytes exceeds the limit of {self.limit}")
        body = self._exactly(size)
        if body is None:
            raise WireError("the peer went away in the middle of a frame")
        return body

    def send_json(self, value: Any) -> None:
        """Send a value as JSON."""
        self.send(json.dumps(value, separators=(",", ":")).encode())

    def receive_json(self) -> Any:
        """Receive JSON; None at end of stream."""
        body = self.receive()
        return None if body is None else json.loads(body)

    def send_fd(self, fd: int) -> None:
        """Hand a descriptor to the peer (after the frame that announces it)."""
        socket.send_fds(self.sock, [b"f"], [fd])

    def receive_fd(self) -> int:
        """Take the descriptor announced by the last frame."""
        data, fds, _, _ = socket.recv_fds(self.sock, 1, 1)
        if not data or not fds:
            raise WireError("a descriptor was announced but did not come")
        return fds[0]

    def silent(self) -> bool:
        """Say that nothing more will be sent and wait for the peer to end: whether it ends without another byte."""
        try:
            self.sock.shutdown(socket.SHUT_WR)
            return not self.sock.recv(1)
        except OSError:
            return True

    def wait_at_most(self, timeout_s: float) -> None:
        """Let every later wait for the peer raise `TimeoutError` after so long."""
        self.sock.settimeout(timeout_s)

    def stirs(self, timeout_s: float) -> bool:
        """Whether something arrives (or the peer goes away) within this time."""
        return bool(select.select([self.sock], [], [], timeout_s)[0])

    def send_raw(self, data: bytes) -> None:
        """Send bytes as they are: parts of frames, or several at once."""
        self.sock.sendall(data)

    def end_sending(self) -> None:
        """Say that nothing more will be sent; answers can still be received."""
        self.sock.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Close the socket."""
        self.sock.close()

    def _exactly(self, count: int) -> bytes | None:
        """So many bytes; None at end of stream."""
        parts: list[bytes] = []
        while count:
            try:
                part = self.sock.recv(min(count, 1 << 20))
            except ConnectionError:
                return None
            if not part:
                return None
            parts.append(part)
            count -= len(part)
        return b"".join(parts)


class Ahead(Stream):
    """Frames read in as few system calls as possible. Not where descriptors come between frames: they would be lost."""

    def __init__(self, sock: socket.socket, *, limit: int = MAX_FRAME_BYTES) -> None:
        super().__init__(sock, limit=limit)
        self._rest = b""

    def receive(self) -> bytes | None:
        """As before; mostly one frame is all that is there."""
        whole = self._rest = self._rest or self._some()
        if int.from_bytes(whole[:4], "big") + 4 == len(whole) <= self.limit:
            self._rest = b""
            return whole[4:]
        return super().receive()

    def silent(self) -> bool:
        """As before; what was read already counts."""
        return not self._rest and super().silent()

    def stirs(self, timeout_s: float) -> bool:
        """As before; what was read already counts."""
        return bool(self._rest) or super().stirs(timeout_s)

    def _exactly(self, count: int) -> bytes | None:
        while len(self._rest) < count:
            missing = count - len(self._rest)
            if missing > AHEAD:
                more = super()._exactly(missing)
            else:
                more = self._some()
            if not more:
                return None
            self._rest += more
        taken, self._rest = self._rest[:count], self._rest[count:]
        return taken

    def _some(self) -> bytes:
        try:
            return self.sock.recv(AHEAD)
        except ConnectionError:
            return b""
