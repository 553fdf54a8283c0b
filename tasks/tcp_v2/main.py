"""Send messages through an accepted candidate over a network that loses packets.

python tasks/tcp_v2/main.py CANDIDATE_DIR hello world        or lines on standard input
"""

import random
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

LOSS = 0.3
STEPS = 10_000


class Packet(NamedTuple):
    "What travels between sender and receiver."

    kind: str
    seq: int
    payload: bytes


def load(folder: Path) -> ModuleType:
    """The module `sut.py` of a candidate folder, which stays as it is (no byte code is written); raises OSError."""
    file = folder / "sut.py"
    interface = sys.modules["interface"] = ModuleType("interface")
    module = sys.modules["sut"] = ModuleType("sut")
    interface.__dict__["Packet"] = module.__dict__["Packet"] = Packet
    exec(compile(file.read_bytes(), str(file), "exec"), module.__dict__)
    return module


def transfer(sender: Any, receiver: Any, messages: list[bytes], dice: random.Random) -> tuple[list[bytes], int, int]:
    """What was delivered, how many packets were sent and how many of them were lost."""
    wires: list[tuple[Any, Any]] = [(receiver, packet) for message in messages for packet in sender.send(message)]
    sent, lost = len(wires), 0
    for _ in range(STEPS):
        if wires:
            end, packet = wires.pop(0)
            answers = []
            if dice.random() < LOSS:
                lost += 1
            else:
                answers = end.on_packet(Packet(*packet))
            other = sender if end is receiver else receiver
        elif sender.idle():
            break
        else:
            answers, other = sender.on_timeout(), receiver
        wires += [(other, packet) for packet in answers]
        sent += len(answers)
    return receiver.delivered(), sent, lost


def main(arguments: list[str]) -> int:
    """Print what arrives; 0 when all of it did, 1 when something is missing, 2 for a wrong command line."""
    if not arguments or not (Path(arguments[0]) / "sut.py").is_file():
        print("usage: python main.py CANDIDATE_DIR [MESSAGE ...]   (a folder that holds sut.py)", file=sys.stderr)
        return 2
    messages = [word.encode() for word in arguments[1:] or sys.stdin.read().splitlines()]
    module = load(Path(arguments[0]))
    got, sent, lost = transfer(module.Sender(), module.Receiver(), messages, random.Random(1))
    for message in got:
        print(message.decode(errors="replace"))
    print(f"{len(got)} of {len(messages)} messages arrived; {lost} of {sent} packets were lost", file=sys.stderr)
    return 0 if got == messages else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
