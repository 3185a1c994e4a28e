"""Digests of bytes, files and folders: sha256, streamed, written `sha256:<hex>`.

A folder's digest is that of a listing of its files as `sha256sum` prints it, sorted by path:

    cd FOLDER && find -L . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 -r sha256sum -- | sha256sum

so that anyone can work it out again. Names and contents count; times, permissions and empty folders do
not. Links are followed, except one that leads back to a folder that it is in.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

CHUNK = 1 << 20  # bytes read at a time
PREFIX = "sha256:"


class Digest(NamedTuple):
    """Attributes: text, `sha256:<hex>`; size, in bytes (of a folder: of all its files)."""

    text: str
    size: int


def digest_of_bytes(content: bytes | bytearray | memoryview) -> Digest:
    """The digest of bytes in memory, of a strided view in its logical order."""
    if isinstance(content, memoryview) and not content.c_contiguous:
        content = content.tobytes()
    return Digest(PREFIX + hashlib.sha256(content).hexdigest(), memoryview(content).nbytes)


def digest_of(path: Path) -> Digest | None:
    """The digest of a file or a folder; None of a pipe, a device or a socket, which reading would use up.

    Raises:
        OSError: it is not there, or cannot be read.
    """
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        return digest_of_folder(path)
    return digest_of_file(path) if stat.S_ISREG(mode) else None


def digest_of_file(path: Path) -> Digest:
    """The digest of a file's bytes, read in pieces."""
    digest, size = hashlib.sha256(), 0
    buffer = memoryview(bytearray(CHUNK))
    with path.open("rb", buffering=0) as file:
        while read := file.readinto(buffer):
            digest.update(buffer[:read])
            size += read
    return Digest(PREFIX + digest.hexdigest(), size)


def digest_of_folder(folder: Path) -> Digest:
    """The digest of a folder: see the top of this module."""
    listing, size = hashlib.sha256(), 0
    for name, path in sorted(_files(folder)):
        one = digest_of_file(path)
        listing.update(_line(one.text.removeprefix(PREFIX), name))
        size += one.size
    return Digest(PREFIX + listing.hexdigest(), size)


def _line(hex_digest: str, name: bytes) -> bytes:
    """A line as sha256sum prints it: a name with a backslash or a line end is escaped, and the line says so."""
    escaped = name.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
    mark = b"\\" if escaped != name else b""
    return mark + hex_digest.encode() + b"  " + escaped + b"\n"


def _files(folder: Path) -> Iterator[tuple[bytes, Path]]:
    """Every regular file below a folder, with its relative path (parts joined by /) as bytes."""
    inside: list[tuple[Path, bytes, frozenset[tuple[int, int]]]] = [(folder, b"", frozenset())]
    while inside:
        place, prefix, above = inside.pop()
        status = place.stat()
        identity = (status.st_dev, status.st_ino)
        # On file systems without inode numbers (0) nothing tells a loop; there are no links on them either.
        if status.st_ino and identity in above:
            continue
        with os.scandir(place) as entries:
            for entry in entries:
                name, path = prefix + os.fsencode(entry.name), Path(entry.path)
                if path.is_dir():  # not entry's: that raises for a link to itself
                    inside.append((path, name + b"/", above | {identity}))
                elif path.is_file():
                    yield name, path
