import json
import re
import textwrap

DIGITS = re.compile(r"\d+")

class KvStore:
    """Keeps its cells as a JSON text."""
    def __init__(self):
        self.text = "{}"
    def _cells(self):
        return {int(k): v for k, v in json.loads(self.text).items()}
    def put(self, key, value):
        cells = self._cells()
        cells[key] = value
        self.text = textwrap.dedent(json.dumps(cells))
    def get(self, key):
        return self._cells().get(key)
    def delete(self, key):
        cells = self._cells()
        found = cells.pop(key, None) is not None
        self.text = json.dumps(cells)
        return found
    def len(self):
        return len(re.findall(r'"\d+":', self.text))
    def keys_sorted(self):
        return sorted(int(DIGITS.match(k).group()) for k in json.loads(self.text))
