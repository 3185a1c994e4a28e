"""What is seen of a copy while it runs: how far it is, and what does not come over as it was."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from graphmeta.moving.progress import Progress
    from graphmeta.moving.source import Trouble

_SHOWN = 100  # troubles that are printed as they come; --troubles has all
_LINE_EVERY = 5.0  # seconds, where standard error is no terminal


class Telling:
    """Prints what does not come over as it was, or writes it to a file."""

    def __init__(self, path: str | None) -> None:
        self.number = 0
        self._path = path
        self._file: Any = None

    def __enter__(self) -> Telling:
        if self._path is not None:
            self._file = Path(self._path).open("w", encoding="utf-8", errors="backslashreplace")
        return self

    def __exit__(self, *error: object) -> None:
        if self._file is not None:
            self._file.close()
        elif self.number > _SHOWN:
            click.echo(f"… and {self.number - _SHOWN:,} more; --troubles FILE has them all.", err=True)

    def __call__(self, trouble: Trouble) -> None:
        from graphmeta.render.safe import visible

        self.number += 1
        line = visible(f"{trouble.where}: {trouble.what}")
        if self._file is not None:
            self._file.write(line + "\n")
        elif self.number <= _SHOWN:
            click.echo(line, err=True)


@contextmanager
def shown(progress: Progress, *, quiet: bool) -> Iterator[None]:
    """Show progress on standard error within the block."""
    if quiet or sys.stderr is None:
        yield
    elif sys.stderr.isatty():
        with _bar(progress):
            yield
    else:
        with _lines(progress):
            yield


@contextmanager
def _bar(progress: Progress) -> Iterator[None]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (BarColumn(bar_width=30), TextColumn("{task.description}", markup=False))
    with Bars(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as bars:
        task = bars.add_task("reading", total=None)
        progress.watch(
            lambda: bars.update(task, total=progress.total, completed=progress.pieces, description=progress.line())
        )
        yield


@contextmanager
def _lines(progress: Progress) -> Iterator[None]:
    last = time.monotonic()

    def show() -> None:
        nonlocal last
        if time.monotonic() - last >= _LINE_EVERY:
            last = time.monotonic()
            click.echo(progress.line(), err=True)

    progress.watch(show)
    yield
