from interface import Packet


class Sender:
    def __init__(self) -> None:
        self.waiting: list[bytes] = []  # the first one is under way
        self.seq = 0

    def send(self, msg):
        self.waiting = [msg]
        return self.current()

    def on_packet(self, packet):
        if packet.kind != "ack" or packet.seq != self.seq or not self.waiting:
            return []
        self.waiting.pop(0)
        self.seq += 1
        return self.current()

    def on_timeout(self):
        return self.current()

    def idle(self):
        return not self.waiting

    def current(self):
        return [Packet("data", self.seq, self.waiting[0])] if self.waiting else []


class Receiver:
    def __init__(self) -> None:
        self.got: list[bytes] = []

    def on_packet(self, packet):
        if packet.kind != "data" or packet.seq > len(self.got):
            return []
        if packet.seq == len(self.got):
            self.got.append(packet.payload)
        return [Packet("ack", packet.seq, b"")]

    def delivered(self):
        return list(self.got)
