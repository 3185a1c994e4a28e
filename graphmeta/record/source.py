"""What people hand to `use` and `produce` -> what an artifact is known by."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Union
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from graphmeta.digest import digest_of, digest_of_bytes
from graphmeta.paths import absolute
from graphmeta.record.secrets import without_passwords
from graphmeta.record.values import to_text

Source = Union[str, "os.PathLike[str]", bytes, bytearray, memoryview]

# A scheme of one letter is a drive of Windows.
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


@dataclass(frozen=True, slots=True)
class Description:
    """What a source is known by.

    Attributes:
        name: the logical name.
        uri: where it lies; None of bytes.
        digest, size: of what was read; None where nothing was.
        mistake: what is wrong with the source, as a sentence, or None.
    """

    name: str
    uri: str | None = None
    digest: str | None = None
    size: int | None = None
    mistake: str | None = None


def describe(source: object, *, name: str | None, digest: str | None, fallback: str) -> Description:
    """What a source is known by. Whatever is wrong with it is said in `mistake`, and what can be known is.

    Args:
        source: a file, a folder, a URI, or bytes.
        name: the logical name, or None for the last part of the path or URI.
        digest: known already; then nothing is read.
        fallback: the name of what has none.
    """
    try:
        return _describe(source, name, digest, fallback)
    except Exception as error:  # a NUL in a path, half a character, a URI that is none, a lost working directory
        shown = f"{source!r:.200}" if isinstance(source, str) else _shown(source)
        mistake = (
            f"{shown} is no path or URI ({to_text(error)}); {name or fallback!r} was recorded without its contents."
        )
        return Description(name or fallback, digest=digest, mistake=mistake)


def _describe(source: object, name: str | None, digest: str | None, fallback: str) -> Description:
    if isinstance(source, (bytes, bytearray, memoryview)):
        read = digest_of_bytes(source)
        mistake = None if name else f"Bytes have no name of their own; they were called {fallback!r}. Say name=…"
        return Description(name or fallback, None, digest or read.text, read.size, mistake)
    if isinstance(source, str) and _URI.match(source):
        if source.lower().startswith("file://"):
            return _describe_path(Path(url2pathname(urlsplit(source).path)), name, digest, fallback)
        return Description(name or _last_part(source) or fallback, without_passwords(to_text(source)), digest)
    if isinstance(source, (str, os.PathLike)):
        path = os.fspath(source)
        if isinstance(path, bytes):
            path = os.fsdecode(path)
        if path:
            return _describe_path(Path(path), name, digest, fallback)
    return Description(
        name or fallback,
        digest=digest,
        mistake=f"{_shown(source)} is not a file, a folder, a URI, bytes, or an artifact; "
        f"{name or fallback!r} was recorded without its contents. Save it and give its path.",
    )


def _describe_path(path: Path, name: str | None, digest: str | None, fallback: str) -> Description:
    place = absolute(path)
    logical = name or to_text(place.name) or fallback
    uri = place.as_uri()
    if digest is not None:
        return Description(logical, uri, digest, place.stat().st_size if place.is_file() else None)
    try:
        read = digest_of(place)
    except FileNotFoundError as error:
        gone = to_text(error.filename or path)
        return Description(
            logical,
            uri,
            mistake=f"There is no file {gone}; {logical!r} was recorded without a digest. Check the path, and record "
            "what a step makes once it is written.",
        )
    except OSError as error:
        return Description(
            logical,
            uri,
            mistake=f"{to_text(path)} could not be read ({error}); {logical!r} was recorded without a digest.",
        )
    return Description(logical, uri, *(read or (None, None)))


def _last_part(uri: str) -> str:
    """The last part of a URI's path, else its host."""
    parts = urlsplit(uri)
    return to_text(unquote(parts.path.rstrip("/").rsplit("/", 1)[-1]) or parts.netloc.rsplit("@", 1)[-1])


def _shown(source: object) -> str:
    if source is None or source == "":
        return repr(source)
    return f"A {type(source).__name__}"
