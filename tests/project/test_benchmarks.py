"""What `python -m benchmarks` says before it measures anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def test_a_word_that_is_no_measurement_measures_nothing() -> None:
    done = run("copy", "pagse")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no measurement pagse." in done.stderr
    assert "pages" in done.stderr


def test_help_names_what_make_bench_measures() -> None:
    done = run("--help")
    assert (done.returncode, done.stderr) == (0, "")
    for name in ("startup", "questions", "copy", "checks"):
        assert f"\n  {name} " in done.stdout
