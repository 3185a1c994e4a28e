"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


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
