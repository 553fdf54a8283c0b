"""A server on this machine that speaks Anthropic Messages, OpenAI Chat and OpenAI Responses from a list of turns.

A turn is a text, or a fault: ``{"status": 429, "after": 3}``, ``{"cut": True}`` (half an answer, then the line goes
dead), ``{"junk": True}`` (200 and no JSON), ``{"text": ..., "length": True}`` (cut off by the token limit),
``{"text": ..., "uncounted": ("input_tokens", ...)}`` (these counts are 0; "usage": nothing is said of tokens),
``{"silent": True}`` (no answer for as long as the client waits).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

READ, WRITTEN = 1000, 200


@dataclass
class Loopback:
    """What was asked, and what will be answered."""

    turns: list[Any]
    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)

    def base(self, protocol: str) -> str:
        return self.url if protocol == "anthropic" else f"{self.url}/v1"


def anthropic(text: str, cut_off: bool) -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [{"type": "text", "text": text}],
        "stop_reason": "max_tokens" if cut_off else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": READ, "output_tokens": WRITTEN},
    }


def chat(text: str, cut_off: bool) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    return {
        "id": "c_1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": "length" if cut_off else "stop"}],
        "usage": {"prompt_tokens": READ, "completion_tokens": WRITTEN, "total_tokens": READ + WRITTEN},
    }


def responses(text: str, cut_off: bool) -> dict[str, Any]:
    part = {"type": "output_text", "text": text, "annotations": []}
    item = {"type": "message", "id": "m_1", "role": "assistant", "status": "completed", "content": [part]}
    return {
        "id": "r_1",
        "object": "response",
        "created_at": 1,
        "status": "incomplete" if cut_off else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if cut_off else None,
        "model": "m",
        "output": [item],
        "usage": {
            "input_tokens": READ,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": WRITTEN,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": READ + WRITTEN,
        },
        "parallel_tool_calls": False,
        "tool_choice": "auto",
        "tools": [],
        "error": None,
        "instructions": None,
        "metadata": {},
    }


SHAPES = {"/v1/messages": anthropic, "/v1/chat/completions": chat, "/v1/responses": responses}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""

    def do_POST(self) -> None:
        state: Loopback = self.server.state  # type: ignore[attr-defined]
        path = self.path.partition("?")[0]
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        state.requests.append({"path": path, "headers": dict(self.headers), "body": body})
        turn = state.turns[min(len(state.requests), len(state.turns)) - 1]
        turn = {"text": turn} if isinstance(turn, str) else turn
        if "status" in turn:
            extra = {"retry-after": str(turn["after"])} if "after" in turn else {}
            self.answer(turn["status"], b'{"type": "error", "error": {"type": "x", "message": "no"}}', extra)
        elif "junk" in turn:
            self.answer(200, b"<html>gateway</html>", {})
        elif "silent" in turn:
            self.connection.recv(1)  # returns when the client has hung up
            self.close_connection = True
        else:
            said = SHAPES[path](turn.get("text", ""), "length" in turn)
            for name in turn.get("uncounted", ()):
                if name == "usage":
                    del said["usage"]
                elif name in said["usage"]:
                    said["usage"][name] = 0
            self.answer(200, json.dumps(said).encode(), {}, cut="cut" in turn)

    def answer(self, status: int, data: bytes, extra: dict[str, str], cut: bool = False) -> None:
        self.send_response(status)
        for name, value in {"content-type": "application/json", "content-length": str(len(data)), **extra}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if cut else data)
        self.close_connection = cut


@contextmanager
def loopback(*turns: Any) -> Iterator[Loopback]:
    """The server for as long as the block runs; the last turn is repeated."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state = Loopback(list(turns), url=f"http://127.0.0.1:{server.server_port}")
    server.state = state  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
