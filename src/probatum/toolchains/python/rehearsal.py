"""Serving a sample in the host before its first fork: what is looked up, linked and specialised then, no child has to
do again, and memory that no child writes to is not copied for it.

The sample is our own: a host never sees a byte of a candidate. Standard library only.
"""

import _socket
import json
import sys

SAMPLE = """
class Sample:
    def __init__(self):
        self.items = {}

    def put(self, key, value):
        self.items[key] = value

    def get(self, key):
        return self.items.get(key)

    def keys(self):
        return sorted(self.items)
"""
OUTLINE = '{"d":[["records",{"d":[]}],["classes",{"d":[]}],["functions",{"d":[]}],["raises",{"d":[]}]]}'
CALLS = [
    ["n", "Sample", "new", 0],
    *[["c", 0, *call] for n in range(20) for call in (["put", n, n], ["get", n], ["keys"])],
]
ROUNDS = 2


def rehearse(worker, codec):
    """Let a worker in this very process load the sample and call it."""
    frames = [f'["load",{json.dumps(SAMPLE)},{OUTLINE},1]'.encode(), json.dumps(["run", [CALLS]]).encode()]
    for _ in range(ROUNDS):
        ours, theirs = _socket.socketpair()
        for frame in frames:
            ours.sendall(len(frame).to_bytes(4, "big") + frame)
        ours.shutdown(_socket.SHUT_WR)
        worker.serve(theirs.fileno(), codec, None)
        theirs.close()
        ours.close()
    for name in ("sut", "interface"):
        del sys.modules[name]
