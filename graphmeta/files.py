"""Files that are written whole or not at all."""

from __future__ import annotations

import os
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
    real = target.resolve()
    part = real.with_name(f"{real.name}.partial")
    try:
        file = part.open("wb")
    except FileNotFoundError as error:
        error.filename = str(target)  # which is what somebody asked for
        raise
    try:
        with file:
            yield file
        if real.exists():
            part.chmod(stat.S_IMODE(real.stat().st_mode))
        part.replace(real)
    finally:
        part.unlink(missing_ok=True)


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
