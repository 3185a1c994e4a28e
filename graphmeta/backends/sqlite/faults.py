"""SQLite's errors -> ours, as sentences.

They are told apart by their texts, which SQLite keeps stable: Python 3.10 does not hand out their codes.
"""

from __future__ import annotations

import sqlite3

from graphmeta.errors import (
    ForeignStoreError,
    GraphmetaError,
    InternalError,
    InvalidArgumentError,
    ReadOnlyError,
    StoreUnavailableError,
)


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
    if "too big" in text:
        return InvalidArgumentError(
            "A value, or what a filter makes of values, is longer than a store takes at once (256 MB); give a shorter "
            "one, and keep large data in files that an artifact's URI names."
        )
    if isinstance(error, MemoryError):
        return StoreUnavailableError(
            f"There was not enough memory to read or write {path}, so nothing was done. Free some and try again."
        )
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
    if "decode to UTF-8" in text:
        which = text.rpartition(" with text ")[2]
        return InternalError(
            f"{path} holds a text that is not UTF-8 ({which}). `graphmeta check integrity` names it; `graphmeta copy` "
            "writes a store in which its odd bytes are written out."
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
