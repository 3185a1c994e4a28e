"""Fixtures of the embedded backend's tests."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graphmeta.backends.sqlite.backend import SqliteBackend
from graphmeta.testing.oracle import oracle

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lineage.db"


@pytest.fixture
def backend(path: Path) -> Iterator[SqliteBackend]:
    backend = SqliteBackend(path)
    yield backend
    backend.close()


@pytest.fixture(scope="session")
def ml_metadata() -> Callable[[str, Path], Any]:
    """Runs a command of oracle_script.py on a file; skipped where ml-metadata cannot be had, failed where CI=true."""
    python, why_not = oracle(ROOT / ".cache")
    if python is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"NO ML-METADATA TO COMPARE WITH: {why_not}")

    def run(command: str, path: Path) -> Any:
        script = Path(__file__).with_name("oracle_script.py")
        done = subprocess.run(
            [str(python), str(script), command, str(path)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout else None

    return run
