"""The judge process asks the controller for workers; the worker's own socket is handed over, so nothing is relayed."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from probatum.errors import WireError
from probatum.judge.ports import Opening, Worker
from probatum.transcript import Ending
from probatum.wire.frames import Stream


class RemoteWorker:
    """A worker process behind its own socket."""

    def __init__(self, controller: Stream, ident: int, stream: Stream) -> None:
        self.controller = controller
        self.ident = ident
        self.stream = stream

    def run(self, texts: Sequence[str]) -> Iterator[bytes]:
        """Send segments, yield replies until the process is lost. Bytes after the last reply are the candidate's forgery."""
        if not self._sent('["run",[' + ",".join(texts) + "]]"):
            return
        for _ in texts:
            reply = self._reply()
            if reply is None:
                return
            yield reply

    def segment(self) -> bool:
        """Begin a stepped segment."""
        return self._sent('["segment"]') and self._reply() is not None

    def step(self, text: str) -> bytes | None:
        """Make one call."""
        return self._reply() if self._sent(f'["step",{text}]') else None

    def close(self) -> Ending:
        """Give the worker back and learn from outside how it ended."""
        self.stream.close()
        self.controller.send_json({"done": self.ident})
        return Ending(**self.controller.receive_json()["ending"])

    def _sent(self, text: str) -> bool:
        try:
            self.stream.send(text.encode())
        except WireError:
            return False
        return True

    def _reply(self) -> bytes | None:
        try:
            return self.stream.receive()
        except WireError:
            return b"a frame that is cut short or too large"


class RemoteWorkers:
    """Opens workers through the controller."""

    def __init__(self, controller: Stream, *, reply_kb: int) -> None:
        self.controller = controller
        self.limit = reply_kb << 10

    def open(self, opening: Opening) -> tuple[Worker, bytes | None]:
        """A fresh worker and its reply to loading."""
        self.controller.send_json({"need": asdict(opening)})
        answer = self.controller.receive_json()
        worker = RemoteWorker(
            self.controller,
            answer["worker"],
            Stream(socket.socket(fileno=self.controller.receive_fd()), limit=self.limit),
        )
        return worker, worker._reply()
