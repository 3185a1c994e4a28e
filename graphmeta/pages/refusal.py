"""What a server says of a page that it did not make, though it could be asked."""

from __future__ import annotations

from graphmeta.errors import StoreUnavailableError


class NotMadeError(StoreUnavailableError):
    """A page that was not made, for there was no room or no time for it.

    Args:
        message: what was wrong, and what to do.
        title: of the page that says so.
        retry_seconds: after how long it may be asked for again; None where it would be the same again.
    """

    def __init__(self, message: str, *, title: str, retry_seconds: int | None = None) -> None:
        super().__init__(message)
        self.title = title
        self.retry_seconds = retry_seconds
