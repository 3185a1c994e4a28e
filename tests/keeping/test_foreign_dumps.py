"""Dumps of other stores, and dumps that somebody made up: refused before anything is written."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphmeta.errors import InvalidArgumentError
from graphmeta.keeping.dumping import dump
from graphmeta.keeping.removal import plan
from graphmeta.keeping.removing import remove
from graphmeta.keeping.restoring import restore
from graphmeta.keeping.selection import Selection, select
from graphmeta.model import (
    Artifact,
    Attribution,
    Context,
    Event,
    Execution,
    artifact_type,
    context_type,
    execution_type,
)
from graphmeta.store import Store, connect

from .graphs import digest


def fill(store: Store, name: str, time: int) -> None:
    """kept -> step (FAILED) -> made, in a context that stays."""
    store.backend.clock = lambda: time
    store.put_types([artifact_type("Data"), execution_type("Step"), context_type("Place")])
    kept, made = Artifact(type="Data", name=f"kept {name}"), Artifact(type="Data", name=f"made {name}")
    step, place = Execution(type="Step", name=f"step {name}", state="FAILED"), Context(type="Place", name=name)
    store.put(
        artifacts=[kept, made],
        executions=[step],
        contexts=[place],
        events=[Event(kept, step, "INPUT"), Event(made, step, "OUTPUT")],
        attributions=[Attribution(kept, place), Attribution(made, place)],
    )


@pytest.fixture
def dumped(sqlite_store: Store, tmp_path: Path) -> Path:
    """The dump of what failed in a store; the store is without it."""
    fill(sqlite_store, "a", 1_700_000_000_000)
    planned = plan(sqlite_store, select(sqlite_store, Selection(states=("FAILED",))))
    path = tmp_path / "d.jsonl"
    assert remove(sqlite_store, planned, dump(sqlite_store, planned, path, "a test")).numbers["execution"] == 1
    return path


def test_another_store_of_the_same_types(dumped: Path, tmp_path: Path) -> None:
    with connect(tmp_path / "other.db") as other:
        fill(other, "a", 1_600_000_000_000)
        before = digest(other)
        for dry_run in (True, False):
            with pytest.raises(InvalidArgumentError, match=r"of another store, .*--into-another-store"):
                restore(other, dumped, dry_run=dry_run)
        assert digest(other) == before
        told = restore(other, dumped, another=True)
        assert told.trouble
        assert digest(other) == before, "nothing of it fits"


def test_a_store_that_has_nothing_of_what_stayed(dumped: Path, tmp_path: Path) -> None:
    with connect(tmp_path / "other.db") as other:
        other.put_types([artifact_type("Data"), execution_type("Step"), context_type("Place")])
        other.put(executions=[Execution(type="Step", name=str(number)) for number in range(2)])
        other.backend.transact(lambda writer: list(writer.ids("execution", 1)))
        with pytest.raises(InvalidArgumentError, match="of another store"):
            restore(other, dumped)


def test_the_same_store_elsewhere_and_later(dumped: Path, sqlite_store: Store, tmp_path: Path) -> None:
    sqlite_store.put(artifacts=[Artifact(type="Data", name="later")])
    sqlite_store.backend.back_up(tmp_path / "moved.db")
    with connect(tmp_path / "moved.db") as moved:
        assert not restore(moved, dumped).trouble


def made_up(path: Path, change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> Path:
    """A dump whose lines are changed, with a digest that is right."""
    lines = [change(json.loads(line)) for line in path.read_text().splitlines()[:-1]]
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines if line is not None)
    end = {"is": "end", "numbers": {}, "sha256": hashlib.sha256(text.encode()).hexdigest()}
    other = path.with_name("made up.jsonl")
    other.write_text(f"{text}{json.dumps(end)}\n")
    return other


def of_nodes(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any] | None]:
    return lambda line: {**line, **changes} if line.get("is") == "node" else line


@pytest.mark.parametrize(
    "change",
    [
        lambda line: None if line.get("is") == "type" else line,
        lambda line: None if line.get("is") == "node" else line,
        lambda line: {key: value for key, value in line.items() if key != "name"},
        lambda line: {**line, "is": "thing"} if line.get("is") == "event" else line,
        lambda line: {**line, "type": "EATEN"} if line.get("is") == "event" else line,
        lambda line: {**line, "ends": [1]} if line.get("is") == "attribution" else line,
        lambda line: {**line, "known_by": 7} if "graphmeta_dump" in line else line,
        of_nodes(id="x"), of_nodes(id=-5), of_nodes(id=2**70), of_nodes(id=True), of_nodes(kind="zzz"),
        of_nodes(state="EATEN"), of_nodes(created="now"), of_nodes(properties=[]), of_nodes(properties={"a": [1]}),
        of_nodes(custom_properties={"a": {"any": 3}}), of_nodes(custom_properties={"a": 2**64}), of_nodes(name=7),
    ],
)  # fmt: skip
def test_made_up_lines(change: Any, dumped: Path, sqlite_store: Store, tmp_path: Path) -> None:
    before = digest(sqlite_store)
    copy = tmp_path / "copy.jsonl"
    shutil.copyfile(dumped, copy)
    for another in (False, True):
        with pytest.raises(InvalidArgumentError, match=r"is not what graphmeta writes"):
            restore(sqlite_store, made_up(copy, change), another=another)
    assert digest(sqlite_store) == before
    assert not restore(sqlite_store, made_up(copy, lambda line: line)).trouble


def test_only_who_may_read_the_store_may_read_the_dump(sqlite_store: Store, tmp_path: Path) -> None:
    fill(sqlite_store, "a", 1_700_000_000_000)
    planned = plan(sqlite_store, select(sqlite_store, Selection(states=("FAILED",))))
    for mode in (0o600, 0o640):
        (tmp_path / "graphmeta.db").chmod(mode)
        path = tmp_path / f"{mode}.jsonl"
        dump(sqlite_store, planned, path, "a test")
        assert path.stat().st_mode & 0o777 == mode
