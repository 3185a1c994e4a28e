"""One writer at a time, among the threads of this process and among processes.

SQLite has locks of its own, but before 3.51.3 two connections that write or checkpoint a write-ahead log
at the same moment can damage it. So everybody who writes holds a lock on a file beside the store meanwhile.
The system releases it when a process dies.
"""

from __future__ import annotations

import os
import random
import sys
import threading
import time
from types import TracebackType

if sys.platform == "win32":
    from filelock import FileLock, Timeout
else:
    import fcntl

WAIT = 60.0  # seconds until waiting for another writer is given up


class WriteLock:
    """The right to write a store; use it in a `with` block. Not for nested use.

    On Unix this is flock itself on a descriptor kept open, a hundred times quicker than opening the file each
    time; elsewhere the filelock package.

    Args:
        path: of the lock's file; made when first needed.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._thread = threading.Lock()
        self._owner: int | None = None
        self._descriptor: int | None = None

    @property
    def mine(self) -> bool:
        """Whether this thread holds it."""
        return self._owner == threading.get_ident()

    @property
    def held(self) -> bool:
        """Whether a thread of this process holds it."""
        return self._owner is not None

    def acquire(self, wait: float = WAIT) -> None:
        """Get it.

        Args:
            wait: for so many seconds at most.

        Raises:
            TimeoutError: others held it all the while.
            OSError: its file cannot be made or locked.
        """
        end = time.monotonic() + wait
        if not self._thread.acquire(timeout=wait):
            raise TimeoutError(f"{self.path} is locked by another thread")
        try:
            self._acquire_file(end)
        except BaseException:
            self._thread.release()
            raise
        self._owner = threading.get_ident()

    def release(self) -> None:
        """Give it back."""
        self._owner = None
        try:
            self._release_file()
        finally:
            self._thread.release()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(
        self, error: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.release()

    if sys.platform == "win32":

        def _acquire_file(self, end: float) -> None:
            self._file = FileLock(self.path, thread_local=False)
            try:
                self._file.acquire(timeout=max(0.0, end - time.monotonic()), poll_interval=0.002)
            except Timeout:
                raise TimeoutError(f"{self.path} is locked by another process") from None

        def _release_file(self) -> None:
            self._file.release()

        def close(self) -> None:
            """Give back what the lock keeps open."""

        def abandon(self) -> None:
            """In a forked child: let go of the parent's lock without ending it."""

    else:

        def _acquire_file(self, end: float) -> None:
            pause = 0.0001
            while True:
                if self._descriptor is None:
                    self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
                try:
                    fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    if time.monotonic() >= end:
                        raise TimeoutError(f"{self.path} is locked by another process") from None
                    # Different waiters wake at different times, and none sleeps through many short writes.
                    time.sleep(pause * (0.5 + random.random()))  # noqa: S311 (nothing secret)
                    pause = min(pause * 1.5, 0.002)
                    continue
                if os.fstat(self._descriptor).st_nlink:
                    return
                # Somebody deleted the file: a lock on it excludes nobody who opens it anew.
                self.close()

        def _release_file(self) -> None:
            if self._descriptor is not None:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)

        def close(self) -> None:
            """Give back what the lock keeps open. Only while nobody holds it, or by its holder."""
            descriptor, self._descriptor = self._descriptor, None
            if descriptor is not None:
                os.close(descriptor)

        def abandon(self) -> None:
            """In a forked child: let go of the parent's lock without ending it. The lock ends when all copies of
            the descriptor are closed, so a copy that the child kept would outlive the parent."""
            self.close()
