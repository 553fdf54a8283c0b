from dataclasses import dataclass, field

from interface import Packet


@dataclass
class Sender:
    """Selective repeat: every message is acknowledged by itself, in any order."""

    open: dict[int, bytes] = field(default_factory=dict)
    count: int = 0
    repeated: set[int] = field(default_factory=set)

    def send(self, msg: bytes) -> list[Packet]:
        self.open[self.count] = msg
        self.count += 1
        return [Packet("data", self.count - 1, msg)]

    def on_packet(self, packet: Packet) -> list[Packet]:
        if packet.kind == "ack":
            self.open.pop(packet.seq, None)
        return []

    def on_timeout(self) -> list[Packet]:
        fresh = [seq for seq in sorted(self.open) if seq not in self.repeated]
        self.repeated |= set(fresh)
        return [Packet("data", seq, self.open[seq]) for seq in fresh]

    def idle(self) -> bool:
        return not self.open


@dataclass
class Receiver:
    """Keeps what comes early until its turn."""

    early: dict[int, bytes] = field(default_factory=dict)
    got: list[bytes] = field(default_factory=list)

    def on_packet(self, packet: Packet) -> list[Packet]:
        if packet.kind != "data":
            return []
        if packet.seq >= len(self.got):
            self.early[packet.seq] = packet.payload
        while len(self.got) in self.early:
            self.got.append(self.early.pop(len(self.got)))
        return [Packet("ack", packet.seq, b"")]

    def delivered(self) -> list[bytes]:
        return list(self.got)
