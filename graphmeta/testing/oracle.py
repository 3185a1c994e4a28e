"""The real ml-metadata, as a judge in tests: an interpreter that has it, found or made.

It needs Python 3.9 to 3.11 and an old protobuf, and brings a SQLite of its own whose locks Python's does not
see within one process; so it always runs in a process and a virtual environment of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from filelock import FileLock

VERSION = "1.17.1"
_PYTHONS = ((3, 11), (3, 10), (3, 9))
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
    home = cache_folder / "oracle"
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    cache_folder.mkdir(parents=True, exist_ok=True)
    with FileLock(cache_folder / "oracle.lock"):
        if _works(python):
            return python, ""
        maker = _maker()
        if maker is None:
            return None, "ml-metadata needs Python 3.9, 3.10 or 3.11, and none of them is on the PATH."
        shutil.rmtree(home, ignore_errors=True)
        for command in (
            [maker, "-m", "venv", str(home)],
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"ml-metadata=={VERSION}"],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own command)
            if done.returncode:
                return None, f"ml-metadata {VERSION} could not be installed: {done.stderr.strip()[-400:]}"
    return (python, "") if _works(python) else (None, f"ml-metadata {VERSION} was installed but cannot be imported.")


def _works(python: Path) -> bool:
    if not python.exists():
        return False
    return subprocess.run([str(python), "-c", _CHECK], capture_output=True, check=False).returncode == 0  # noqa: S603


def _maker() -> str | None:
    """An interpreter that ml-metadata has wheels for."""
    if sys.version_info[:2] in _PYTHONS:
        return sys.executable
    for major, minor in _PYTHONS:
        found = shutil.which(f"python{major}.{minor}")
        # A shim of a version manager is on the PATH though its version is not chosen.
        if found and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0:  # noqa: S603
            return found
    return None
