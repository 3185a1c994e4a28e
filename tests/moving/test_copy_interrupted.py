"""A copy that is killed at random moments and run again: in the end all is there, once."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from graphmeta.store import connect

from .worlds import fill, whole

ROOT = Path(__file__).parents[2]
_SEED = 20261123


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file of some five thousand pieces."""
    path = tmp_path / "source.db"
    with connect(path) as store:
        fill(store, runs=300)
    return path


def kill_once(source: Path, target: str, portion: int, dice: random.Random, most: int) -> bool:
    """Start a copy and kill it in the middle of a portion; returns whether it had ended before."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.moving.copier", str(source), target, str(portion)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        for _ in range(dice.randrange(most)):
            process.stdout.readline()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(dice.uniform(0, 0.01))
        process.kill()
        process.stdout.read()
    assert process.returncode in (0, -9)
    return process.returncode == 0


def finish(source: Path, target: str) -> None:
    command = [sys.executable, "-m", "graphmeta", "copy", "--quiet", str(source), target]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")  # 1 would say that something was told


def contents(url: Path | str) -> dict[str, Any]:
    with connect(url, read_only=True) as store:
        return whole(store)


@pytest.mark.slow
def test_killed_twenty_times(source: Path, tmp_path: Path) -> None:
    target, dice = tmp_path / "target.db", random.Random(_SEED)
    sizes: list[int] = []
    for _ in range(20):
        assert not kill_once(source, str(target), 5, dice, 30), "it ended before it was killed"
        if target.exists():
            with connect(target) as store:
                sizes.append(sum(store.backend.totals().numbers.values()))
    assert sizes == sorted(sizes)
    assert len(set(sizes)) > 10
    with connect(source) as store:
        assert sizes[-1] < sum(store.backend.totals().numbers.values())
    finish(source, str(target))
    assert contents(target) == contents(source)


@pytest.mark.slow
def test_killed_three_times_on_neo4j(source: Path, neo4j_url: str) -> None:
    dice = random.Random(_SEED)
    for _ in range(3):
        assert not kill_once(source, neo4j_url, 50, dice, 14), "it ended before it was killed"
    finish(source, neo4j_url)
    assert contents(neo4j_url) == contents(source)
