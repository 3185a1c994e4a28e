"""Virtual environments of other Pythons, for programs that cannot live in ours: found, or made once and kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock


def find_python(versions: Sequence[str]) -> str | None:
    """An interpreter of one of these versions: this one, one on the PATH, or one of pyenv's.

    Args:
        versions: as `3.10`, the one preferred first.
    """
    if "{}.{}".format(*sys.version_info) in versions:
        return sys.executable
    kept = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for version in versions:
        on_path = shutil.which(f"python{version}")
        of_pyenv = (str(each / "bin" / "python") for each in sorted(kept.glob(f"{version}.*")))
        for candidate in ([on_path] if on_path else []) + list(of_pyenv):
            # A shim of a version manager is on the PATH though its version is not chosen.
            if subprocess.run([candidate, "-c", "import venv"], capture_output=True, check=False).returncode == 0:  # noqa: S603
                return candidate
    return None


def environment(
    home: Path, versions: Sequence[str], pip: Iterable[Sequence[str]], made_for: str = ""
) -> tuple[Path | None, str]:
    """The interpreter of a virtual environment, which is made when it is not there as it is described.

    Args:
        home: its folder; beside it a lock lets one process at a time make it.
        versions: of Python, as `find_python` takes them.
        pip: the arguments of each call of pip that makes it.
        made_for: what else it depends on. Where this or `pip` has changed it is made again.

    Returns:
        the interpreter's path and '', or None and a sentence that says why there is none.
    """
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    calls = [list(arguments) for arguments in pip]
    # Written last: an environment that was left half-made has none.
    made_of = home / "made-of.txt"
    description = "\n".join([*(" ".join(arguments) for arguments in calls), made_for])
    home.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(home.parent / f"{home.name}.lock"):
        if python.exists() and made_of.exists() and made_of.read_text(encoding="utf-8") == description:
            return python, ""
        maker = find_python(versions)
        if maker is None:
            return None, f"No Python {' or '.join(versions)} is on the PATH or among pyenv's."
        shutil.rmtree(home, ignore_errors=True)
        commands = [[maker, "-m", "venv", str(home)]]
        commands += [[str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", *each] for each in calls]
        for command in commands:
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own command)
            if done.returncode:
                return None, f"`{' '.join(command[1:])}` failed: {done.stderr.strip()[-400:]}"
        made_of.write_text(description, encoding="utf-8")
    return python, ""


def skip_or_fail(problem: str, skip: Callable[[str], Any], fail: Callable[[str], Any]) -> None:
    """Do nothing where there is no problem; else skip, or under `CI=true` fail, with the reason."""
    if problem:
        (fail if os.environ.get("CI") == "true" else skip)(problem)
