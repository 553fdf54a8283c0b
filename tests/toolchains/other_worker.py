"""A worker written from docs/wire.md alone, with its candidate compiled in: it imports nothing of probatum.

``python other_worker.py [--broken NAME] FD``; the broken variants are what the conformance kit must notice.
"""

import json
import socket
import sys
from typing import Any

BROKEN = sys.argv[2] if sys.argv[1] == "--broken" else ""


class Tuple(list):  # type: ignore[type-arg]
    """A list that is written as a tuple."""


class Tagged:
    def __init__(self, tag: str, body: Any) -> None:
        self.tag, self.body = tag, body


def write(value: Any) -> str:
    if isinstance(value, Tuple):
        return write(Tagged("t", list(value)))
    if isinstance(value, list):
        return "[" + ",".join(map(write, value)) + "]"
    if isinstance(value, dict):
        return write(Tagged("d", sorted(([k, v] for k, v in value.items()), key=lambda row: write(row[0]))))
    if isinstance(value, Tagged):
        return "{" + json.dumps(value.tag) + ":" + write(value.body) + "}"
    if isinstance(value, bytes):
        return write(Tagged("b", value.hex()))
    if isinstance(value, float) and (value != value or value in (float("inf"), -float("inf"))):
        return write(Tagged("f", str(value)))
    return json.dumps(1 if BROKEN == "bools are numbers" and value is True else value)


def read(tree: Any, answers: list[Any]) -> Any:
    if isinstance(tree, list):
        return [read(item, answers) for item in tree]
    if not isinstance(tree, dict):
        return tree
    ((tag, body),) = tree.items()
    if tag == "t":
        return Tuple(read(item, answers) for item in body)
    if tag == "r":
        return Tuple(read(item, answers) for item in body[1])
    if tag == "d":
        return {key: read(value, answers) for key, value in body}
    if tag == "b":
        return bytes.fromhex(body)
    if tag == "f":
        return float(body)
    if tag == "ref":
        value = answers[body[0]]
        for index in body[1:]:
            value = value[index]
        return value
    return Tagged(tag, read(body, answers))


class Full(Exception):
    pass


class Counter:
    def __init__(self, start: int) -> None:
        self.n = start

    def add(self, by: int) -> int:
        if self.n + by > 100:
            raise Full
        self.n += by
        return self.n

    def total(self) -> int:
        return self.n

    def fail(self) -> None:
        raise RuntimeError("told to")


class Segment:
    def __init__(self) -> None:
        self.instances: dict[int, Counter] = {}
        self.answers: list[Any] = []

    def call(self, call: list[Any]) -> str:
        value = None
        try:
            value = self.made(call)
            text = f"[0,{write(None if call[0] == 'n' else value)}]"
        except Full:
            text = '[2,"Full",""]' if BROKEN == "declared errors" else '[1,"Full"]'
        except Exception as problem:
            text = f"[2,{json.dumps(type(problem).__name__)},{json.dumps(str(problem))}]"
        self.answers.append(value)
        return text

    def made(self, call: list[Any]) -> Any:
        if call[0] == "f":
            if not call[1].startswith("same_"):
                raise AttributeError(call[1])
            return read(call[2], self.answers)
        if call[0] == "n":
            self.instances[call[3]] = Counter(read(call[4], self.answers))
            return None
        args = [read(arg, self.answers) for arg in call[3:]]
        return getattr(self.instances[call[1]], call[2])(*args)


def missing(outline: Any) -> list[str]:
    asked = dict(outline["d"])
    here = {"Counter": {"new", "add", "total", "fail"}}
    gone = [name for name, _ in asked["functions"]["d"] if not name.startswith("same_")]
    for name, members in asked["classes"]["d"]:
        gone += [f"{name}.{m}" for m, _ in members["d"] if m not in here[name]] if name in here else [name]
    return gone


def serve(sock: socket.socket) -> None:
    def receive(count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = sock.recv(count - len(data))
            if not part:
                raise SystemExit
            data += part
            if BROKEN == "one read per frame":
                break
        return data

    def send(text: str) -> None:
        body = text.encode()
        sock.sendall(len(body).to_bytes(4, "big") + body)

    segment = Segment()
    while True:
        request = json.loads(receive(int.from_bytes(receive(4), "big")))
        if request[0] == "load":
            send(write(["loaded", [] if BROKEN == "missing names" else missing(request[2])]))
        elif request[0] == "run":
            for calls in request[1]:
                segment = segment if BROKEN == "instances live on" else Segment()
                send("[" + ",".join(segment.call(call) for call in calls) + "]")
        elif request[0] == "segment":
            segment = Segment()
            send("null")
        elif request[0] == "step":
            send(segment.call(request[1]))
            if BROKEN == "talks too much":
                send("null")


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[-1])))
