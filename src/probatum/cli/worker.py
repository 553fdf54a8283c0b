"""`probatum worker`: one locked Python worker whose frames go through stdin and stdout, for tools of third parties."""

from __future__ import annotations

import os
import sys
from threading import Event, Thread

import click

from probatum.cli import endings
from probatum.cli.common import sandbox_option
from probatum.wire.frames import Stream

CHUNK_BYTES = 1 << 16


@click.command("worker")
@click.option("--package", "packages", multiple=True, metavar="NAME", help="A third-party package it may import.")
@click.option("--hash-seed", type=click.IntRange(0, 2**32 - 1), default=1, show_default=True, help="PYTHONHASHSEED.")
@click.option("--cpu", "cpu_s", type=click.FloatRange(min=0.05), default=1.0, show_default=True, help="CPU seconds.")
@click.option("--wall", "wall_s", type=click.FloatRange(min=0.1), default=600.0, show_default=True, help="Seconds.")
@sandbox_option
def command(packages: tuple[str, ...], hash_seed: int, cpu_s: float, wall_s: float, tier: str) -> int:
    """Start one locked worker and pass frames: stdin to it, its answers to stdout, until stdin ends.

    The frames are those of docs/wire.md; the first one loads a candidate. How the worker ended is one line on stderr.
    Exit codes: 0 it served until stdin ended; 1 it was lost before; 4 it could not be started.
    """
    from probatum.checking import choose_tier
    from probatum.task.model import Limits
    from probatum.toolchains.python.hosts import HostSpec, start_host

    limits = Limits(cpu_s=cpu_s, wall_s=wall_s)
    chosen = choose_tier(tier)  # type: ignore[arg-type]  # click has checked the word
    host = start_host(HostSpec(limits=limits, packages=packages, tier=chosen, hash_seed=hash_seed))
    try:
        number, stream = host.fork(cpu_s=cpu_s)
        served = relay(stream, sys.stdin.fileno(), sys.stdout.fileno())
        stream.close()
        ending = host.end(number)
    finally:
        host.close()
    print(f"ended: {ending.how} {ending.detail}".rstrip() + f", {ending.cpu_s:.3f} CPU-s", file=sys.stderr)
    return endings.ACCEPTED if served else endings.REFUTED


def relay(stream: Stream, source: int, sink: int) -> bool:
    """Pass bytes both ways; True when the source ended before the worker did."""
    ended = Event()
    Thread(target=_feed, args=(stream, source, ended), daemon=True).start()
    while _pass_answer(stream, sink):
        pass
    return ended.is_set()


def _feed(stream: Stream, source: int, ended: Event) -> None:
    """In a thread of its own, because a worker that waits to be read does not read."""
    try:
        while data := os.read(source, CHUNK_BYTES):
            stream.sock.sendall(data)
        ended.set()
        stream.end_sending()
    except OSError:
        return  # the worker is gone; the other direction says so


def _pass_answer(stream: Stream, sink: int) -> bool:
    try:
        data = stream.sock.recv(CHUNK_BYTES)
    except ConnectionError:
        return False
    view = memoryview(data)
    while view:
        view = view[os.write(sink, view) :]
    return bool(data)
