import array
import struct
import zlib

class KvStore:
    """Rows packed into bytes."""
    row = struct.Struct("<QQ")
    def __init__(self):
        self.data = bytearray()
    def _rows(self):
        return list(self.row.iter_unpack(bytes(self.data)))
    def _find(self, key):
        return next((i for i, (k, _) in enumerate(self._rows()) if k == key), None)
    def put(self, key, value):
        self.delete(key)
        self.data += self.row.pack(key, value)
    def get(self, key):
        at = self._find(key)
        return None if at is None else self.row.unpack_from(self.data, at * self.row.size)[1]
    def delete(self, key):
        at = self._find(key)
        if at is None:
            return False
        del self.data[at * self.row.size : (at + 1) * self.row.size]
        return True
    def len(self):
        return len(self.data) // self.row.size
    def keys_sorted(self):
        return list(array.array("Q", sorted(k for k, _ in self._rows())))
    def check(self):
        return zlib.crc32(self.data)
