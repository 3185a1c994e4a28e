"""`graphmeta inspect`: what is there, and what would not come over."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from graphmeta.cli.main import run
from graphmeta.store import Store
from graphmeta.testing.conformance.kit import declare, make, put
from graphmeta.testing.mlmd_files import values_lost


@pytest.fixture
def inspect(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the command; returns what it printed."""

    def command(*arguments: str, status: int = 0) -> str:
        with pytest.raises(SystemExit) as left:
            run(["inspect", *arguments])
        printed = capsys.readouterr()
        assert left.value.code == status, printed
        assert printed.out == "" if status == 2 else printed.err == ""
        return printed.err if status == 2 else printed.out

    return command


@pytest.mark.slow
def test_an_old_file(inspect: Any, mlmd_worlds: dict[int, Path], tmp_path: Path) -> None:
    file = str(shutil.copy(mlmd_worlds[4], tmp_path / "old file.db"))
    quick = inspect(file)
    assert "an ML Metadata file of schema 4" in quick
    assert "Schema 4 has no place for properties of booleans" in quick
    assert "names and states" in quick
    assert "--deep reads everything" in quick
    assert quick.rstrip().endswith(f"graphmeta copy 'sqlite:///{file}' neo4j://localhost:7687")
    deep = json.loads(inspect(file, "--deep", "--json", status=1))
    assert deep["number_of_troubles"] == len(deep["troubles"]) == values_lost(4)
    what = "it holds no value (NaN is kept so in SQLite); the property is left out."
    assert {"where": "artifact/1 property flag", "what": what} in deep["troubles"]
    assert deep["numbers"] == {
        "artifacts": 5, "executions": 3, "contexts": 3, "events": 9, "attributions": 4, "associations": 3, "parents": 0,
    }  # fmt: skip
    assert {"kind": "artifact", "type": "Thing", "nodes": 2} in deep["by_type"]
    with closing(sqlite3.connect(file)) as connection:
        times = connection.execute("SELECT milliseconds_since_epoch FROM Event").fetchall()
    moments = sorted(each for (each,) in times if each is not None)
    assert (deep["schema"], deep["first"], deep["last"]) == (4, moments[0], moments[-1])
    assert len(deep["lacking"]) == 4
    assert deep["size"] == Path(file).stat().st_size


def test_a_store(inspect: Any, store: Store, neo4j_password: str) -> None:
    declare(store)
    put(store, make("artifact", "one"), make("context", "run"))
    found = json.loads(inspect(store.url, "--deep", "--json"))
    assert found["numbers"]["artifacts"] == found["numbers"]["contexts"] == 1
    assert found["troubles"] == []
    assert found["types"] == 12
    assert found["first"] <= found["last"]
    assert "all of it would come over" in inspect(store.url, "--deep")


@pytest.fixture
def neo4j_password(request: pytest.FixtureRequest, store: Store, monkeypatch: pytest.MonkeyPatch) -> str:
    """The login of the Neo4j of this test, where it has one, in the environment."""
    if store.url.startswith("sqlite:"):
        return ""
    server = request.getfixturevalue("neo4j_server")
    monkeypatch.setenv("GRAPHMETA_NEO4J_USER", server.user)
    monkeypatch.setenv("GRAPHMETA_NEO4J_PASSWORD", server.password)
    return str(server.password)


def test_many_troubles_are_counted(inspect: Any, sqlite_store: Store, tmp_path: Path) -> None:
    declare(sqlite_store)
    put(sqlite_store, *[make("artifact", f"a{n}") for n in range(50)])
    sqlite_store.close()
    file = tmp_path / "graphmeta.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE Artifact SET state = 50 + id")
    text = inspect(str(file), "--deep", status=1)
    assert "50 would not come over as they are" in text
    assert "And 30 more" in text
    assert "artifact/1" in text


def test_what_cannot_be_read(inspect: Any, tmp_path: Path) -> None:
    assert "There is no file" in inspect(str(tmp_path / "none.db"), status=2)
    said = inspect("mysql://u:s3cret@127.0.0.1:9/db", status=2)
    assert "mysql://u@127.0.0.1:9/db does not answer" in said
    assert "s3cret" not in said
    assert "graphmeta cannot read ftp://" in inspect("ftp://host/x", status=2)
