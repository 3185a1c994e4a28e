"""A store with one story in it, and ways to call the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from graphmeta.store import connect
from tests.cli.story import tell

Completed = subprocess.CompletedProcess[str]
Command = Callable[..., Completed]


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that tests only read: three versions of a model, a failed step, a run, an environment."""
    path = tmp_path_factory.mktemp("story") / "story.db"
    with connect(path) as store:
        tell(store)
    return path


@pytest.fixture
def graphmeta(tmp_path: Path) -> Command:
    """Runs the real command in a process of its own, in an empty folder, with a clean environment."""

    def call(*arguments: str, **environment: str) -> Completed:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("GRAPHMETA", "NEO4J"))}
        return subprocess.run(
            [sys.executable, "-m", "graphmeta", *arguments],
            cwd=tmp_path,
            env={**kept, "PYTHONIOENCODING": "utf-8", "TZ": "UTC", **environment},
            capture_output=True,
            text=True,
            encoding=environment.get("PYTHONIOENCODING", "utf-8"),
            timeout=60,
        )

    return call
