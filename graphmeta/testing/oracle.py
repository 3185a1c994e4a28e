"""The real ml-metadata, as a judge in tests: an interpreter that has it, found or made.

It needs Python 3.9 to 3.11 and an old protobuf, and brings a SQLite of its own whose locks Python's does not
see within one process; so it always runs in a process and a virtual environment of its own.
"""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

from graphmeta.testing.environments import environment

VERSION = "1.17.1"
_CHECK = f"import importlib.metadata as m, ml_metadata; assert m.version('ml-metadata') == '{VERSION}'"


@cache
def oracle(cache_folder: Path) -> tuple[Path | None, str]:
    """An interpreter with ml-metadata, or why there is none.

    Args:
        cache_folder: where the virtual environment is made, in a folder `oracle`, when first needed.
            $GRAPHMETA_ORACLE names an interpreter that is taken instead.

    Returns:
        the interpreter's path and '', or None and a sentence.
    """
    given = os.environ.get("GRAPHMETA_ORACLE")
    if given:
        works = _works(Path(given))
        return (Path(given), "") if works else (None, f"$GRAPHMETA_ORACLE, {given}, has no ml-metadata {VERSION}.")
    return environment(cache_folder / "oracle", ("3.11", "3.10", "3.9"), [("install", f"ml-metadata=={VERSION}")])


def _works(python: Path) -> bool:
    if not python.exists():
        return False
    return subprocess.run([str(python), "-c", _CHECK], capture_output=True, check=False).returncode == 0  # noqa: S603
