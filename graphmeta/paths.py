"""Paths of this machine, as the URIs that artifacts are recorded at."""

from __future__ import annotations

import os
from pathlib import Path


def absolute(path: str | os.PathLike[str]) -> Path:
    """The path from the root on, as artifacts are recorded by it.

    Links are not followed: a link such as `latest` may be what the artifact is called.
    """
    return Path(os.path.abspath(path))  # noqa: PTH100 (Path.absolute keeps `..`)


def uri_of_path(path: str) -> str | None:
    """The `file://` URI of a file or a folder that is there; None of anything else."""
    if not path or "://" in path or not os.path.lexists(path):
        return None
    return absolute(path).as_uri()
