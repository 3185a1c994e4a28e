"""`graphmeta copy --follow`: rounds until somebody ends it."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from graphmeta.moving.source import Source, Trouble
    from graphmeta.moving.target import Target


def go_on(source: Source, target: Target, every: float, once: bool) -> int:
    """Bring what changes in a source to its copy until SIGINT or SIGTERM, which end it between two portions.

    Args:
        every: seconds between rounds.
        once: end after one round.

    Returns:
        the exit status: 1 where something could not be as it is in the source.
    """
    from graphmeta.moving.following import follow

    told = 0
    asked = threading.Event()

    def report(trouble: Trouble) -> None:
        nonlocal told
        told += 1
        said(f"{trouble.where}: {trouble.what}")

    def stop(number: int, frame: FrameType | None) -> None:
        asked.set()

    source.report = report
    before: dict[signal.Signals, Any] = {}
    for each in (signal.SIGINT, signal.SIGTERM):
        before[each] = signal.signal(each, stop)
    try:
        if not once:
            said(f"Following {source.url}. Ctrl-C ends it; the same command goes on from there.")
        follow(source, target, say=said, report=report, pause=asked.wait, every=every, once=once)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    return 1 if told else 0


def said(text: str) -> None:
    """Tell who watches, at what time."""
    import time

    from graphmeta.render.safe import visible

    click.echo(visible(f"{time.strftime('%H:%M:%S')} {text}"), err=True)
