"""Run the embedded store's tests on every Python that this machine has, each in an environment of its own."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WANTED = ("3.10", "3.11", "3.12", "3.13", "3.14")


def interpreters() -> dict[str, str]:
    """The interpreters found, by version: on PATH, or among pyenv's; not the one that runs this."""
    found: dict[str, str] = {}
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in WANTED:
        if version == "{}.{}".format(*sys.version_info):
            continue
        candidates = [shutil.which(f"python{version}")]
        candidates += [str(each / "bin" / "python") for each in sorted(pyenv.glob(f"{version}.*"))]
        for candidate in filter(None, candidates):
            probe = subprocess.run([candidate, "-c", "import venv, sqlite3, ssl"], capture_output=True, check=False)
            if probe.returncode == 0:
                found[version] = candidate
                break
    return found


def run(version: str, interpreter: str) -> bool:
    """Make (or take) the environment of one version and run the tests in it."""
    place = ROOT / f".venv-{version}"
    python = place / "bin" / "python"
    ready, wanted = place / ".ready", hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if not ready.exists():
        subprocess.run([interpreter, "-m", "venv", "--clear", str(place)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--upgrade", "pip"], check=True)
    if not ready.exists() or ready.read_text() != wanted:
        for what in (["--editable", ".[server]"], ["--group", "test"]):
            subprocess.run([str(python), "-m", "pip", "install", "--quiet", *what], check=True, cwd=ROOT)
        ready.write_text(wanted)
    print(f"== Python {version}", flush=True)
    command = [str(python), "-m", "pytest", "-q", "-m", "not neo4j and not slow", "-p", "no:cacheprovider"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def main() -> int:
    found = interpreters()
    if not found:
        print("no other Python is here: nothing to run")
        return 0
    failed = [version for version, interpreter in found.items() if not run(version, interpreter)]
    print(f"Pythons: {', '.join(found)}; failed: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
