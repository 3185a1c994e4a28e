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
from graphmeta.demo import run_demo

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.M | re.S)
PYTHON = [text for language, text in BLOCKS if language == "python"]
COMMANDS = [
    re.split(r"\s{3,}", line)[0]
    for language, text in BLOCKS
    if not language
    for line in text.splitlines()
    # (The demo is run for the others, and a server serves on: tests/server start it.)
    if line.startswith("graphmeta ") and line.split()[1] not in ("demo", "serve", "up")
]
# On the demo's store these find what somebody in a hurry did; and that the demo ran outside of a git work tree.
FINDS = tuple(f"graphmeta check {name}" for name in ("leakage", "stale", "policy", "all"))
# What is missing depends on whether the demo ran in a git work tree.
MAY_FIND = "graphmeta check repro"
QUESTIONS = next(text for _, text in BLOCKS if text.startswith("graphmeta datasets"))
CYPHER = [text for language, text in BLOCKS if language == "cypher"]


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


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which somebody has run the demo."""
    place = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "graphmeta", "demo"]
    subprocess.run(command, cwd=place, env=_environment(), check=True, capture_output=True)
    (place / "examples").symlink_to(ROOT / "examples")
    return place


def _environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith(("GRAPHMETA", "NEO4J"))}


def test_there_are_seven_questions() -> None:
    assert len(QUESTIONS.splitlines()) == 7


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_answers(shown: Path, command: str) -> None:
    words = [sys.executable, "-m", *shlex.split(command)]
    done = subprocess.run(words, cwd=shown, env=_environment(), capture_output=True, text=True, check=False)
    expected = (0, 1) if command.startswith(MAY_FIND) else (int(command.startswith(FINDS)),)
    assert done.returncode in expected, done.stderr
    assert done.stdout.strip()
    assert not done.stderr


def test_the_statement_answers(neo4j_store: graphmeta.Store, tmp_path: Path) -> None:
    (statement,) = CYPHER
    run_demo(neo4j_store, folder=tmp_path, echo=lambda line: None)
    found = neo4j_store.cypher(statement, dataset="tumours")
    models = [*(f"tumour-classifier@{number}" for number in range(1, 5)), "triage@1"]
    assert sorted(row["model"] for row in found) == sorted(models)
    assert all(row["made"].year >= 2026 and row["uri"].startswith("file://") for row in found)


def test_every_link_of_the_documentation_leads_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} links to {target}"
