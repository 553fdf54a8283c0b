"""Messages over a network that loses and doubles packets on their way to the receiver (the published adversary)."""

from typing import Annotated, Literal, NamedTuple

from probatum import U64, Sut, World, action, always, eventually, link, never_raises, sized, sut, timer, world

Message = Annotated[bytes, sized(0, 40)]


class Packet(NamedTuple):
    "What travels between sender and receiver."

    kind: Literal["data", "ack"]
    seq: U64
    payload: Message


Packets = Annotated[list[Packet], sized(0, 6)]


@sut(answers="any")
class Sender:
    """Sends everything that is not acknowledged, again and again."""

    def __init__(self) -> None:
        self.unacked: list[Packet] = []
        self.next = 0

    def send(self, msg: Message) -> list[Packet]:
        self.unacked.append(Packet("data", self.next, msg))
        self.next += 1
        return self.unacked[-1:]

    def on_packet(self, packet: Packet) -> list[Packet]:
        if packet.kind == "ack":
            self.unacked = [waiting for waiting in self.unacked if waiting.seq >= packet.seq]
        return []

    def on_timeout(self) -> list[Packet]:
        return list(self.unacked)

    def idle(self) -> bool:
        return not self.unacked


@sut(answers="any")
class Receiver:
    """Takes the packet that is next and says which one it wants now."""

    def __init__(self) -> None:
        self.got: list[bytes] = []

    def on_packet(self, packet: Packet) -> list[Packet]:
        if packet.kind != "data":
            return []
        if packet.seq == len(self.got):
            self.got.append(packet.payload)
        return [Packet("ack", len(self.got), b"")]

    def delivered(self) -> list[Message]:
        return list(self.got)


@never_raises("TCP-4")
def any_packets(sender: Sender, receiver: Receiver, packets: Packets) -> None:
    "Whatever packets arrive at either end, no call ends in an error."
    for packet in packets:
        sender.on_packet(packet)
        receiver.on_packet(packet)
    sender.on_timeout()
    sender.idle()
    receiver.delivered()


@always("TCP-1")
def nothing_from_nothing(s: Sut) -> None:
    "A new sender is idle and sends nothing by itself; a new receiver has delivered nothing."
    sender = s.Sender()
    assert sender.idle()
    assert sender.on_timeout() == []
    assert s.Receiver().delivered() == []


class Pair(World):
    """One sender, one receiver, a link each way."""

    sender: Sender
    receiver: Receiver

    def start(self) -> None:
        self.sent: list[bytes] = []
        self.got: list[bytes] = []

    @action()
    def send(self, msg: Message) -> None:
        self.sent.append(msg)
        for packet in self.sender.send(msg):
            self.data(packet)

    @link()
    def data(self, packet: Packet) -> None:
        self.arrive(packet)

    @link()
    def acks(self, packet: Packet) -> None:
        for answer in self.sender.on_packet(packet):
            self.data(answer)

    @timer()
    def timeout(self) -> None:
        for packet in self.sender.on_timeout():
            self.data(packet)

    def arrive(self, packet: Packet) -> None:
        for answer in self.receiver.on_packet(packet):
            self.acks(answer)
        self.got = self.receiver.delivered()


class Connection(Pair):
    """What holds at every moment, whatever the network does."""

    @always("TCP-2")
    def in_order_and_once(self) -> None:
        "What was delivered is the beginning of what was sent: in order, each message once."
        assert self.got == self.sent[: len(self.got)], f"{self.got} was delivered where {self.sent} was sent"

    @always("TCP-2")
    def idle_means_delivered(self) -> None:
        "A sender is idle only when everything sent was delivered."
        if self.sender.idle():
            assert self.got == self.sent, "the sender is idle and a message is missing"


@world(steps=16, exhaustive=4, apart=6)
class Faultless(Pair):
    """Nothing goes wrong: the pair is a perfect channel."""

    @eventually("TCP-1", within=200)
    def faultless_delivery(self) -> bool:
        "Over a network without faults, everything sent is delivered and the sender becomes idle."
        return self.got == self.sent and self.sender.idle()


@world(steps=24, exhaustive=4, apart=6)
class LossyData(Connection):
    """Packets to the receiver are lost and doubled; those to the sender never."""

    @link("drop", "duplicate")
    def data(self, packet: Packet) -> None:
        self.arrive(packet)

    @eventually("TCP-3", within=200)
    def eventual_delivery(self) -> bool:
        "Once the network stops losing packets, everything sent is delivered."
        return self.got == self.sent
