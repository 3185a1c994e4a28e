"""SQLite's errors -> ours, as sentences.

They are told apart by their texts, which SQLite keeps stable: Python 3.10 does not hand out their codes.
"""

from __future__ import annotations

import sqlite3

from graphmeta.backends.batch import Taken, TakenError
from graphmeta.errors import (
    ForeignStoreError,
    GraphmetaError,
    InternalError,
    InvalidArgumentError,
    ReadOnlyError,
    StoreUnavailableError,
)
from graphmeta.model import Kind

_UNIQUE = "UNIQUE constraint failed: "
_TAKEN: dict[str, tuple[Taken, Kind | None]] = {
    "Event.artifact_id, Event.execution_id, Event.type": ("event", None),
    "Event.id": ("id", None),
    "ParentContext.context_id, ParentContext.parent_context_id": ("parent", "context"),
}
_KINDS: dict[str, Kind] = {"Artifact": "artifact", "Execution": "execution", "Context": "context"}


def taken(error: sqlite3.Error) -> TakenError | None:
    """Which rule of uniqueness an error reports, or None if it reports something else."""
    text = str(error)
    if not text.startswith(_UNIQUE):
        return None
    columns = text.removeprefix(_UNIQUE)
    if columns in _TAKEN:
        return TakenError(*_TAKEN[columns])
    table, _, column = columns.split(", ")[0].partition(".")
    what: Taken = "external_id" if column == "external_id" else "id" if column == "id" else "name"
    if table == "Type":
        return TakenError(what, "type")
    return TakenError(what, _KINDS[table]) if table in _KINDS else None


def translated(error: Exception, path: str) -> GraphmetaError:
    """The error of ours that says what one of SQLite's, or of the system's, means for the file at `path`."""
    text = str(error)
    if isinstance(error, UnicodeEncodeError):
        return InvalidArgumentError(
            f"The text {error.object[:80]!r} holds half a character (a lone surrogate), which no store can hold; "
            "give it as valid Unicode."
        )
    if isinstance(error, OverflowError):
        return InvalidArgumentError("A number is beyond 64 bits, which no store can hold; give it as a string.")
    if "readonly" in text or "read-only" in text or isinstance(error, PermissionError):
        return ReadOnlyError(
            f"{path} may not be written by this user ({text}), so nothing was written. "
            "Give the user the right to write the file and its folder, or write to another store."
        )
    if "disk is full" in text:
        return StoreUnavailableError(
            f"The disk that holds {path} is full, so nothing was written. Make room there and try again."
        )
    if "locked" in text or isinstance(error, TimeoutError):
        return StoreUnavailableError(
            f"Another process kept {path} locked for a minute, so nothing was done. Try again once it has finished."
        )
    if "not a database" in text:
        return ForeignStoreError(
            f"{path} is not a SQLite file, so graphmeta leaves it alone. Give the path of a graphmeta or "
            "ML Metadata file, or of a new one."
        )
    if "malformed" in text or "corrupt" in text:
        return InternalError(
            f"{path} is damaged ({text}). Restore it from a backup, or save what is readable with sqlite3's .recover."
        )
    if isinstance(error, sqlite3.OperationalError) and ("unable to open" in text or "I/O error" in text):
        return StoreUnavailableError(
            f"{path} could not be opened, read or written ({text}). Check that the disk is there and the user's rights."
        )
    if isinstance(error, OSError):
        return StoreUnavailableError(f"{path} could not be used: {text}. Check that the disk is there.")
    return InternalError(
        f"SQLite refused a statement on {path}: {text}. This is a defect of graphmeta; please report it."
    )
