"""The judge process asks the controller for workers; the worker's own socket is handed over, so nothing is relayed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

from probatum.errors import WireError
from probatum.judge.ports import CUT, TOO_LARGE, Opening, Worker
from probatum.transcript import Ending
from probatum.wire.frames import Ahead, Stream
from probatum.wire.pairs import adopt

REPLIES = 2
"""How many times the largest reply all replies of one process may hold together: the judge keeps them, and must not
be filled by a process that answers everything at length."""


class RemoteWorker:
    """A worker process behind its own socket."""

    def __init__(self, controller: Stream, ident: int, stream: Stream) -> None:
        self.left = REPLIES * stream.limit
        """Bytes of reply still accepted."""
        self.controller = controller
        self.ident = ident
        self.stream = stream
        self.owed = 1
        """Replies still to come. After the last one nothing may follow."""

    def run(self, texts: Sequence[str]) -> Iterator[bytes]:
        """Send segments, yield replies until the process is lost."""
        return self._each("run", texts)

    def programs(self, items: Sequence[str]) -> Iterator[bytes]:
        """Send programs of threads, yield replies until the process is lost; only one call's are held at once."""
        self.left = REPLIES * self.stream.limit
        return self._each("threads", items)

    def _each(self, verb: str, texts: Sequence[str]) -> Iterator[bytes]:
        if not self._sent(f'["{verb}",[' + ",".join(texts) + "]]", len(texts)):
            return
        for _ in texts:
            reply = self._reply()
            if reply is None:
                return
            yield reply

    def segment(self) -> bool:
        """Begin a stepped segment."""
        return self._sent('["segment"]', 1) and self._reply() is not None

    def step(self, text: str) -> bytes | None:
        """Make one call."""
        return self._reply() if self._sent(f'["step",{text}]', 1) else None

    def steps(self, texts: Sequence[str]) -> Iterator[bytes]:
        """Make calls asked for at once, yield replies until the process is lost."""
        frames = [f'["step",{text}]'.encode() for text in texts]
        self.owed += len(frames)
        try:
            self.stream.send_raw(b"".join([len(frame).to_bytes(4, "big") + frame for frame in frames]))
        except OSError:
            return
        for _ in frames:
            reply = self._reply()
            if reply is None:
                return
            yield reply

    def close(self) -> Ending:
        """Give the worker back and learn from outside how it ended; ``protocol`` when bytes follow its last reply."""
        silent = self.owed != 0 or self.stream.silent()
        self.stream.close()
        self.controller.send_json({"done": self.ident})
        ending = Ending(**self.controller.receive_json()["ending"])
        return ending if silent else replace(ending, how="protocol", detail="bytes after the last reply")

    def _sent(self, text: str, replies: int) -> bool:
        self.owed += replies
        try:
            self.stream.send(text.encode())
        except WireError:
            return False
        return True

    def _reply(self) -> bytes | None:
        try:
            reply = self.stream.receive()
        except WireError:
            return CUT
        self.owed -= reply is not None
        self.left -= len(reply or b"")
        return reply if self.left >= 0 else TOO_LARGE


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
            Ahead(adopt(self.controller.receive_fd()), limit=self.limit),
        )
        return worker, worker._reply()
