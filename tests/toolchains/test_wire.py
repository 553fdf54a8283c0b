"""docs/wire.md says what is so: a worker written from it conforms, broken ones are noticed, its tables hold."""

import re
import socket
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from probatum.task.model import Limits as TaskLimits
from probatum.testing.conformance import OUTLINE, SAME, SUBJECT, check_worker
from probatum.testing.workers import InProcessWorkers
from probatum.toolchains.python import boundary, worker
from probatum.toolchains.python.interleave.programs import Player
from probatum.toolchains.python.pair import PythonWorkers
from probatum.types import codec
from probatum.types.codec import decode, encode
from probatum.wire.frames import MAX_FRAME_BYTES, Stream

PAGE = (Path(__file__).parents[2] / "docs" / "wire.md").read_text()
OTHER = [sys.executable, str(Path(__file__).with_name("other_worker.py"))]


def in_a_thread() -> Stream:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)

    def serve() -> None:
        with theirs:
            worker.serve(theirs.fileno(), codec, boundary)

    threading.Thread(target=serve, daemon=True).start()
    return Stream(ours)


def test_a_worker_written_from_the_page_conforms() -> None:
    assert check_worker(OTHER) == []


def test_the_worker_of_this_package_conforms() -> None:
    assert check_worker(in_a_thread) == []


def test_the_worker_of_this_package_conforms_in_its_own_locked_process() -> None:
    workers = PythonWorkers(limits=TaskLimits(), packages=(), tier="lock")
    try:
        assert check_worker(lambda: workers.host(0).fork(cpu_s=5.0)[1]) == []
    finally:
        workers.close()


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("bools are numbers", "same_bool"),
        ("declared errors", "a declared error"),
        ("instances live on", "an instance of the segment before"),
        ("missing names", "absent names"),
        ("one read per frame", ""),
        ("talks too much", "step"),
    ],
)
def test_a_worker_that_deviates_is_told_where(broken: str, words: str) -> None:
    deviations = check_worker([*OTHER[:2], "--broken", broken], timeout_s=1.0)
    assert deviations
    assert any(words in text for text in deviations), deviations


@pytest.mark.parametrize(
    "program",
    ["pass", "import time; time.sleep(9)", "import socket, sys; socket.socket(fileno=int(sys.argv[1])).send(b'hello')"],
)
def test_a_program_that_is_no_worker_is_told_so_in_time(program: str) -> None:
    deviations = check_worker([sys.executable, "-S", "-c", program], timeout_s=0.3)
    assert deviations
    assert all(text.startswith(("load", "absent")) for text in deviations)


def table(heading: str) -> list[list[str]]:
    """The rows of the first table below a heading, cells with their code marks."""
    part = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows[2:]]


def texts(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


VALUES: dict[str, list[Any]] = {
    "None, unit": [None],
    "bool": [True, False],
    "integer": [12, -3],
    "float": [1.5, -0.0, 1e22],
    "not a number": [float("nan")],
    "infinities": [float("inf"), float("-inf")],
    "text": ["a\u20ac\U0001f600"],
    "bytes": [b"\x00\xff"],
    "list": [[1, 2]],
    "tuple": [(1, "a")],
    "dict": [{"b": 2, "a": 1}],
    "set": [{2, 1}],
    "enum": ["ack"],
    "optional": [None, 5],
    "result": [("ok", 5), ("err", "full")],
    "earlier answer": [codec.Ref(0), codec.Ref(0, 1)],
}


def test_every_row_of_the_codec_table_is_what_the_codec_does() -> None:
    rows = {name: texts(cell) for name, cell in table("Values")}
    records = {"record as argument", "record as result", "anything else"}
    assert set(rows) == set(VALUES) | records
    for name, values in VALUES.items():
        assert [encode(value) for value in values] == rows[name], name
        assert [encode(decode(text)) for text in rows[name]] == rows[name], name


def test_records_are_written_as_the_table_says() -> None:
    rows = {name: texts(cell) for name, cell in table("Values")}
    pair = worker.make_records({"Pair": ["left", "right"]})["Pair"](1, "a")
    assert [encode(pair)] == rows["record as argument"]
    assert [encode(pair, records=frozenset({("left", "right")}))] == rows["record as result"]
    opaque = type("type name", (), {})()
    assert [encode(opaque)] == rows["anything else"]


def test_the_limits_are_those_of_the_code() -> None:
    rows = dict(table("Limits"))
    assert rows["nesting of a value"] == str(codec.MAX_DEPTH)
    assert str(codec.MAX_INT_DIGITS) in rows["digits of an integer that is read"]
    assert str(codec.MAX_FRAME_BYTES) in rows["bytes of a reply"]
    assert str(TaskLimits().reply_kb) in rows["bytes of a reply"]
    assert rows["bytes of a request"] == str(MAX_FRAME_BYTES)
    bits = int(re.findall(r"\d+", rows["bits of an integer that is written"])[0])
    assert encode(2**bits - 1).isdigit()
    assert encode(2**bits).startswith('{"x"')


def test_the_outline_of_the_page_is_what_a_task_sends() -> None:
    shown = PAGE.split("```")[1]
    outline = decode("".join(line.strip() for line in shown.splitlines()))
    assert set(outline) == {"classes", "functions", "raises", "records"} == set(OUTLINE)
    assert outline["classes"] == {"Store": {"new": 0, "put": 2, "get": 1}}


def test_the_verbs_of_the_page_are_those_the_worker_knows() -> None:
    verbs = {re.findall(r'\["(\w+)"', row[0])[0] for row in table("Process and frames")}
    w = worker.Worker(codec, boundary, Player)
    assert verbs == {"load", "run", "segment", "step", "inspect", "threads"}
    requests = [
        f'["load",{encode(SUBJECT)},{encode(OUTLINE)},1]',
        '["run",[[]]]',
        '["segment"]',
        '["step",["f","same_int",1]]',
        '["inspect","x = 1",[]]',
        '["threads",[[[],[[["f","same_int",1]]],[],9,false,[],[],[],false]]]',
    ]
    run = '["finished",false,[[0,[0],[]]],[[0,0],[0,0,[0,1]]],[],[],[]]'
    replies = [list(w.answer(request.encode())) for request in requests]
    read = '{"listed": [], "error": null, "excused": {"names": [], "places": []}}'
    assert replies == [['["loaded",[]]'], ["[]"], ["null"], ["[0,1]"], [read], [run]]
    assert list(w.answer(b'["unknown"]')) == []


def test_the_subject_of_the_page_is_the_subject_of_the_kit() -> None:
    named = {name for row in table("The conformance subject") for name in texts(row[0])}
    assert set(SAME) <= named
    loaded = InProcessWorkers(outline=OUTLINE, candidate=SUBJECT)
    from probatum.judge.ports import Opening

    assert loaded.open(Opening())[1] == b'["loaded",[]]'


def test_requests_that_come_together_are_answered_in_order() -> None:
    stream = in_a_thread()
    source = "class Store:\n    def put(self, n):\n        return n\n"
    outline = {"records": {}, "classes": {"Store": {"new": 0, "put": 1}}, "functions": {}, "raises": {}}
    requests = [
        f'["load",{encode(source)},{encode(outline)},1]',
        '["segment"]',
        '["step",["n","Store","new",0]]',
        *[f'["step",["c",0,"put",{number}]]' for number in range(50)],
    ]
    stream.send_raw(b"".join(len(text).to_bytes(4, "big") + text.encode() for text in requests))
    replies = [stream.receive() for _ in requests]
    assert replies == [b'["loaded",[]]', b"null", b"[0,null]", *[f"[0,{number}]".encode() for number in range(50)]]
    stream.close()
