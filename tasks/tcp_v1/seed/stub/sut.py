class Sender:
    def send(self, msg):
        return []

    def on_packet(self, packet):
        return []

    def on_timeout(self):
        return []

    def idle(self):
        return True


class Receiver:
    def on_packet(self, packet):
        return []

    def delivered(self):
        return []
