"""What a step runs in: Python, its packages, the machine, the code's commit, the person and the command."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import platform
import subprocess  # git, with a fixed command line
import sys
import time
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from graphmeta.model import Properties
from graphmeta.record.secrets import command_line
from graphmeta.record.values import to_text

GIT_TIMEOUT = 5.0  # seconds
GIT_KEPT = 5.0  # seconds for which the answer is taken to hold, so that many short steps do not ask each
# Of what is installed, what people would call the environment by; the rest is in `packages`.
FRAMEWORKS = (
    "torch",
    "tensorflow",
    "jax",
    "keras",
    "transformers",
    "scikit-learn",
    "xgboost",
    "lightgbm",
    "catboost",
    "statsmodels",
)


class Environment(NamedTuple):
    """Attributes: name, the digest of the contents; properties, those that `vocabulary` names."""

    name: str
    properties: Properties


class Commit(NamedTuple):
    """Attributes: commit, its full hash; dirty, whether a file that git knows was changed since."""

    commit: str
    dirty: bool


@cache
def environment() -> Environment:
    """The environment of this process, looked at once: packages installed later are not seen."""
    packages = _packages()
    contents: Properties = {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "platform": platform.platform(),
        "host": host(),
        "packages": dict(packages),
    }
    text = json.dumps(contents, sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
    known = [f"{name} {packages[name]}" for name in FRAMEWORKS if name in packages][:3]
    display = ", ".join([f"Python {contents['python']}", *known]) + f" on {platform.system()}"
    return Environment(f"sha256:{digest}", {"display_name": display, **contents})


def _packages() -> dict[str, str]:
    """Distribution name, as in `pip list` but lower case, to version. The first on the path counts."""
    found: dict[str, str] = {}
    for distribution in metadata.distributions():
        # A broken installation beside ours is not ours to report.
        with suppress(Exception):
            name, version = distribution.metadata["Name"], distribution.version
            if name and version:
                found.setdefault(to_text(name).lower(), to_text(version))
    return dict(sorted(found.items()))


def host() -> str:
    """The machine's name."""
    return to_text(platform.node())


def user() -> str | None:
    """Who runs this process, or None where the system does not know."""
    try:
        return to_text(getpass.getuser())
    except (KeyError, OSError, ImportError):
        return None


def command() -> str:
    """The command line of this process, without passwords."""
    return to_text(command_line(sys.orig_argv or sys.argv))


# ---------------------------------------------------------------- the code's commit

_asked: dict[Path, tuple[float, Commit | None]] = {}


def commit() -> Commit | None:
    """The commit of the running code, or None where git, or a repository, is not there.

    The repository is that of the program's file, or of the working directory where the program is an
    installed one (a notebook, pytest). Files that git does not know do not make it dirty: a run's own
    outputs are such files.
    """
    folder = _code_folder()
    now = time.monotonic()
    asked, answer = _asked.get(folder, (0.0, None))
    if not asked or now - asked > GIT_KEPT:
        answer = _ask_git(folder)
        _asked[folder] = (now, answer)
    return answer


def _code_folder() -> Path:
    try:
        program = getattr(sys.modules.get("__main__"), "__file__", None)
        if program:
            file = Path(program).resolve()
            if file.is_file() and not file.is_relative_to(Path(sys.prefix).resolve()):
                return file.parent
        return Path.cwd()
    except OSError:  # the working directory was removed
        return Path(os.sep)


def _ask_git(folder: Path) -> Commit | None:
    # Without optional locks it writes nothing and cannot disturb a git command of the user's.
    ask = ["git", "--no-optional-locks", "status", "--porcelain=v2", "--branch", "--untracked-files=no"]
    try:
        answer = subprocess.run(  # noqa: S603
            ask, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=GIT_TIMEOUT, check=True
        ).stdout.decode("utf-8", "replace")
    except (OSError, subprocess.SubprocessError):
        return None
    lines = answer.splitlines()
    hashes = [line.split()[-1] for line in lines if line.startswith("# branch.oid ")]
    if not hashes or hashes[0] == "(initial)":
        return None
    return Commit(hashes[0], any(line and not line.startswith("#") for line in lines))
