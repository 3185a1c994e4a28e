"""The client class: ml-metadata's interface, what it opens, and what it does before and after a call."""

from __future__ import annotations

import gc
import hashlib
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import graphmeta
from graphmeta import mlmd
from graphmeta.mlmd import errors
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.store import Store
from tests.mlmd.mirror_kit import ml_metadata_python, run

SCRIPT = Path(__file__).with_name("mirror_script.py")
FAKE = pb.ConnectionConfig(fake_database=pb.FakeDatabaseConfig())

_OLD_FILE = """
import sys
from ml_metadata import metadata_store
from ml_metadata.proto import metadata_store_pb2 as pb
config = pb.ConnectionConfig(sqlite={"filename_uri": sys.argv[1], "connection_mode": 3})
metadata_store.MetadataStore(config).put_artifact_type(pb.ArtifactType(name="Old"))
metadata_store.downgrade_schema(config, 8)
print("null")
"""
_CHILD = """
import os, sys
from graphmeta import mlmd
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
store = mlmd.MetadataStore(pb.ConnectionConfig(fake_database=pb.FakeDatabaseConfig()))
child = os.fork()
if not child:
    sys.exit(0)  # runs what is to be run at the end of a process
assert os.waitpid(child, 0)[1] == 0
print(store.put_artifact_type(pb.ArtifactType(name="Data")))
"""


def sqlite(path: Path | str, mode: int = 3) -> pb.ConnectionConfig:
    config = pb.SqliteMetadataSourceConfig(filename_uri=str(path), connection_mode=mode)  # type: ignore[arg-type]
    return pb.ConnectionConfig(sqlite=config)


# ---------------------------------------------------------------- beside the real one


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return run(ml_metadata_python(), SCRIPT, "ml_metadata", folder=tmp_path_factory.mktemp("theirs"))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return run(sys.executable, SCRIPT, "graphmeta.mlmd", folder=tmp_path_factory.mktemp("ours"))  # type: ignore[no-any-return]


@pytest.mark.slow
@pytest.mark.parametrize("part", ["names", "faults", "requests", "places"])
def test_both_packages_do_the_same(part: str, ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    assert ours[part] == theirs[part]


@pytest.mark.slow
def test_there_are_49_methods(theirs: dict[str, Any]) -> None:
    assert len(theirs["names"]["methods"]) == 49


@pytest.mark.slow
def test_wrong_configurations_give_the_same_errors(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    assert ours["wrong"].keys() == theirs["wrong"].keys()
    for case, said in theirs["wrong"].items():
        if isinstance(said, list):
            assert ours["wrong"][case][0] == said[0], case
            assert ours["wrong"][case][1].startswith(said[1]), case
        else:
            assert ours["wrong"][case] == said, case


@pytest.mark.slow
@pytest.mark.parametrize("upgrade", [False, True])
def test_a_file_of_an_older_schema_is_left_alone(upgrade: bool, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    run(ml_metadata_python(), "-c", _OLD_FILE, old)
    before = hashlib.sha256(old.read_bytes()).digest()
    with pytest.raises(RuntimeError, match=r"has version 8 of ML Metadata.s schema.*graphmeta upgrade"):
        mlmd.MetadataStore(sqlite(old), enable_upgrade_migration=upgrade)
    with pytest.raises(errors.FailedPreconditionError, match="has version 8"):
        mlmd.MetadataStore(str(old))
    assert hashlib.sha256(old.read_bytes()).digest() == before
    assert list(tmp_path.iterdir()) == [old]


# ---------------------------------------------------------------- what it opens


def test_a_fake_database_is_private_and_gone_with_its_object() -> None:
    first, second = mlmd.MetadataStore(FAKE), mlmd.MetadataStore(FAKE)
    first.put_artifact_type(pb.ArtifactType(name="Data"))
    assert second.get_artifact_types() == []
    folder = first._answer.__self__.store.backend.path.parent  # type: ignore[attr-defined]
    assert folder.is_dir()
    del first
    gc.collect()
    assert not folder.exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes are forked here")
def test_a_forked_child_leaves_its_parents_private_store() -> None:
    assert run(sys.executable, "-c", _CHILD) == 10


def test_a_store_of_graphmetas_and_its_url_are_taken(store: Store) -> None:
    through = mlmd.MetadataStore(store)
    kind = through.put_artifact_type(pb.ArtifactType(name="Data"))
    (made,) = through.put_artifacts([pb.Artifact(type_id=kind, uri="s3://data")])
    assert store.artifact(made).uri == "s3://data"


def test_a_new_store_is_set_up_at_once(tmp_path: Path, neo4j_url: str) -> None:
    places: list[Path | str] = [tmp_path / "new.db", str(tmp_path / "other.db"), neo4j_url]
    for url in places:
        through = mlmd.MetadataStore(url)
        assert through.get_artifacts() == []
        assert through.get_artifact_type("mlmd.Dataset").id == 1


def test_what_was_opened_for_reading_is_not_written(tmp_path: Path) -> None:
    mlmd.MetadataStore(sqlite(tmp_path / "lineage.db"))
    for config in (
        sqlite(tmp_path / "lineage.db", pb.SqliteMetadataSourceConfig.READONLY),
        sqlite(f"file:{tmp_path}/lineage.db?mode=ro"),
        graphmeta.connect(tmp_path / "lineage.db", read_only=True),
    ):
        through = mlmd.MetadataStore(config)
        assert through.get_artifact_types() == []
        with pytest.raises(errors.PermissionDeniedError, match="opened for reading only"):
            through.put_artifact_type(pb.ArtifactType(name="Data"))
    with pytest.raises(errors.NotFoundError, match="no store at"):
        mlmd.MetadataStore(graphmeta.connect(tmp_path / "missing.db", read_only=True)).get_artifacts()


@pytest.mark.parametrize(
    ("config", "name"),
    [
        (pb.ConnectionConfig(mysql={"host": "h", "database": "d", "user": "u"}), "MySQL"),
        (pb.ConnectionConfig(postgresql={"host": "h", "dbname": "d"}), "PostgreSQL"),
    ],
)
def test_another_database_gives_the_way_to_move(config: pb.ConnectionConfig, name: str) -> None:
    open_it: list[Callable[[], Any]] = [lambda: mlmd.MetadataStore(config), lambda: mlmd.downgrade_schema(config, 9)]
    for work in open_it:
        with pytest.raises(errors.UnimplementedError, match=f"{name}.*MetadataStoreClientConfig.*graphmeta copy"):
            work()


def test_an_older_schema_is_not_made(tmp_path: Path) -> None:
    config = sqlite(tmp_path / "today.db")
    with pytest.raises(RuntimeError, match="Empty database"):
        mlmd.downgrade_schema(config, 9)
    mlmd.MetadataStore(config)
    with pytest.raises(errors.UnimplementedError, match="use ml-metadata"):
        mlmd.downgrade_schema(config, 9)


def test_an_unknown_url_is_an_argument_that_cannot_be() -> None:
    with pytest.raises(errors.InvalidArgumentError, match="mysql://"):
        mlmd.MetadataStore("mysql://host/database")


# ---------------------------------------------------------------- what is tried again


def aborting(times: int, monkeypatch: pytest.MonkeyPatch, **retry: int) -> tuple[mlmd.MetadataStore, list[float]]:
    """A client whose calls are aborted so many times, and the seconds that it waits."""
    config = pb.ConnectionConfig(fake_database=pb.FakeDatabaseConfig())
    if retry:
        config.retry_options.max_num_retries = retry["retries"]
    store = mlmd.MetadataStore(config)
    real, left = store._answer, [errors.AbortedError("a race") for _ in range(times)]

    def answer(name: str, request: Any) -> Any:
        if left:
            raise left.pop()
        return real(name, request)

    waits: list[float] = []
    monkeypatch.setattr(store, "_answer", answer)
    monkeypatch.setattr(time, "sleep", waits.append)
    return store, waits


@pytest.mark.parametrize(("times", "retry"), [(0, {}), (1, {}), (4, {}), (1, {"retries": 2}), (7, {"retries": 8})])
def test_an_aborted_call_is_made_again(times: int, retry: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    store, waits = aborting(times, monkeypatch, **retry)
    assert store.get_artifacts() == []
    assert len(waits) == times


@pytest.mark.parametrize(("tries", "retry"), [(5, {}), (1, {"retries": 1}), (3, {"retries": 3}), (1, {"retries": 0})])
def test_but_not_for_ever(tries: int, retry: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    store, waits = aborting(tries, monkeypatch, **retry)
    with pytest.raises(errors.AbortedError, match="a race"):
        store.get_artifacts()
    assert len(waits) == tries - 1
    assert store.get_artifacts() == []


def test_the_waits_are_random_and_two_seconds_in_the_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    rates: list[float] = []
    monkeypatch.setattr(random, "expovariate", lambda rate: rates.append(rate) or 7.0)  # type: ignore[func-returns-value]
    store, waits = aborting(2, monkeypatch)
    store.get_artifacts()
    assert (rates, waits) == ([0.5, 0.5], [7.0, 7.0])


def test_other_errors_are_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    store, waits = aborting(0, monkeypatch)
    with pytest.raises(errors.NotFoundError):
        store.get_artifact_type("none")
    assert waits == []
