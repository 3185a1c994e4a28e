"""What a user installs: the wheel, alone, in a fresh environment, without a network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Put into the fresh environment: whatever reaches for the network fails, and says so.
_NO_NETWORK = """
import sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        raise RuntimeError(f"this environment has no network, and {event} was called with {arguments}")

sys.addaudithook(refuse)
"""


def run(*command: object, **options: object) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", place, ROOT)
    return next(place.glob("*.whl"))


def test_the_wheel_is_pure_and_holds_the_statements(wheel: Path) -> None:
    assert wheel.name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    for language in ("cypher", "sql"):
        ours = {f"graphmeta/{file.relative_to(ROOT)}" for file in (ROOT / language).rglob(f"*.{language}")}
        assert ours <= inside
    assert "graphmeta/py.typed" in inside


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a fresh environment that holds the wheel and its base dependencies, and no network."""
    place = tmp_path_factory.mktemp("fresh") / "environment"
    run(sys.executable, "-m", "venv", place)
    bin_folder = place / ("Scripts" if os.name == "nt" else "bin")
    run(bin_folder / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel)
    site = run(bin_folder / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip()
    (Path(site) / "sitecustomize.py").write_text(_NO_NETWORK)
    return bin_folder


@pytest.mark.slow
def test_the_wheel_alone_runs_the_demo(installed: Path, tmp_path: Path) -> None:
    ours = ("PYTHON", "GRAPHMETA", "VIRTUAL")
    elsewhere = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    done = run(installed / "graphmeta", "--store", "demo.db", "demo", cwd=tmp_path, env=elsewhere)
    assert "Traceback" not in done.stderr
    listing = run(installed / "graphmeta", "--store", "demo.db", "models", "--json", cwd=tmp_path, env=elsewhere)
    models = json.loads(listing.stdout)
    assert len(models["nodes"]) >= 4
    missing = run(installed / "python", "-c", "import importlib.util as u; print(u.find_spec('sklearn'))", cwd=tmp_path)
    assert missing.stdout.strip() == "None", "the demo must do with the base dependencies"
