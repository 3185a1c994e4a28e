"""docs/moving.md shows commands that run."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from graphmeta.cli.main import COMMANDS, cli

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "moving.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"<!-- tested: (\w+) -->\n```\n(.*?)```", PAGE, re.DOTALL))


def run(block: str, folder: Path, **places: str) -> None:
    """Run the commands of a block; each must do what it says, though values may be lost that the old schema lost."""
    commands = BLOCKS[block].splitlines()
    assert commands
    for line in commands:
        for place, url in places.items():
            line = line.replace(f"{place}://localhost:7687", url)
        words = shlex.split(line)
        assert words[0] == "graphmeta"
        done = subprocess.run([sys.executable, "-m", *words], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), f"{line}\n{done.stderr}"
        assert "graphmeta: " not in done.stderr
        if "--verify" in words:
            assert "They hold the same." in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("schema", [4, 9])
def test_an_old_file(mlmd_worlds: dict[int, Path], tmp_path: Path, schema: int) -> None:
    shutil.copy(mlmd_worlds[schema], tmp_path / "metadata.db")
    run("copy", tmp_path)
    run("tfx", tmp_path)
    assert list(tmp_path.glob(f"metadata.db.schema{schema}-*.backup"))


@pytest.mark.slow
def test_a_file_to_neo4j(mlmd_worlds: dict[int, Path], tmp_path: Path, neo4j_url: str) -> None:
    shutil.copy(mlmd_worlds[10], tmp_path / "mlmd")
    run("cmflib", tmp_path, neo4j=neo4j_url)


def test_every_command_and_option_that_is_shown_exists() -> None:
    blocks = re.findall(r"^ *```\n(.*?)^ *```", PAGE, re.DOTALL | re.MULTILINE)
    shown = re.findall(r"^ *(graphmeta [^\n]*)$", "\n".join(blocks), re.MULTILINE)
    assert len(shown) >= 10
    for line in shown:
        words = shlex.split(line)[1:]
        names = [word for word in words if word in COMMANDS]
        assert names, line
        command = cli.get_command(None, names[0])  # type: ignore[arg-type]
        assert command is not None
        known = {option for parameter in (*command.params, *cli.params) for option in parameter.opts}
        assert [word for word in words if word.startswith("--") and word not in known] == [], line
