from interface import Packet


class Sender:
    def __init__(self) -> None:
        self.count = 0

    def send(self, msg):
        self.count += 1
        return [Packet("data", self.count - 1, msg)]

    def on_packet(self, packet):
        return []

    def on_timeout(self):
        return []

    def idle(self):
        return True


class Receiver:
    def __init__(self) -> None:
        self.got: list[bytes] = []

    def on_packet(self, packet):
        self.got.append(packet.payload)
        return []

    def delivered(self):
        return list(self.got)
