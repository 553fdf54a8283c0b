def sending():
    """The sender as a coroutine: takes ("send", msg), ("packet", p) or ("timeout", None), yields packets."""
    seq, queue, out = 0, [], []
    while True:
        what, value = yield out, not queue
        out = []
        if what == "send":
            queue.append(value)
            if len(queue) > 1:
                continue
        elif what == "packet":
            if value.kind != "ack" or value.seq != seq + 1:
                continue
            queue.pop(0)
            seq += 1
        out = [("data", seq, queue[0])] if queue else []


class Sender:
    def __init__(self):
        self.machine = sending()
        self.calm = next(self.machine)[1]

    def _told(self, what, value):
        out, self.calm = self.machine.send((what, value))
        return out

    def send(self, msg):
        return self._told("send", msg)

    def on_packet(self, packet):
        return self._told("packet", packet) if not self.calm else []

    def on_timeout(self):
        return self._told("timeout", None)

    def idle(self):
        return self.calm


class Receiver:
    def __init__(self):
        self.got = ()

    def on_packet(self, packet):
        if packet.kind == "ack":
            return []
        self.got += (packet.payload,) * (packet.seq == len(self.got))
        return [("ack", min(packet.seq + 1, len(self.got)), b"")]

    def delivered(self):
        return [*self.got]
