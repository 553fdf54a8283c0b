from interface import Packet
NUMBERS = 8
class Sender:
    def __init__(self):
        self.waiting = []
        self.seq = 0
    def send(self, msg):
        self.waiting.append(msg)
        return self.current() if len(self.waiting) == 1 else []
    def on_packet(self, packet):
        if packet.kind != "ack" or packet.seq != self.seq or not self.waiting:
            return []
        self.waiting.pop(0)
        self.seq = (self.seq + 1) % NUMBERS
        return self.current()
    def on_timeout(self):
        return self.current()
    def idle(self):
        return not self.waiting
    def current(self):
        return [Packet("data", self.seq, self.waiting[0])] if self.waiting else []
class Receiver:
    def __init__(self):
        self.got = []
    def on_packet(self, packet):
        if packet.kind != "data":
            return []
        if packet.seq == len(self.got) % NUMBERS:
            self.got.append(packet.payload)
        return [Packet("ack", packet.seq, b"")]
    def delivered(self):
        return list(self.got)
