"""Does a worker speak the wire of docs/wire.md? `check_worker` drives it over its socket and lists what deviates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from probatum.errors import WireError
from probatum.sandbox import spawn as sandbox_spawn
from probatum.sandbox.policy import Limits, Policy
from probatum.types.codec import DecodeError, decode, encode
from probatum.wire.frames import Stream
from probatum.wire.pairs import stream_pair

SUBJECT = '''\
class Full(Exception):
    """The counter would exceed its limit."""


class Counter:
    def __init__(self, start):
        self.n = start

    def add(self, by):
        if self.n + by > 100:
            raise Full
        self.n += by
        return self.n

    def total(self):
        return self.n

    def fail(self):
        raise ValueError("as told")


def same_bool(value):
    return value


same_int = same_float = same_str = same_bytes = same_list = same_bool
same_tuple = same_dict = same_set = same_option = same_pair = same_bool
'''
"""The conformance subject as Python source."""

SAME: dict[str, tuple[str, ...]] = {
    "same_bool": ("true", "false"),
    "same_int": ("0", "-1", "9223372036854775807", "-9223372036854775808"),
    "same_float": ("0.0", "-0.0", "1.5", "1e+22", "5e-324", '{"f":"nan"}', '{"f":"inf"}', '{"f":"-inf"}', "1.0"),
    "same_str": ('""', '"a"', '"\\u20ac\\ud83d\\ude00\\u0000\\n\\"\\\\"', '"' + "x" * 70_000 + '"'),
    "same_bytes": ('{"b":""}', '{"b":"00ff"}'),
    "same_list": ("[]", "[1,-2,3]", "[" + ",".join(map(str, range(20_000))) + "]"),
    "same_tuple": ('{"t":[1,true]}',),
    "same_dict": ('{"d":[]}', '{"d":[["a",1],["b",2]]}'),
    "same_set": ('{"s":[]}', '{"s":[1,10,2]}'),
    "same_option": ("null", "5"),
    "same_pair": ('{"r":["Pair",[1,"a"]]}',),
}
"""Per function of the subject the arguments it must give back."""

COUNTER = {"new": 1, "add": 1, "total": 0, "fail": 0}
OUTLINE = {
    "classes": {"Counter": COUNTER},
    "functions": dict.fromkeys(SAME, 1),
    "raises": {"Counter.add": ["Full"]},
    "records": {"Pair": ["left", "right"]},
}
MORE = {
    **OUTLINE,
    "classes": {"Counter": {**COUNTER, "absent": 1}, "Absent": {"new": 0}},
    "functions": {**dict.fromkeys(SAME, 1), "absent": 2},
}
"""An outline that asks for more than the subject has."""

PAUSE_S = 0.05
"""How long a request is left unfinished."""

Open = Callable[[], Stream]
"""Starts a fresh worker; returns our end of its socket."""


@dataclass(slots=True)
class Talk:
    """A conversation with one worker that notes what deviates."""

    stream: Stream
    deviations: list[str] = field(default_factory=list)

    def reply(self, about: str) -> object | None:
        """The value of the next reply; None (noted) when there is none or it does not parse."""
        try:
            body = self.stream.receive()
        except TimeoutError:
            body, why = None, "no reply came in time"
        except WireError as problem:
            body, why = None, str(problem)
        else:
            why = "the worker ended"
        if body is None:
            self.deviations.append(f"{about}: {why}")
            raise WireError(why)
        try:
            return decode(body)
        except DecodeError as problem:
            self.deviations.append(f"{about}: the reply {body[:80]!r} is not text of the codec ({problem})")
            return None

    def send(self, about: str, request: str) -> None:
        """Send a request; a worker that is gone by then ended before it could answer it."""
        try:
            self.stream.send(request.encode())
        except WireError as problem:
            self.deviations.append(f"{about}: {problem.message}")
            raise

    def expect(self, about: str, request: str, *wanted: str) -> None:
        """Send a request and compare the values of its replies."""
        self.send(about, request)
        for text in wanted:
            said = self.reply(about)
            if encode(said) != encode(decode(text)):
                self.deviations.append(f"{about}: {encode(said)[:120]} where {text[:120]} was expected")

    def ends(self, about: str) -> None:
        """Nothing may follow the last reply, and the worker ends when its socket does."""
        self.stream.end_sending()
        try:
            if self.stream.receive() is not None:
                self.deviations.append(f"{about}: a frame follows the last reply")
        except TimeoutError:
            self.deviations.append(f"{about}: the worker does not end when its socket does")
        except WireError:
            self.deviations.append(f"{about}: bytes follow the last reply")


def check_worker(worker: Sequence[str] | Open, *, timeout_s: float = 10.0) -> list[str]:
    """Every deviation of a worker that holds the conformance subject; [] when it conforms.

    ``worker`` is a command, to which the number of the socket's descriptor is added, or a function that starts one.
    ``timeout_s`` is how long one reply, and the end, may take.
    """
    found: list[str] = []
    for battery in (_loading, _absent, _values, _instances, _errors, _references, _steps, _framing):
        found += _with_worker(worker, battery, timeout_s)
    return found


def _with_worker(worker: Sequence[str] | Open, battery: Callable[[Talk], None], timeout_s: float) -> list[str]:
    if callable(worker):
        return _converse(worker(), battery, timeout_s)
    ours, theirs = stream_pair()
    limits = Limits(cpu_s=10 * timeout_s, wall_s=10 * timeout_s)
    try:
        process = sandbox_spawn.spawn(
            [*worker, str(theirs.fileno())], Policy(tier="plain", limits=limits), pass_fds=(theirs.fileno(),)
        )
    finally:
        theirs.close()
    with process:
        return _converse(Stream(ours), battery, timeout_s)


def _converse(stream: Stream, battery: Callable[[Talk], None], timeout_s: float) -> list[str]:
    stream.wait_at_most(timeout_s)
    talk = Talk(stream)
    about = battery.__name__.strip("_")
    try:
        if battery is not _absent:
            talk.expect("load", _load(OUTLINE), '["loaded",[]]')
        battery(talk)
        talk.ends(about)
    except WireError as problem:
        if not talk.deviations:
            talk.deviations.append(f"{about}: {problem}")
    finally:
        stream.close()
    return talk.deviations


def _load(outline: object) -> str:
    return f'["load",{encode(SUBJECT)},{encode(outline)},7]'


def _run(*segments: str) -> str:
    return '["run",[' + ",".join(f"[{segment}]" for segment in segments) + "]]"


def _loading(talk: Talk) -> None:
    talk.expect("run without segments, then segment", '["run",[]]')
    talk.expect("run without segments, then segment", '["segment"]', "null")


def _absent(talk: Talk) -> None:
    talk.send("load with absent names", _load(MORE))
    said = talk.reply("load with absent names")
    match said:
        case ["loaded", [*names]] if sorted(map(str, names)) == ["Absent", "Counter.absent", "absent"]:
            return
    talk.deviations.append(
        f"load with absent names: {encode(said)[:120]} does not name Absent, Counter.absent and absent"
    )


def _values(talk: Talk) -> None:
    for function, texts in SAME.items():
        for text in texts:
            wanted = text if not text.startswith('{"r"') else '{"t":[1,"a"]}'
            talk.expect(f"{function}({text[:40]})", _run(f'["f","{function}",{text}]'), f"[[0,{wanted}]]")


def _instances(talk: Talk) -> None:
    made = '["n","Counter","new",0,5],["n","Counter","new",1,50]'
    used = '["c",0,"add",2],["c",1,"add",3],["c",0,"total"],["c",1,"total"]'
    answers = "[[0,null],[0,null],[0,7],[0,53],[0,7],[0,53]]"
    talk.expect("two instances", _run(f"{made},{used}"), answers)
    talk.expect("several segments", _run(f"{made},{used}", "", f"{made},{used}"), answers, "[]", answers)
    again = '["n","Counter","new",3,1],["n","Counter","new",3,9],["c",3,"total"]'
    talk.expect("a handle used again", _run(again), "[[0,null],[0,null],[0,9]]")


def _errors(talk: Talk) -> None:
    declared = '["n","Counter","new",0,99],["c",0,"add",2],["c",0,"add",1]'
    talk.expect("a declared error", _run(declared), '[[0,null],[1,"Full"],[0,100]]')
    calls = {
        "an undeclared error": '["n","Counter","new",0,0],["c",0,"fail"]',
        "a call on a handle that was not made": '["n","Counter","new",0,0],["c",9,"total"]',
        "a method that is missing": '["n","Counter","new",0,0],["c",0,"missing"]',
        "an instance of the segment before": '["n","Counter","new",1,0],["c",0,"total"]',
    }
    for about, call in calls.items():
        talk.send(about, _run(call))
        said = talk.reply(about)
        match said:
            case [[0, None], [2, str(), str()]]:
                continue
        talk.deviations.append(f"{about}: {encode(said)[:120]} where [[0,null],[2,error,message]] was expected")


def _references(talk: Talk) -> None:
    calls = '["f","same_tuple",{"t":[4,true]}],["f","same_int",{"ref":[0,0]}],["f","same_int",{"ref":[1]}]'
    talk.expect("references to earlier answers", _run(calls), '[[0,{"t":[4,true]}],[0,4],[0,4]]')


def _steps(talk: Talk) -> None:
    talk.expect("segment", '["segment"]', "null")
    talk.expect("step", '["step",["n","Counter","new",0,1]]', "[0,null]")
    talk.expect("step", '["step",["c",0,"add",1]]', "[0,2]")
    talk.expect("step", '["step",["f","same_int",{"ref":[1]}]]', "[0,2]")
    talk.expect("segment", '["segment"]', "null")
    talk.expect("run after steps", _run('["n","Counter","new",0,8],["c",0,"total"]'), "[[0,null],[0,8]]")


def _framing(talk: Talk) -> None:
    """A request that arrives in pieces, and two that arrive together: only whole ones are answered."""
    request = _run('["f","same_int",1]').encode()
    framed = len(request).to_bytes(4, "big") + request
    for piece in (framed[:2], framed[2:9]):
        talk.stream.send_raw(piece)
        if talk.stream.stirs(PAUSE_S):
            talk.deviations.append("requests in pieces: the worker answered or ended before the request was whole")
            return
    talk.stream.send_raw(framed[9:] + framed)
    for _ in range(2):
        said = talk.reply("requests in pieces and together")
        if encode(said) != "[[0,1]]":
            talk.deviations.append(f"requests in pieces and together: {encode(said)[:120]} where [[0,1]] was expected")
