"""Files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def written_whole(target: Path) -> Iterator[BinaryIO]:
    """A file to write in a `with` block, which takes the place of what has its name at the end. Where that is left by
    an error, what was there stays, and nothing is beside it.

    A link stays one, and what it leads to is replaced. What is no file, as /dev/null or a pipe, is written at once.

    Raises:
        OSError: the disk or the folder does not allow it.
    """
    if target.exists() and not target.is_file():
        with target.open("wb") as file:
            yield file
        return
    real = Path(os.path.realpath(target))
    if real.exists() and not os.access(real, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    try:
        part = _beside(real)
    except OSError as error:
        if error.errno in _NO_REPLACING and real.exists():
            with real.open("wb") as file:  # nothing may be made beside it
                yield file
            return
        error.filename = str(target)  # which is what somebody asked for
        raise
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _put_in_place(part, real)
    finally:
        part.unlink(missing_ok=True)


# What says that a file cannot be replaced, though it may be written: a folder of others, a file mounted in a container.
_NO_REPLACING = (errno.EACCES, errno.EPERM, errno.EBUSY, errno.EROFS)


def _beside(real: Path) -> Path:
    """A new, empty file in the folder of another, that nobody else has and that no more people may read."""
    part = real.with_name(f".{secrets.token_hex(8)}.partial")
    there = real.exists()
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600 if there else 0o666))
    if there:
        part.chmod(stat.S_IMODE(real.stat().st_mode))
    return part


def _put_in_place(part: Path, real: Path) -> None:
    try:
        part.replace(real)
    except OSError as error:
        if error.errno not in _NO_REPLACING or not real.exists():
            raise
        shutil.copyfile(part, real)


def give_name(part: Path, target: Path) -> None:
    """Give a finished file its name, unless something has it, and see to it that this is on the disk.

    Args:
        part: the file, in the folder of `target`; where links are possible it keeps its own name as well.

    Raises:
        FileExistsError: something has that name.
        OSError: the disk or the folder does not allow it.
    """
    try:
        target.hardlink_to(part)  # unlike a renaming, this never puts it in place of another
    except FileExistsError:
        raise
    except OSError:  # a disk without links
        if target.exists() or target.is_symlink():
            raise FileExistsError(str(target)) from None
        part.rename(target)
    with suppress(OSError):  # Windows opens no folders, and some disks cannot, and need not
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
