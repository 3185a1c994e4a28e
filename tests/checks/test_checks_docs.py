"""docs/checks.md: its commands run, print what the page shows, and its Python does."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graphmeta import checks, connect
from graphmeta.checks.repro import _HELP
from graphmeta.checks.titles import TITLES
from graphmeta.cli.main import cli
from graphmeta.demo import run_demo

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.M | re.S)
LINES = [line for _, block in BLOCKS for line in block.splitlines() if line.startswith("graphmeta check")]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working folder with the demo's store, and a file that should be rules."""
    monkeypatch.chdir(tmp_path)
    with connect("graphmeta.db") as store:
        run_demo(store, folder=tmp_path / "demo", echo=lambda line: None)
    (tmp_path / "rules.yaml").write_text("version: 1\nrules: []\n")
    yield tmp_path


def run(line: str) -> Result:
    result = CliRunner().invoke(cli, shlex.split(line)[1:], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result


def test_every_command_runs(folder: Path) -> None:
    assert len(LINES) >= 7
    for line in LINES:
        assert run(line).return_value == 1, line  # the demo's store holds a leak
    assert {"lineage.xml", "lineage.sarif"} <= {file.name for file in folder.iterdir()}


def test_what_is_printed_is_on_the_page(folder: Path) -> None:
    assert f"```\n{run('graphmeta check leakage Model:triage').stdout}```\n" in PAGE


def test_every_check_is_named(folder: Path) -> None:
    for name in ("leakage", "stale", "repro", "integrity", "policy", "all"):
        assert f"| `graphmeta check {name}" in PAGE
        assert run(f"graphmeta check {name} --help").return_value == 0


def test_the_python_runs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = [block for language, block in BLOCKS if language == "python"]
    exec(compile(code, "docs/checks.md", "exec"), {})
    out = capsys.readouterr().out
    assert out.startswith("BROKEN ['leakage/no-split-between']\nBROKEN  ")


def test_the_page_has_the_sentence_of_every_rule() -> None:
    rows = dict(re.findall(r"^\| `([a-z]+/[a-z-]+)` \| (.*?) \|$", PAGE, re.M))
    assert rows == TITLES


def test_every_rule_that_a_check_has_has_a_sentence() -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in Path(checks.__file__).parent.glob("*.py"))
    said = set(re.findall(r'"((?:leakage|stale|integrity|repro)/[a-z-]+)"', code))
    assert said == TITLES.keys()
    assert {f"repro/{rule}" for rule in _HELP} <= TITLES.keys()
