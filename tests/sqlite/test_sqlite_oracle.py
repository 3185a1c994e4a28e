"""ml-metadata 1.17.1 and the embedded backend hold the same file for the same store."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from graphmeta.backends.batch import Batch, Writer, Written
from graphmeta.backends.requests import NodeQuery
from graphmeta.backends.sqlite.backend import SqliteBackend
from graphmeta.errors import SchemaVersionError
from graphmeta.model import AnyValue, Properties
from tests.sqlite.sqlite_kit import declare, dump, node, put_step

pytestmark = pytest.mark.slow
MlMetadata = Callable[[str, Path], Any]
VALUES: Properties = {
    "int": -(2**63),
    "double": 0.25,
    "string": "hé\U0001f600",
    "struct": {"a": 1.0, "b": [None, True, {"c": "d"}]},
    "proto": AnyValue("type.googleapis.com/x", b"\x00\xff"),
    "bool": True,
}


def schema(path: Path) -> dict[str, Any]:
    """Tables and indexes with their columns, as SQLite understood them."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, type FROM sqlite_master WHERE name NOT LIKE '%graphmeta%'").fetchall()
        found: dict[str, Any] = {}
        for name, kind in rows:
            if kind == "table":
                columns = connection.execute(f"PRAGMA table_info({name})").fetchall()
                indexes = connection.execute(f"PRAGMA index_list({name})").fetchall()
                found[name] = (columns, sorted(each[1:] for each in indexes if not each[1].startswith("graphmeta_")))
            else:
                found[name] = connection.execute(f"PRAGMA index_info({name})").fetchall()
        return found


def test_a_file_of_ours_has_the_schema_of_mlmds(
    backend: SqliteBackend, tmp_path: Path, ml_metadata: MlMetadata
) -> None:
    backend.initialise()
    theirs = tmp_path / "theirs.db"
    ml_metadata("dump", theirs)
    assert schema(backend.path) == schema(theirs)
    with closing(sqlite3.connect(theirs)) as connection, closing(sqlite3.connect(backend.path)) as ours:
        for table in ("Type", "MLMDEnv"):
            assert (
                connection.execute(f"SELECT * FROM {table}").fetchall()
                == ours.execute(f"SELECT * FROM {table}").fetchall()
            )


def test_a_file_that_ml_metadata_made(backend: SqliteBackend, ml_metadata: MlMetadata) -> None:
    ml_metadata("write", backend.path)
    theirs = ml_metadata("dump", backend.path)
    assert theirs["artifacts"][0]["properties"]["string"] == ["str", "hé\U0001f600"]
    assert dump(backend) == theirs
    types = {(type.name, type.version): type for type in backend.types()}
    assert types["Data", ""].external_id == "type-1"  # (ml-metadata keeps it to itself when it lists types)
    assert types["Step", ""].input_type == '{"dict":{"properties":{"x":{"any":{}}}}}'
    # Written by us, and read and written by them again, while our connection stays open.
    numbers = (types["Data", ""].id, types["Step", ""].id, types["Run", ""].id)
    backend.transact(lambda writer: put_step(writer, numbers, "ours", "k"))  # type: ignore[arg-type]
    assert ml_metadata("dump", backend.path) == dump(backend)
    ml_metadata("add", backend.path)
    theirs = ml_metadata("dump", backend.path)
    assert theirs["artifacts"][-1]["name"] == "added"
    assert dump(backend) == theirs
    with closing(sqlite3.connect(backend.path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",), "a file of theirs keeps its mode"


def test_a_file_that_we_made(backend: SqliteBackend, ml_metadata: MlMetadata) -> None:
    types = declare(backend)
    backend.transact(lambda writer: put_step(writer, types, "ours", "k"))

    def values(writer: Writer) -> Written:
        (id,) = writer.ids("artifact", 1)
        return writer.write(
            Batch("v", nodes=[node("artifact", id, types[0], properties=VALUES, custom=VALUES)]),
            Written((id,)),
        )

    backend.transact(values)
    theirs = ml_metadata("dump", backend.path)
    assert theirs == dump(backend)
    ml_metadata("add", backend.path)
    backend.transact(lambda writer: put_step(writer, types, "again"))
    assert ml_metadata("dump", backend.path) == dump(backend)
    ids = [row.id for row in backend.nodes(NodeQuery("artifact"))]
    assert ids == list(range(1, len(ids) + 1)), "ids of both ascend without gaps"


def test_types_that_ml_metadata_adds_are_seen_at_once(backend: SqliteBackend, ml_metadata: MlMetadata) -> None:
    backend.initialise()
    assert len(backend.types()) == 9
    ml_metadata("write", backend.path)
    assert len(backend.types()) == 13
    assert len(backend.transact(lambda writer: writer.types())) == 13


@pytest.mark.parametrize(("name", "version"), [("tfx-taxi-schema4.db", 4), ("covertype-schema8.db", 8)])
def test_an_older_file_is_refused_and_left_alone(name: str, version: int, tmp_path: Path) -> None:
    shared = Path(os.environ.get("GRAPHMETA_SHARED", Path(__file__).resolve().parents[3] / "shared"))
    source = shared / "data" / name
    if not source.exists():
        pytest.skip(f"{source} is not there")
    copy = tmp_path / name
    shutil.copyfile(source, copy)
    before = copy.read_bytes()
    backend = SqliteBackend(copy)
    for use in (backend.types, backend.initialise):
        with pytest.raises(SchemaVersionError, match=f"version {version} .*graphmeta upgrade"):
            use()
    backend.close()
    assert copy.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == [name]
