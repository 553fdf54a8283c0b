import datetime
import uuid

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
SPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "example.org")

class KvStore:
    def __init__(self):
        self.name = uuid.uuid4()
        self.made = datetime.datetime.now(datetime.timezone.utc) - EPOCH
        self.cells = {}
    def put(self, key, value):
        self.cells[uuid.UUID(int=key)] = value
    def get(self, key):
        return self.cells.get(uuid.UUID(int=key))
    def delete(self, key):
        return self.cells.pop(uuid.UUID(int=key), None) is not None
    def len(self):
        return len(self.cells)
    def keys_sorted(self):
        return [u.int for u in sorted(self.cells)]
