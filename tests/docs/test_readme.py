"""README is true: its Python runs, its commands answer, its links lead somewhere."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import graphmeta

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.M | re.S)
PYTHON = [text for language, text in BLOCKS if language == "python"]
COMMANDS = [
    re.split(r"\s{3,}", line)[0]
    for language, text in BLOCKS
    if not language
    for line in text.splitlines()
    if line.startswith("graphmeta ") and " demo" not in line
]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the README names, and three trainings recorded as it shows."""
    place = tmp_path_factory.mktemp("readme")
    (place / "data").mkdir()
    (place / "data" / "train.csv").write_text("x,y\n1,2\n")
    old = Path.cwd()
    os.chdir(place)
    try:
        for round_number in range(3):
            (place / "model.pkl").write_bytes(b"model %d" % round_number)
            space: dict[str, object] = {}
            exec(compile(PYTHON[0], "README.md", "exec"), space)
            store = space["store"]
            assert isinstance(store, graphmeta.Store)
            store.close()
    finally:
        os.chdir(old)
    return place


def test_the_python_blocks_run(recorded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(recorded)
    with graphmeta.connect() as store:
        space: dict[str, object] = {"gm": graphmeta, "store": store}
        for block in PYTHON[1:]:
            exec(compile(block, "README.md", "exec"), space)
    assert len(space["graph"].nodes) == 3  # type: ignore[attr-defined]


def test_there_are_seven_questions() -> None:
    assert len(COMMANDS) == 7


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_answers(recorded: Path, command: str) -> None:
    words = [sys.executable, "-m", *shlex.split(command)]
    done = subprocess.run(words, cwd=recorded, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert not done.stderr


def test_every_link_of_the_documentation_leads_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} links to {target}"
