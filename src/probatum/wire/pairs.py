"""Connected sockets for our own processes."""

from __future__ import annotations

import socket


def stream_pair() -> tuple[socket.socket, socket.socket]:
    """Two connected Unix stream sockets."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)


def adopt(fd: int) -> socket.socket:
    """The socket behind a descriptor that was handed over."""
    return socket.socket(fileno=fd)
