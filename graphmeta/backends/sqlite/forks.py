"""What a fork does to SQLite, and how it is kept from doing it.

SQLite remembers in the process's memory which locks it holds on a file. A forked child inherits that memory but
not the locks: what it then opens believes itself protected, and the parent, or a third process, may take away
the write-ahead log under it. So before a fork every idle connection is closed, and a child forked while a
connection was in use may not use that file.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterable
from typing import TYPE_CHECKING

from graphmeta.errors import FailedPreconditionError

if TYPE_CHECKING:
    from graphmeta.backends.sqlite.connection import Connections
    from graphmeta.backends.sqlite.opening import Connection

_WATCHED: weakref.WeakSet[Connections] = weakref.WeakSet()
# Files that this process, as a forked child, may not use.
_MISLED: set[str] = set()
# Inherited connections: closing one could end the parent's locks, so they are kept to the child's end.
_KEPT: list[Connection] = []


def watch(connections: Connections) -> None:
    """Care for these in every fork, as long as they live."""
    _WATCHED.add(connections)


def keep(inherited: Iterable[Connection]) -> None:
    """Never close these."""
    _KEPT.extend(inherited)


def check(path: str) -> None:
    """Refuse a file that was in use when this process was forked.

    Raises:
        FailedPreconditionError: it was.
    """
    if path in _MISLED:
        raise FailedPreconditionError(
            f"This process was forked while {path} was being read or written, and SQLite cannot use the file in such a "
            "child. Fork when no thread uses the store, or start the process with multiprocessing's 'spawn'."
        )


def _before() -> None:
    for connections in list(_WATCHED):
        connections.before_fork()


def _after_in_parent() -> None:
    for connections in list(_WATCHED):
        connections.after_fork_in_parent()


def _after_in_child() -> None:
    for connections in list(_WATCHED):
        if connections.after_fork_in_child():
            _MISLED.add(connections.path)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_after_in_parent, after_in_child=_after_in_child)
