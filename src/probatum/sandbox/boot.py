"""Command lines that run one module of this package in a bare interpreter, without the rest of probatum."""

from __future__ import annotations

import marshal
import os
import sys
from typing import Any

_HERE = os.path.dirname(os.path.abspath(__file__))
# The package is made by hand, as looking for it would need leave to list the folder it lies in.
_SCRIPT = """
import sys, marshal
package = sys.modules["sandbox"] = type(sys)("sandbox")
package.__path__ = [sys.argv[1]]
from sandbox.{module} import main
main(marshal.loads(bytes.fromhex(sys.argv[2])))
"""


def command(module: str, argument: dict[str, Any]) -> list[str]:
    """Run `main(argument)` of a module that imports nothing but the standard library and its neighbours.

    The argument is plain values. It comes from us: `marshal` would not do for bytes from anybody else.
    """
    script = _SCRIPT.replace("{module}", module)
    return [sys.executable, "-I", "-S", "-B", "-c", script, _HERE, marshal.dumps(argument).hex()]
