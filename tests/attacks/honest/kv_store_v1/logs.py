import logging
import warnings

logging.basicConfig(level=logging.DEBUG)
log = logging.getLogger(__name__)
warnings.warn("a warning at import", stacklevel=1)

class KvStore:
    def __init__(self):
        self.cells = {}
    def put(self, key, value):
        log.debug("put %d %d", key, value)
        self.cells[key] = value
    def get(self, key):
        warnings.warn("about to get", stacklevel=1)
        return self.cells.get(key)
    def delete(self, key):
        try:
            del self.cells[key]
        except KeyError:
            log.exception("no such key")
            return False
        return True
    def len(self):
        return len(self.cells)
    def keys_sorted(self):
        return sorted(self.cells)
