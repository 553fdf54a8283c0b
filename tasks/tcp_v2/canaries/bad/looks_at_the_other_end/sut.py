from interface import Packet


class Receiver:
    latest = None

    def __init__(self):
        self.got = []
        Receiver.latest = self

    def on_packet(self, packet):
        if packet.kind == "data" and packet.seq == len(self.got):
            self.got.append(packet.payload)
            return [Packet("ack", packet.seq, b"")]
        return []

    def delivered(self):
        return list(self.got)


class Sender:
    def __init__(self):
        self.messages = []
        self.acked = 0
        Receiver.latest = None

    def arrived(self):
        other = Receiver.latest
        return self.acked if other is None else min(len(other.got), len(self.messages))

    def send(self, msg):
        self.messages.append(msg)
        return self.on_timeout()

    def on_packet(self, packet):
        if packet.kind != "ack" or packet.seq != self.acked:
            return []
        self.acked += 1
        return self.on_timeout()

    def on_timeout(self):
        self.acked = max(self.acked, self.arrived())
        return [] if self.idle() else [Packet("data", self.acked, self.messages[self.acked])]

    def idle(self):
        return self.acked >= len(self.messages)
