"""Backups while others write, and the space that a store takes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from graphmeta.backends.batch import Removal
from graphmeta.cli.main import cli
from graphmeta.errors import AlreadyExistsError, GraphmetaError, NotFoundError, ReadOnlyError, UnsupportedError
from graphmeta.keeping.upkeep import back_up, compact
from graphmeta.model import Artifact, artifact_type
from graphmeta.moving.comparing import compare
from graphmeta.moving.sources.stores import StoreSource
from graphmeta.store import Store, connect
from tests.cli.story import tell

# Writes pairs of artifacts, each pair in one transaction, until it is told to stop; says when it has begun.
WRITER = """
import sys
from graphmeta.model import Artifact
from graphmeta.store import connect

with connect(sys.argv[1]) as store:
    number = 0
    while True:
        pair = [Artifact(type="Data", name=f"{number}-{half}", custom_properties={"x": "y" * 500}) for half in "ab"]
        store.put(artifacts=pair)
        if number == 0:
            print("writing", flush=True)
        number += 1
"""


def run(file: Path, *arguments: str) -> str:
    result = CliRunner().invoke(cli, ["--store", str(file), *arguments], standalone_mode=False)
    if result.exception:
        raise result.exception
    assert not result.return_value
    return result.stdout


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with connect(tmp_path / "story.db") as store:
        tell(store)
    return tmp_path / "story.db"


def test_a_backup_is_a_store_that_says_the_same(file: Path, tmp_path: Path) -> None:
    target = tmp_path / "backup.db"
    said = run(file, "backup", str(target))
    assert str(target) in said
    with connect(file) as store, connect(target) as other:
        found = compare(StoreSource(store), StoreSource(other))
        assert found.same
        assert found.digest_a == found.digest_b
        assert other.backend.faults() == []
        other.put_type(artifact_type("Later"))  # it is written to like any other
    document = json.loads(run(file, "backup", str(tmp_path / "two.db"), "--json"))
    assert document["bytes"] == (tmp_path / "two.db").stat().st_size
    assert document["seconds"] > 0
    assert sorted(each.name for each in tmp_path.iterdir() if "part" in each.name) == []


def test_a_backup_never_replaces_a_file(file: Path, tmp_path: Path) -> None:
    target = tmp_path / "backup.db"
    target.write_text("mine")
    with connect(file) as store, pytest.raises(AlreadyExistsError):
        back_up(store, target)
    assert target.read_text() == "mine"
    with connect(file) as store, pytest.raises(NotFoundError):
        back_up(store, tmp_path / "nowhere" / "backup.db")


def test_a_backup_while_somebody_writes_is_a_state_that_was(file: Path, tmp_path: Path) -> None:
    with connect(file) as store:
        store.put_type(artifact_type("Data"))
        # Enough for the backup to take several pieces.
        store.put(
            artifacts=[
                Artifact(type="Data", name=f"old {number}", custom_properties={"x": "z" * 900})
                for number in range(15_000)
            ]
        )
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(file)], stdout=subprocess.PIPE, text=True)
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        with connect(file, read_only=True) as store:
            sizes = []
            for number in range(3):
                back_up(store, tmp_path / f"backup{number}.db")
                sizes.append(sum(each.number for each in store.counts()))
        assert writer.poll() is None, "the writer went on all the while"
    finally:
        writer.kill()
        writer.wait()
        writer.stdout.close()
    written = []
    for number in range(3):
        with connect(tmp_path / f"backup{number}.db") as store:
            assert store.backend.faults() == []
            new = [artifact for artifact in store.artifacts(type="Data") if not (artifact.name or "").startswith("old")]
            names = [f"{pair}-{half}" for pair in range(len(new) // 2) for half in "ab"]
            assert [artifact.name for artifact in new] == names, "whole transactions, in their order"
            assert all(artifact.custom_properties == {"x": "y" * 500} for artifact in new)
            assert sum(each.number for each in store.counts()) <= sizes[number]
            written.append(len(new))
    assert written == sorted(written)
    assert written[-1] > 0


def test_vacuum_gives_the_room_of_what_was_removed_back(file: Path) -> None:
    with connect(file) as store:
        store.put_type(artifact_type("Data"))
        big = [Artifact(type="Data", custom_properties={"x": "z" * 2000}) for _ in range(500)]
        written = store.put(artifacts=big)
        before = compact(store).after
        assert before == store.backend.size()
        assert before > 1_000_000
        store.backend.transact(lambda writer: writer.remove(Removal({"artifact": written.artifact_ids})))
        told = StoreSource(store).summary()
        done = compact(store)
        assert done.before >= before
        assert done.after < before - 900_000
        assert done.after == store.backend.size()
        assert StoreSource(store).summary() == told
        assert store.backend.faults() == []
    document = json.loads(run(file, "vacuum", "--json"))
    assert document["after"] <= document["before"]
    assert " before, " in run(file, "vacuum")
    with connect(file, read_only=True) as store, pytest.raises(ReadOnlyError):
        compact(store)


def test_a_store_that_is_not_there(tmp_path: Path) -> None:
    for arguments in (["backup", str(tmp_path / "b.db")], ["vacuum"]):
        with pytest.raises(GraphmetaError):
            run(tmp_path / "none.db", *arguments)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(click.UsageError):
        run(tmp_path / "none.db", "backup")


def test_neo4j_says_the_way_to_go(neo4j_store: Store, neo4j_url: str, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedError, match="graphmeta copy"):
        back_up(neo4j_store, tmp_path / "backup.db")
    with pytest.raises(UnsupportedError, match="by itself"):
        compact(neo4j_store)
    assert neo4j_store.backend.size() is None
    told = CliRunner().invoke(cli, ["--store", neo4j_url, "vacuum"], standalone_mode=False)
    assert (told.exception, told.return_value) == (None, 0)
    assert "uses freed space again by itself" in told.stdout
    assert list(tmp_path.iterdir()) == []
