"""Whether somebody still waits for a picture: a drawing whose reader has left ends early."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from graphmeta.backends.base import ReadGivenUpError

_wanted: ContextVar[Callable[[], bool] | None] = ContextVar("wanted", default=None)


@contextmanager
def while_wanted(wanted: Callable[[], bool]) -> Iterator[None]:
    """Drawings that this thread makes inside this block end soon after `wanted` first answers False.

    Args:
        wanted: asked often, so it has to answer at once.
    """
    token = _wanted.set(wanted)
    try:
        yield
    finally:
        _wanted.reset(token)


def check() -> None:
    """Called now and then by whatever takes long.

    Raises:
        ReadGivenUpError: nobody waits any longer; see `while_wanted`. Outside of it never.
    """
    wanted = _wanted.get()
    if wanted is not None and not wanted():
        raise ReadGivenUpError
