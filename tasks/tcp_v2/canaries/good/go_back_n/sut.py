from interface import Packet


WINDOW = 4


class Sender:
    def __init__(self) -> None:
        self.base = 0  # sequence number of the first message not acknowledged
        self.held: list[bytes] = []

    def send(self, msg):
        self.held.append(msg)
        at = len(self.held) - 1
        return [self.packet(at)] if at < WINDOW else []

    def on_packet(self, packet):
        done = packet.seq - self.base  # an ack names the message that is wanted next
        if packet.kind != "ack" or not 0 < done <= min(WINDOW, len(self.held)):
            return []
        before = min(WINDOW, len(self.held))
        del self.held[:done]
        self.base += done
        return [self.packet(at) for at in range(before - done, min(WINDOW, len(self.held)))]

    def on_timeout(self):
        return [self.packet(at) for at in range(min(WINDOW, len(self.held)))]

    def idle(self):
        return not self.held

    def packet(self, at):
        return Packet("data", self.base + at, self.held[at])


class Receiver:
    def __init__(self) -> None:
        self.got: list[bytes] = []

    def on_packet(self, packet):
        if packet.kind != "data":
            return []
        if packet.seq == len(self.got):
            self.got.append(packet.payload)
        return [Packet("ack", len(self.got), b"")]

    def delivered(self):
        return list(self.got)
