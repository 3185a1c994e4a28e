"""docs/moving.md shows commands that run."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pymysql
import pytest

from graphmeta.cli.main import COMMANDS, cli
from graphmeta.testing.mariadb import MariaDBServer
from graphmeta.testing.postgresql import PostgreSQLServer

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "moving.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^ *<!-- tested: (\w+) -->\n *```\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
# What a reader has for these is a test's own.
PLACES = {
    "neo4j": "neo4j://localhost:7687",
    "mysql": "mysql://root@127.0.0.1:3306/metadb",
    "postgresql": "postgresql://postgres@127.0.0.1:5432/metadb",
}


def commands(block: str) -> list[str]:
    """The lines of the blocks of a name, in their order."""
    found = [line.strip() for name, text in BLOCK.findall(PAGE) if name == block for line in text.splitlines()]
    assert found
    return found


def run(block: str, folder: Path, **places: str) -> list[str]:
    """Run graphmeta's commands of a block; each must do what it says, though values may be lost that the old schema
    lost. Returns the others'."""
    others = []
    for line in commands(block):
        words = shlex.split(line)
        if words[0] != "graphmeta":
            others.append(line)
            continue
        for place, url in places.items():
            words = [word.replace(PLACES[place], url) for word in words]
        assert not any(word in PLACES.values() for word in words), line
        once = ["--once"] if "--follow" in words and "--once" not in words else []
        done = subprocess.run(
            [sys.executable, "-m", *words, *once], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode in (0, 1), f"{line}\n{done.stderr}"
        assert "graphmeta: " not in done.stderr
        if "--verify" in words or "diff" in words:
            assert "They hold the same." in done.stdout, line
    return others


@pytest.mark.slow
@pytest.mark.parametrize("schema", [4, 9])
def test_an_old_file(mlmd_worlds: dict[int, Path], tmp_path: Path, schema: int) -> None:
    shutil.copy(mlmd_worlds[schema], tmp_path / "metadata.db")
    assert run("copy", tmp_path) == run("tfx", tmp_path) == []
    assert list(tmp_path.glob(f"metadata.db.schema{schema}-*.backup"))


@pytest.mark.slow
def test_a_file_to_neo4j(mlmd_worlds: dict[int, Path], tmp_path: Path, neo4j_url: str) -> None:
    shutil.copy(mlmd_worlds[10], tmp_path / "mlmd")
    assert run("cmflib", tmp_path, neo4j=neo4j_url) == []


@pytest.mark.slow
def test_kubeflow(mysql_world: Callable[..., str], tmp_path: Path, neo4j_url: str) -> None:
    others = run("kubeflow", tmp_path, mysql=mysql_world("utf8mb4"), neo4j=neo4j_url)
    assert [line.split()[0] for line in others] == ["kubectl"] * len(others)


@pytest.mark.slow
def test_a_file_to_mysql(mlmd_worlds: dict[int, Path], mariadb_server: MariaDBServer, tmp_path: Path) -> None:
    shutil.copy(mlmd_worlds[10], tmp_path / "metadata.db")
    server = mariadb_server
    login = {"host": server.host, "port": server.port, "user": server.user, "password": server.password}
    [create] = [shlex.split(line)[-1] for line in commands("mysql") if line.startswith("mysql -e ")]
    with pymysql.connect(**login, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(create)
    run("mysql", tmp_path, mysql=f"mysql://{server.user}:{server.password}@{server.host}:{server.port}/metadb")


@pytest.mark.slow
def test_a_file_to_postgresql(
    mlmd_worlds: dict[int, Path], postgresql_server: PostgreSQLServer, tmp_path: Path
) -> None:
    shutil.copy(mlmd_worlds[10], tmp_path / "metadata.db")
    [create] = [shlex.split(line)[-1] for line in commands("postgresql") if line.startswith("psql -c ")]
    with psycopg.connect(postgresql_server.url("postgres"), autocommit=True) as connection:
        connection.execute(create)  # type: ignore[arg-type]  # of our own page
    run("postgresql", tmp_path, postgresql=postgresql_server.url("metadb"))


@pytest.mark.slow
def test_a_hand_out(mysql_world: Callable[..., str], tmp_path: Path) -> None:
    """The rest of that block needs Neo4j's importer: see test_handout."""
    first, *others = commands("handout")
    words = shlex.split(first.replace(PLACES["mysql"], mysql_world("utf8mb4")))
    done = subprocess.run([sys.executable, "-m", *words], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    assert "@import.args" in others[0]
    assert others[0] in done.stdout
    assert (tmp_path / "handout" / "import.args").exists()


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
