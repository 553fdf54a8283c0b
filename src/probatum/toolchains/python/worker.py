"""The worker: runs inside the locked child, executes the candidate and answers calls.

Standard library only; loaded by path into the host. Everything this code says is a claim of the candidate's process:
the judge compares it with the oracle and never trusts it. The protocol is described in ``docs/wire.md``.
"""

import json
import os
import sys
import types
from sys import intern

from probatum.toolchains.python.offered import is_called, make_records, missing, own_record, plain
from probatum.toolchains.python.spoiling import ATOMS, is_spoiled, spoil

HELD = 1 << 16
"""Bytes of reply that are held back at most while further requests are waiting."""


def serve(fd, codec, boundary, make_player=None):
    """Answer frames on ``fd`` until the peer closes it. ``boundary`` reads sources, ``make_player`` makes what runs
    threads, which costs a tenth of a worker and is needed by few. Steps that came together are answered together:
    whoever sent them reads the replies at one go."""
    worker = Worker(codec, boundary, make_player)
    held = b""
    for frame, more in frames(fd):
        together = frame.startswith(b'["step"')
        if held and not together:
            write_all(fd, held)
            held = b""
        for reply in worker.answer(frame):
            body = reply.encode()
            held += len(body).to_bytes(4, "big") + body
            if not (more and together) or len(held) > HELD:
                write_all(fd, held)
                held = b""


def frames(fd):
    """Yield length-prefixed frames as bytes until end of stream, and whether a further one has come already."""
    rest = b""
    while True:
        head, rest = taken(fd, rest, 4)
        if head is None:
            return
        body, rest = taken(fd, rest, int.from_bytes(head, "big"))
        if body is None:
            return
        yield body, len(rest) >= 4 and len(rest) >= 4 + int.from_bytes(rest[:4], "big")


def taken(fd, rest, count):
    """``count`` bytes, or None at end of stream, and what was read beyond them."""
    parts, held = [rest], len(rest)
    while held < count:
        part = os.read(fd, max(1 << 16, min(count - held, 1 << 20)))
        if not part:
            return None, b""
        parts.append(part)
        held += len(part)
    whole = b"".join(parts) if len(parts) > 1 else rest
    return whole[:count], whole[count:]


def write_all(fd, data):
    """Send bytes."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


class Worker:
    """State of one worker process: the candidate's module and the answers that refs may point to."""

    def __init__(self, codec, boundary, make_player=None):
        self.codec = codec
        self.atoms = codec.ATOMS
        self.boundary = boundary
        self.make_player = make_player
        self._player = None
        self.module = None
        self.records: frozenset[tuple[str, ...]] = frozenset()
        self.classes = {}
        self.raises = {}
        self.coroutines = {}
        self.handles = {}
        self.owners = {}
        self.answers = []
        self.given = []

    def answer(self, frame):
        """Yield the reply texts of a request frame."""
        verb, *body = REQUESTS.raw_decode(frame.decode())[0]
        if verb == "inspect":
            yield self.boundary.inspect(body[0], body[1])
        elif verb == "load":
            yield self.load(*body)
        elif verb == "run":
            for segment in body[0]:
                self.start_segment()
                yield "[" + ",".join([self.call(call) for call in segment]) + "]"
        elif verb == "threads":
            for item in body[0]:
                yield self.player().run(self, item)
        elif verb == "step":
            yield self.call(body[0])
        elif verb == "segment":
            self.start_segment()
            yield "null"

    def player(self):
        """What runs programs of threads, made when first asked for."""
        self._player = self._player or self.make_player()
        return self._player

    def start_segment(self):
        """Forget the instances and answers of the segment before."""
        if self._player is not None:
            self._player.forget()
        self.handles = {}
        self.owners = {}
        self.answers = []

    def load(self, source, outline, random_seed):
        """Execute the candidate as module ``sut``; reply ["loaded", missing names] or ["failed", error, message]."""
        outline = plain(outline)
        self.records = frozenset(tuple(fields) for fields in outline["records"].values())
        self.raises = outline["raises"]
        self.coroutines = outline.get("coroutines", {})
        module = self.module = types.ModuleType("sut")
        injected = make_records(outline["records"])
        interface = sys.modules["interface"] = types.ModuleType("interface")
        for space in (interface.__dict__, module.__dict__):
            space.update(injected)
        sys.modules["sut"] = module
        if "random" in sys.modules:
            sys.modules["random"].seed(random_seed)
        if self.make_player is not None and outline.get("sync"):
            self.player().install(outline["sync"])
        try:
            announced = outline.get("threads") and self.player().compiled(source, module.__dict__)
            exec(announced or compile(source, "sut.py", "exec", dont_inherit=True), module.__dict__)
        except BaseException as problem:  # noqa: BLE001 - whatever the candidate raises is its answer
            return self.text(["failed", type(problem).__name__[:80], message_of(problem)])
        self.classes = {name: own_record(module, name, cls) for name, cls in injected.items()}
        return self.text(["loaded", missing(module, outline)])

    def text(self, value):
        return self.codec.encode(value)

    def call(self, call, done=None):
        """Make one call and give its answer as text; spoils arguments and result, so that leaked internals show.

        ``done``: arguments, result and error of one that was made already, see `making`."""
        verb = call[0]
        ours: list[object] | tuple[object, ...] = ()
        try:
            if done is not None:
                ours = done[0]
                result = outcome(done)
            else:
                values = call[FIRST_ARGUMENT[verb] :]
                for value in values:
                    if type(value) not in ATOMS:
                        values = ours = [self.value(a) for a in values]
                        break
                if verb == "c":
                    result = getattr(self.handles.get(call[1]), intern(call[2]))(*values)
                    if self.coroutines and self.awaits(call):
                        result = self.player().alone(result)
                else:
                    result = self.made(call, values)
            text = self.atoms.get(type(result))
            if text is not None:
                answer = "[0," + text(result) + "]"
            else:
                answer = "[0," + (self.taken_back(result) or self.codec.encode(result, records=self.records)) + "]"
                self.hand_over(result)
        except BaseException as problem:  # noqa: BLE001 - whatever the candidate raises is its answer
            answer = self.error(call, problem)
        for value in ours:
            spoil(value)
        self.answers.append(answer)
        return answer

    def made(self, call, values):
        """What a call of a function gives, or of what makes an instance: nothing but that."""
        if call[0] == "f":
            return getattr(self.module, call[1])(*values)
        instance = self.maker(call[1], call[2])(*values)
        self.handles[call[3]], self.owners[call[3]] = instance, call[1]
        return None

    async def making(self, call, values):
        """The outcome of a call of a method, as a coroutine that is suspended where the candidate awaits. ``values`` is
        filled with the arguments."""
        values += [self.value(a) for a in call[FIRST_ARGUMENT["c"] :]]
        result = getattr(self.handles.get(call[1]), call[2])(*values)
        return await result if self.awaits(call) else result

    def awaits(self, call):
        """Whether a call is of a method that gives something to await."""
        return call[2] in self.coroutines.get(self.owners.get(call[1]), ())

    def hand_over(self, result):
        """A result that can be changed is the caller's from now on: it is ruined, and remembered for `taken_back`."""
        spoil(result)
        if type(result) in CONTAINERS:
            self.given = [*self.given[-7:], result]

    def taken_back(self, result):
        """The answer where one of the latest containers handed over, the caller's own, was filled again; else "".
        Looked at when the next container is handed over."""
        if type(result) not in CONTAINERS:
            return ""
        used = [type(value).__name__ for value in self.given if not is_spoiled(value)]
        return '{"x":"' + used[0] + ' answered before and used again"}' if used else ""

    def maker(self, owner, method):
        cls = getattr(self.module, owner)
        return cls if method == "new" else getattr(cls, method)

    def value(self, tree):
        """An argument: records become the candidate's own named tuple class of that name, if it has one."""
        kind = type(tree)
        if kind is list:
            return [self.value(item) for item in tree]
        if kind is not dict:
            return tree
        tag, body = next(iter(tree.items()))
        if tag == "ref":
            return self.referred(body)
        if tag == "r":
            return self.classes[body[0]](*[self.value(item) for item in body[1]])
        if tag == "t":
            return tuple([self.value(item) for item in body])
        if tag == "d":
            return {self.value(k): self.value(v) for k, v in body}
        if tag == "s":
            return {self.value(item) for item in body}
        return self.codec.build(tree)

    def referred(self, path):
        answer = self.codec.parse(self.answers[path[0]])
        value = self.codec.build(answer[1])
        for index in path[1:]:
            value = value[index]
        return value

    def error(self, call, problem):
        """[1,name] for a declared error (a subclass counts: callers catch it), [2,name,message] for any other."""
        owner, method = ("", call[1]) if call[0] == "f" else (call[1], call[2])
        if call[0] == "c":
            owner = self.owners.get(call[1], "")
        declared = self.raises.get(f"{owner}.{method}", ())
        classes = type(problem).__mro__
        for name in declared:
            if any(is_called(cls, name) for cls in classes):
                return self.text([1, name])
        own = [name for name in declared if name in [cls.__name__ for cls in classes]]
        note = f"(not the built-in {own[0]}) " if own else ""
        return self.text([2, type(problem).__name__[:80], note + message_of(problem)])


def message_of(problem):
    """A short message of an exception, without trusting its ``__str__``."""
    try:
        text = str(problem.args[0]) if problem.args and type(problem.args[0]) in (str, int) else ""
        return "".join(c for c in text if c.isprintable() and not "\ud800" <= c <= "\udfff")[:200]
    except BaseException:  # noqa: BLE001 - a candidate's exception may itself misbehave
        return ""


def outcome(done):
    """The result of a call that was made already; raises what it ended with."""
    if done[2] is not None:
        raise done[2]
    return done[1]


REQUESTS = json.JSONDecoder()
"""They come from the judge: nothing in them is too long, too deep or no value."""
CONTAINERS = (list, dict, set)
FIRST_ARGUMENT = {"n": 4, "c": 3, "f": 2}  # where the arguments of a call begin
