"""Reading a dump, and seeing that it is whole."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator
from pathlib import Path

from graphmeta.errors import InvalidArgumentError
from graphmeta.keeping.dump import SORTS, VERSION, Head, Line, Things


def read_head(path: Path) -> Head:
    """Read a dump through, and see that it is whole and as it was written.

    Raises:
        InvalidArgumentError: it is not, or no dump.
    """
    digest = hashlib.sha256()
    first: Line = {}
    last: Line = {}
    pending = b""
    for text in _texts(path):
        if pending:
            digest.update(pending)
        elif not first:
            first = _parsed(path, text)
        pending = text
    last = _parsed(path, pending) if first else {}
    if "graphmeta_dump" not in first:
        raise InvalidArgumentError(f"{path} is no dump of graphmeta's: name a file that `gc --apply` wrote.")
    if first["graphmeta_dump"] != VERSION:
        raise InvalidArgumentError(
            f"{path} is a dump of version {first['graphmeta_dump']!r:.20}, and this graphmeta reads version {VERSION}. "
            "Use the graphmeta that wrote it, or a newer one."
        )
    if last.get("is") != "end":
        raise InvalidArgumentError(
            f"{path} is not whole: it has no last line, so it was cut off. Nothing was restored from it."
        )
    if last.get("sha256") != digest.hexdigest():
        raise InvalidArgumentError(
            f"{path} is not as it was written: its digest differs, so it was changed or is damaged. Nothing was "
            "restored."
        )
    try:
        return Head.of(first, last)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise _odd(path, 1, problem) from None


def read_lines(path: Path) -> Iterator[Line]:
    """All lines of a dump between the first and the last."""
    for text in _texts(path):
        line = _parsed(path, text)
        if line.get("is") in SORTS:
            yield line


def checked_lines(path: Path) -> Iterator[Line]:
    """Likewise, each looked at: whether it is what graphmeta writes, of types and with ends that the dump holds.

    Raises:
        InvalidArgumentError: one is not; the message has its number.
    """
    things = Things()
    for number, text in enumerate(_texts(path), 1):
        line = _parsed(path, text)
        if "graphmeta_dump" in line or line.get("is") == "end":
            continue
        try:
            things.take(line)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as problem:
            raise _odd(path, number, problem) from None
        yield line


def _odd(path: Path, number: int, problem: Exception) -> InvalidArgumentError:
    what = f"it lacks {problem}" if isinstance(problem, KeyError) else str(problem)
    return InvalidArgumentError(
        f"{path}, line {number}: this is not what graphmeta writes ({what:.200}). The dump was changed by somebody; "
        "nothing was restored."
    )


def _texts(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if packed else path.open("rb") as file:
            yield from file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InvalidArgumentError(f"{path} is not whole: {error}. Nothing was restored from it.") from None
    except OSError as error:
        raise InvalidArgumentError(f"{path} cannot be read: {error.strerror or error}. Check the path.") from None


def _parsed(path: Path, text: bytes) -> Line:
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):
        line = None
    if not isinstance(line, dict):
        raise InvalidArgumentError(
            f"{path} is no dump of graphmeta's, or is damaged: a line of it is no JSON object. Name a file that "
            "`gc --apply` wrote."
        )
    return line
