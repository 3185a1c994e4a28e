"""`graphmeta lineage --html`, `--fold` and `--no-fold`."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from graphmeta.cli.main import cli
from graphmeta.store import connect
from tests.render.test_html import repeated, safe


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A store in which twelve equal steps read one dataset."""
    with connect(tmp_path / "runs.db") as store:
        repeated(store, 12)
    return tmp_path / "runs.db"


def called(store: Path, *arguments: str) -> Result:
    """A command's result; an error of its own is raised."""
    result = CliRunner().invoke(cli, ["--store", str(store), *arguments], standalone_mode=False)
    if result.exception:
        raise result.exception
    return result


def test_html_is_a_file_or_printed(runs: Path, tmp_path: Path) -> None:
    file = tmp_path / "picture.html"
    result = called(runs, "lineage", "artifact/1", "--html", str(file))
    assert result.stdout == ""
    assert result.stderr == f"Drawn: {file}\n"
    text = file.read_text(encoding="utf-8")
    assert safe(text).templates == 1  # both drawings: it folds unless told otherwise
    assert called(runs, "lineage", "artifact/1", "--html", "-").stdout == text


def test_folding_is_chosen(runs: Path) -> None:
    def nodes(*options: str) -> int:
        return called(runs, "lineage", "artifact/1", *options).stdout.count('class="gm-node')

    assert nodes("--svg", "-") == 25
    assert nodes("--svg", "-", "--fold") == 3
    assert nodes("--svg", "-", "--no-fold") == 25
    assert nodes("--html", "-", "--no-fold") == 25
    assert nodes("--html", "-") == nodes("--html", "-", "--fold") == 3 + 25


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--html", "-", "--svg", "-"], "exclude each other"),
        (["--html", "-", "--json"], "exclude each other"),
        (["--fold"], "go with --svg or --html"),
        (["--no-fold", "--dot"], "go with --svg or --html"),
    ],
)
def test_what_does_not_go_together_is_said(runs: Path, options: list[str], said: str) -> None:
    with pytest.raises(click.UsageError, match=said):
        called(runs, "lineage", "artifact/1", *options)
