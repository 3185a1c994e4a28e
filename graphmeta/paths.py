"""Paths of this machine, as the URIs that artifacts are recorded at."""

from __future__ import annotations

import os
from pathlib import Path


def uri_of_path(path: str) -> str | None:
    """The `file://` URI of a file or a folder that is there; None of anything else.

    Links are not followed: a link such as `latest` may be what the artifact is called.
    """
    if not path or "://" in path or not os.path.lexists(path):
        return None
    return Path(os.path.abspath(path)).as_uri()  # noqa: PTH100 (Path.absolute keeps `..`)
