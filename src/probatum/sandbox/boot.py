"""Running one module of this package in a bare interpreter, without the rest of probatum."""

from __future__ import annotations

import marshal
import os
import sys
import tempfile
from typing import Any

_HERE = os.path.dirname(os.path.abspath(__file__))
# The package is made by hand: looking for it would need leave to list the folder it lies in.
_SCRIPT = """
import sys, marshal
package = sys.modules["sandbox"] = type(sys)("sandbox")
package.__path__ = [sys.argv[1]]
from sandbox.{module} import main
with open(int(sys.argv[2]), "rb") as file:
    argument = marshal.loads(file.read())
main(argument)
"""


def command(module: str, argument_fd: int) -> list[str]:
    """Run `main(argument)` of a module that imports nothing but the standard library and its neighbours.

    The argument is plain values behind a descriptor of `argument`, which the command must inherit.
    """
    return [sys.executable, "-I", "-S", "-B", "-c", _SCRIPT.replace("{module}", module), _HERE, str(argument_fd)]


def argument(values: Any) -> int:
    """A descriptor to read these values from. They come from us: `marshal` would not do for bytes from anybody else."""
    return held(marshal.dumps(values))


def held(data: bytes) -> int:
    """A descriptor to read the data from; unlike a command line, no other user of the machine can see it."""
    if sys.platform == "linux":
        descriptor = os.memfd_create("probatum")
        os.write(descriptor, data)
    else:
        with tempfile.TemporaryFile(buffering=0) as file:
            file.write(data)
            descriptor = os.dup(file.fileno())
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
