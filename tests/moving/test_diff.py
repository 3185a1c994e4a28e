"""Whether two stores are found to be the same, and exactly what differs where they are not."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from graphmeta.moving.comparing import Comparison, compare
from graphmeta.moving.copying import copy
from graphmeta.moving.sources.opening import open_source
from graphmeta.moving.sources.stores import StoreSource
from graphmeta.moving.targets.stores import StoreTarget
from graphmeta.store import Store, connect
from graphmeta.testing.mlmd_files import SCHEMAS


def compared(a: Path, b: Path, limit: int = 100) -> Comparison:
    with open_source(str(a)) as one, open_source(str(b)) as other:
        return compare(one, other, limit)


def copied(file: Path, store: Store) -> Comparison:
    """What differs between a file and its copy in a store."""
    with open_source(str(file)) as source:
        copy(source, StoreTarget(store))
        return compare(source, StoreSource(store))


@pytest.fixture
def pair(mlmd_worlds: dict[int, Path], tmp_path: Path) -> tuple[Path, Path]:
    """A file of schema 10, and one that holds the same."""
    one, other = (Path(shutil.copy(mlmd_worlds[10], tmp_path / name)) for name in ("a.db", "b.db"))
    return one, other


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            assert connection.execute(statement).rowcount > 0, statement


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_copy_holds_the_same_on_either_engine(mlmd_worlds: dict[int, Path], store: Store, schema: int) -> None:
    found = copied(mlmd_worlds[schema], store)
    assert [str(each) for each in found.differences] == []
    assert found.same
    assert found.digest_a == found.digest_b
    assert all(a == b for a, b in found.numbers.values())
    assert found.numbers["event"][0] > 0


CHANGES = {
    "UPDATE ArtifactProperty SET double_value = 0.25 WHERE name = 'rate' AND artifact_id = 1": [
        "artifact/1: property rate 0.5 / 0.25"
    ],
    "UPDATE ArtifactProperty SET double_value = 0.5000000000000001 WHERE name = 'rate' AND artifact_id = 1": [
        "artifact/1: property rate 0.5 / 0.5000000000000001"
    ],
    "UPDATE ArtifactProperty SET int_value = NULL, double_value = -7.0 WHERE name = 'count' AND artifact_id = 1": [
        "artifact/1: property count -7 / -7.0"
    ],
    "UPDATE ArtifactProperty SET bool_value = NULL, int_value = 0 WHERE name = 'flag' AND artifact_id = 1": [
        "artifact/1: property flag False / 0"
    ],
    "UPDATE ArtifactProperty SET is_custom_property = 0 WHERE name = 'ключ' AND artifact_id = 1": [
        "artifact/1: custom property ключ 0 / unset",
        "artifact/1: property ключ unset / 0",
    ],
    "DELETE FROM ArtifactProperty WHERE name = 'name' AND artifact_id = 1": [
        "artifact/1: custom property name '' / unset"
    ],
    "UPDATE Artifact SET uri = 's3://other' WHERE id = 1": ["artifact/1: URI 's3://büro/a' / 's3://other'"],
    "UPDATE Artifact SET state = 5 WHERE id = 1": ["artifact/1: state 'LIVE' / 'ABANDONED'"],
    "UPDATE Artifact SET name = 'b' WHERE id = 1": ["artifact/1: name 'a@1' / 'b'"],
    "UPDATE Artifact SET external_id = NULL WHERE id = 1": ["artifact/1: external id 'a-1' / unset"],
    "UPDATE Artifact SET last_update_time_since_epoch = 7 WHERE id = 1": ["artifact/1: updated {updated} / {seven}"],
    "UPDATE Artifact SET create_time_since_epoch = 7 WHERE id = 1": ["artifact/1: created {created} / {seven}"],
    "UPDATE Event SET milliseconds_since_epoch = 7 WHERE id = 1": ["event/1: time {time} / {seven}"],
    "UPDATE EventPath SET step_key = 'other' WHERE event_id = 1 AND step_key IS NOT NULL": None,
    "UPDATE Type SET description = 'b' WHERE name = 'Thing' AND type_kind = 1": [
        "artifact type Thing version v1: description 'What is made.' / 'b'"
    ],
    "DELETE FROM Attribution WHERE id = 1": None,
    "DELETE FROM Association WHERE id = 1": None,
    "DELETE FROM ParentContext": None,
}
WHERE = {
    "EventPath": "event/1: path",
    "Attribution": "only in A: attribution of artifact/",
    "ParentContext": "only in A: parent of context/",
}
WHERE["Association"] = "only in A: association of execution/"


def shown(time: int) -> str:
    """A moment in the local zone."""
    return datetime.fromtimestamp(time / 1000).astimezone().isoformat(timespec="milliseconds")


@pytest.mark.parametrize("statement", CHANGES)
def test_one_change_is_found_and_nothing_else(pair: tuple[Path, Path], statement: str) -> None:
    one, other = pair
    with closing(sqlite3.connect(one)) as connection:
        times = "create_time_since_epoch, last_update_time_since_epoch"
        created, updated = connection.execute(f"SELECT {times} FROM Artifact WHERE id = 1").fetchone()
        (time,) = connection.execute("SELECT milliseconds_since_epoch FROM Event WHERE id = 1").fetchone()
    change(other, statement)
    found = compared(one, other)
    lines = [str(each) for each in found.differences]
    expected = CHANGES[statement]
    if expected is None:
        start = next(words for table, words in WHERE.items() if f" {table}" in statement)
        assert lines
        assert all(line.startswith(start) for line in lines), lines
    else:
        assert lines == [
            line.format(created=shown(created), updated=shown(updated), time=shown(time), seven=shown(7))
            for line in expected
        ]
    assert not found.same
    assert found.digest_a != found.digest_b


@pytest.mark.parametrize("part", ["Artifact", "Execution", "Context", "Event"])
def test_what_only_one_side_has(pair: tuple[Path, Path], part: str) -> None:
    one, other = pair
    with closing(sqlite3.connect(one)) as connection:
        (last,) = connection.execute(f"SELECT max(id) FROM {part}").fetchone()
    if part == "Event":
        change(other, f"DELETE FROM Event WHERE id = {last}")
    else:
        columns = "type_id, create_time_since_epoch, last_update_time_since_epoch, name"
        change(other, f"INSERT INTO {part} ({columns}) SELECT type_id, 1, 1, 'more' FROM {part} LIMIT 1")
        with closing(sqlite3.connect(other)) as connection:
            (last,) = connection.execute(f"SELECT max(id) FROM {part}").fetchone()
    side = "A" if part == "Event" else "B"
    (line,) = [str(each) for each in compared(one, other).differences]
    assert line.startswith(f"only in {side}: {part.lower()}/{last} (")
    (line,) = [str(each) for each in compared(other, one).differences]
    assert line.startswith(f"only in {'AB'[side == 'A']}: {part.lower()}/{last} (")


def test_only_so_many_are_shown_and_all_are_counted(pair: tuple[Path, Path]) -> None:
    one, other = pair
    change(
        other, "UPDATE Execution SET last_update_time_since_epoch = 7", "UPDATE Context SET create_time_since_epoch = 7"
    )
    all = compared(one, other)
    assert all.number > 2
    some = compared(one, other, 2)
    assert (some.number, some.differences) == (all.number, all.differences[:2])


def test_portions_do_not_matter(pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = pair
    change(other, "DELETE FROM Artifact WHERE id = 2", "UPDATE Artifact SET uri = 'other' WHERE id = 4")
    whole = compared(one, other)
    monkeypatch.setattr("graphmeta.moving.comparing._PORTION", 1)
    assert compared(one, other) == whole
    assert [each.where for each in whole.differences[:2]] == ["artifact/2", "artifact/4"]


def test_the_command(pair: tuple[Path, Path]) -> None:
    one, other = (str(path) for path in pair)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "graphmeta", "diff", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    same = run(one, other)
    assert (same.returncode, same.stderr) == (0, "")
    assert same.stdout.endswith("They hold the same.\n")
    change(pair[1], "UPDATE Artifact SET uri = 'other', state = 5 WHERE id = 1")
    differ = run(one, other, "--limit", "1")
    assert differ.returncode == 1
    assert "2 differences (A / B)\nartifact/1: URI " in differ.stdout
    assert "And 1 more" in differ.stdout
    document = json.loads(run(one, other, "--json").stdout)
    assert document["same"] is False
    assert document["number_of_differences"] == 2
    assert document["differences"][1] == {"where": "artifact/1", "field": "state", "a": "'LIVE'", "b": "'ABANDONED'"}
    missing = run(one, one + ".none")
    assert missing.returncode == 2
    assert missing.stderr.startswith("graphmeta: There is no")


def test_a_store_is_the_same_on_both_engines(
    sqlite_store: Store, neo4j_store: Store, mlmd_worlds: dict[int, Path]
) -> None:
    digests = {copied(mlmd_worlds[10], store).digest_b for store in (sqlite_store, neo4j_store)}
    assert len(digests) == 1


def test_a_file_that_is_written_is_seen_whole(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    with connect(pair[1]) as store:
        artifact = store.artifact(1)
        artifact.uri = "other"
        store.put(artifacts=[artifact])
        found = compared(*pair)  # while the store is open, so that its log is not folded in
    assert [each.field for each in found.differences] == ["URI", "updated"]
