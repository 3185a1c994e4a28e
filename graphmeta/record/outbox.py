"""What is to be written, in order: at once while the store is there, kept and tried again while it is away.

Recording must not break the work that it records. So nothing that goes wrong between here and the store
reaches the caller, unless they asked for that (`strict`): it is said once, in a warning, and what could not
be written in the end is counted when the run ends.
"""

from __future__ import annotations

import inspect
import logging
import os
import threading
import time
import warnings
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from graphmeta.errors import (
    ForeignStoreError,
    GraphmetaError,
    InvalidArgumentError,
    NotFoundError,
    ReadOnlyError,
    SchemaVersionError,
    StoreUnavailableError,
)
from graphmeta.record.ledger import Ledger

# While the store is away it is tried again after so many seconds, or ten times as long as the last try took:
# what waiting for it costs the work is a tenth at most.
PAUSE = 5.0
TRIES_SHARE = 10.0

# Errors that say that the store cannot be written now, whatever is written (a folder that is not there is
# NotFoundError). Others are about one operation.
AWAY = (StoreUnavailableError, NotFoundError, ReadOnlyError, ForeignStoreError, SchemaVersionError, OSError)

log = logging.getLogger("graphmeta.record")
_PACKAGE = str(Path(__file__).resolve().parent.parent)


class RecordingWarning(UserWarning):
    """Something was not recorded, or not as it should be; the work went on."""


class Operation(NamedTuple):
    """One thing to write.

    Attributes:
        what: in words, as `the model churn`.
        write: does it. It may be called again after an error and must write nothing twice then.
    """

    what: str
    write: Callable[[Ledger], None]


class Trouble(NamedTuple):
    """What went wrong with an operation.

    Attributes:
        what: the operation, in words.
        away: whether the store cannot be written now; else the trouble is with this operation alone.
    """

    what: str
    error: Exception
    away: bool


class Outbox:
    """The operations of one run, on their way to the store. Safe to use from several threads.

    Args:
        subject: whose operations they are, for messages, as `run churn`.
        open_ledger: opens the store; it is called again after it failed.
        where: the store's URL, for messages.
        strict: raise errors instead of going on.
    """

    def __init__(self, subject: str, open_ledger: Callable[[], Ledger], where: str, *, strict: bool = False) -> None:
        self.subject = subject
        self.where = where
        self.strict = strict
        self._open_ledger = open_ledger
        self._ledger: Ledger | None = None
        self._queue: deque[Operation] = deque()
        self._lock = threading.Lock()
        self._next_try = 0.0  # on the monotonic clock; 0 while the store is there
        self._said = False
        self._lost = 0
        self._last_error: Exception | None = None
        self._closed = False
        _outboxes.add(self)

    def submit(self, what: str, write: Callable[[Ledger], None]) -> None:
        """Write something, after all that came before it: now, or when the store is back.

        Raises:
            Exception: whatever the store raised, where `strict`; the operation is dropped then.
        """
        if self._closed:
            return self.complain(f"{self.subject} is finished, so {what} was not recorded. Start another run.")
        self._queue.append(Operation(what, write))
        if self._is_time():
            self._report(self._flush())
        return None

    def close(self) -> None:
        """Try once more to write what is left, as long as that gets on, and say what could not be written."""
        if self._closed:
            return
        self._closed = True
        left = len(self._queue) + 1
        trouble = None
        while 0 < len(self._queue) < left:
            left = len(self._queue)
            trouble = self._flush(at_once=True)
        lost = self._lost + len(self._queue)
        try:
            self._report(trouble)
        finally:
            if lost:
                log.warning(
                    "%d of the operations of %s could not be recorded in %s: %s",
                    lost,
                    self.subject,
                    self.where,
                    sentence(self._last_error),
                )
            self._queue.clear()

    def complain(self, message: str) -> None:
        """Say that the recorder was called in a wrong way.

        Raises:
            ValueError: instead, where `strict`.
        """
        if self.strict:
            raise InvalidArgumentError(message)
        warn(message)

    @contextmanager
    def yielding_to(self, error: BaseException) -> Iterator[None]:
        """While an exception of the work is on its way, trouble with recording does not take its place."""
        try:
            yield
        except Exception as trouble:
            log.warning("%s ended with %r, which could not be recorded: %s", self.subject, error, sentence(trouble))

    def _is_time(self) -> bool:
        """Whether the store is there, as far as one knows, or is to be tried again."""
        return self._next_try == 0.0 or time.monotonic() >= self._next_try

    def _flush(self, *, at_once: bool = False) -> Trouble | None:
        """Write what is queued, as far as it goes. Returns the first trouble.

        Args:
            at_once: even if the store is away and was tried a moment ago.
        """
        trouble: Trouble | None = None
        with self._lock:
            # Asked here too: while this thread waited, another one may have found that the store is away.
            while self._queue and (at_once or self._is_time()):
                operation = self._queue[0]
                started = time.monotonic()
                try:
                    if self._ledger is None:
                        try:
                            self._ledger = self._open_ledger()
                        except Exception as error:  # whatever keeps the store from opening, it is away
                            raise StoreUnavailableError(sentence(error)) from error
                    operation.write(self._ledger)
                except Exception as error:
                    away = self._is_away(error)
                    trouble = trouble or Trouble(operation.what, error, away)
                    self._last_error = error
                    if away:
                        if self.strict:
                            self._queue.popleft()
                        if self._ledger is not None:
                            self._ledger.forget()
                        now = time.monotonic()
                        self._next_try = now + max(PAUSE, TRIES_SHARE * (now - started))
                        return trouble
                    self._lost += 1  # this one will not be taken, but the next may be
                self._queue.popleft()
                self._next_try = 0.0
        return trouble

    def _is_away(self, error: Exception) -> bool:
        """Whether an error says that the store cannot be written now."""
        if isinstance(error, NotFoundError) and self._ledger is not None and self._ledger.answers():
            return False  # it is a type, or a node, that is not there
        return isinstance(error, AWAY)

    def _report(self, trouble: Trouble | None) -> None:
        """Say the trouble, the first time. Outside of the lock: a warning may be turned into an error."""
        if trouble is None:
            return
        what, error, away = trouble
        if self.strict:
            raise error
        if self._said:
            return
        self._said = True
        if away:
            warn(
                f"{self.subject} cannot be recorded in {self.where} at the moment: {sentence(error)} The work goes on; "
                "what happens is kept in memory and written when the store is back."
            )
        else:
            warn(f"{what} of {self.subject} could not be recorded in {self.where}: {sentence(error)} The work goes on.")

    def _forget(self) -> None:
        """In a forked child: what is queued is the parent's to write, and its lock may be held for ever."""
        self._lock = threading.Lock()
        self._queue = deque()
        self._ledger = None
        self._lost = 0


def warn(message: str) -> None:
    """Give a RecordingWarning that points at the caller's line, not at ours."""
    level, frame = 1, _caller()
    while frame is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, RecordingWarning, stacklevel=level + 1)


def _caller() -> FrameType | None:
    frame = inspect.currentframe()
    return frame.f_back.f_back if frame is not None and frame.f_back is not None else None


def sentence(error: BaseException | None) -> str:
    """An error's message; one that is not ours with its class."""
    if isinstance(error, GraphmetaError):
        return str(error)
    return f"{type(error).__name__}: {error}".rstrip(": ") + "."


_outboxes: weakref.WeakSet[Outbox] = weakref.WeakSet()


def _after_fork() -> None:
    for outbox in list(_outboxes):
        outbox._forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
