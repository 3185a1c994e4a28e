"""Dumps: whole or not at all, seen where damaged; and restoring where things have changed."""

from __future__ import annotations

import gzip
import json
import math
from pathlib import Path

import pytest

from graphmeta.backends.rows import NodeRow
from graphmeta.errors import AlreadyExistsError, InvalidArgumentError, StoreUnavailableError
from graphmeta.keeping.dump import node_line, node_of
from graphmeta.keeping.dump_reading import read_head, read_lines
from graphmeta.keeping.dump_writing import writing
from graphmeta.keeping.dumping import dump
from graphmeta.keeping.removal import plan
from graphmeta.keeping.removing import remove
from graphmeta.keeping.restoring import restore
from graphmeta.keeping.selection import Selection, select
from graphmeta.model import AnyValue, Artifact, Event, Execution, Properties, Type, artifact_type, execution_type
from graphmeta.store import Store, connect
from tests.moving.worlds import fill

from .graphs import digest


def emptied(store: Store, path: Path) -> str:
    """Fill a store, dump and remove all; returns the digest before."""
    fill(store, runs=3)
    before = digest(store)
    planned = plan(store, select(store, Selection(before=2**50)))
    remove(store, planned, dump(store, planned, path, "a test"))
    assert sum(store.backend.totals().numbers.values()) == 0
    return before


def test_everything_comes_back(sqlite_store: Store, tmp_path: Path) -> None:
    store = sqlite_store
    name = "d.jsonl.gz"
    before = emptied(store, tmp_path / name)
    assert restore(store, tmp_path / name, dry_run=True).written["artifact"] == 12
    assert sum(store.backend.totals().numbers.values()) == 0
    done = restore(store, tmp_path / name, portion=4)
    assert not done.trouble
    assert digest(store) == before
    assert (tmp_path / name).read_bytes()[:2] == b"\x1f\x8b", "packed"


def test_everything_comes_back_to_an_empty_store(sqlite_store: Store, tmp_path: Path) -> None:
    before = emptied(sqlite_store, tmp_path / "d.jsonl")
    with connect(tmp_path / "other.db") as other:
        with pytest.raises(InvalidArgumentError, match=r"of another store, sqlite:.*there is no store yet"):
            restore(other, tmp_path / "d.jsonl")
        other.initialise()
        with pytest.raises(InvalidArgumentError, match="that store has a type"):
            restore(other, tmp_path / "d.jsonl")
        assert not other.types(), "nothing was written"
        assert not restore(other, tmp_path / "d.jsonl", another=True).trouble
        assert not [type for type in other.types() if not other.rows(type.kind, type=type.name)], "no type is idle"
        other.put_types(sqlite_store.types())
        assert digest(other) == before


def test_values_of_all_kinds(tmp_path: Path) -> None:
    values: Properties = {
        "int": 2**62, "double": 5.0, "small": -0.0, "bool": True, "text": "é\0\ud800",
        "struct": {"a": [1.0, {"b": None}]},
        "any": AnyValue("t/x", b"\0\xff"), "nan": math.inf,
    }  # fmt: skip
    row = NodeRow(1, 10, "T", "n", None, "LIVE", None, 5, 6)
    line = json.loads(json.dumps(node_line("artifact", row, values, {})))
    assert repr(node_of(line, Type(kind="artifact", name="T", id=10))) == repr((row, values, {}))


def test_a_dump_is_never_written_over(sqlite_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    path.write_text("precious")
    planned = plan(sqlite_store, select(sqlite_store, Selection(before=2**50)))
    with pytest.raises(AlreadyExistsError, match="is there already"):
        dump(sqlite_store, planned, path, "a test")
    with pytest.raises(AlreadyExistsError), writing(tmp_path / "late.jsonl") as into:
        into.head("s", 0, "w", {})
        (tmp_path / "late.jsonl").write_text("precious")
    assert {each.name: each.read_text() for each in tmp_path.glob("*.jsonl")} == {
        "d.jsonl": "precious",
        "late.jsonl": "precious",
    }
    assert not [*tmp_path.glob(".*.part")]


def test_nothing_stays_of_a_dump_that_failed(sqlite_store: Store, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), writing(tmp_path / "d.jsonl") as into:
        into.head("s", 0, str(1 / 0), {})
    assert not [*tmp_path.glob("*.jsonl"), *tmp_path.glob(".*.part")]
    planned = plan(sqlite_store, select(sqlite_store, Selection(before=2**50)))
    with pytest.raises(StoreUnavailableError, match="Nothing was removed"):
        dump(sqlite_store, planned, tmp_path / "no folder" / "d.jsonl", "a test")


@pytest.mark.parametrize("name", ["d.jsonl", "d.jsonl.gz"])
def test_a_dump_cut_anywhere_is_refused(sqlite_store: Store, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    emptied(sqlite_store, path)
    whole = path.read_bytes()
    for end in (*range(0, len(whole) - 1, max(1, len(whole) // 23)), len(whole) - 3):
        path.write_bytes(whole[:end])
        with pytest.raises(InvalidArgumentError, match=r"is not whole|is no dump|not as it was written"):
            restore(sqlite_store, path)
    assert sum(sqlite_store.backend.totals().numbers.values()) == 0


def test_a_changed_dump_is_refused(sqlite_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    emptied(sqlite_store, path)
    path.write_text(path.read_text().replace('"thing 1 0"', '"thing 1 9"'))
    with pytest.raises(InvalidArgumentError, match="digest differs"):
        restore(sqlite_store, path)
    path.write_text('{"graphmeta_dump":9}\n')
    with pytest.raises(InvalidArgumentError, match="version 9"):
        restore(sqlite_store, path)
    for text in (b"", b"\n", b"[1]\n", b"hello", gzip.compress(b"{}\n"), b"\x1f\x8bnonsense"):
        path.write_bytes(text)
        with pytest.raises(InvalidArgumentError, match=r"is no dump|is not whole"):
            restore(sqlite_store, path)
    with pytest.raises(InvalidArgumentError, match="cannot be read"):
        restore(sqlite_store, tmp_path / "nowhere")


def test_the_head_and_the_lines(sqlite_store: Store, tmp_path: Path) -> None:
    emptied(sqlite_store, tmp_path / "d.jsonl")
    head = read_head(tmp_path / "d.jsonl")
    assert (head.store, head.why, head.numbers["event"]) == (sqlite_store.url, "a test", 16)
    sorts = [line["is"] for line in read_lines(tmp_path / "d.jsonl")]
    assert sorts == sorted(sorts, key=["type", "node", "event", "attribution", "association", "parent"].index)


@pytest.fixture
def chain(sqlite_store: Store) -> Store:
    """See `filled`."""
    return filled(sqlite_store)


def filled(store: Store) -> Store:
    """kept -> step (FAILED) -> made@1."""
    store.put_types([artifact_type("Data"), execution_type("Step")])
    kept, made = Artifact(type="Data", name="kept"), Artifact(type="Data", name="made@1")
    step = Execution(type="Step", name="step", state="FAILED")
    store.put(
        artifacts=[kept, made], executions=[step], events=[Event(kept, step, "INPUT"), Event(made, step, "OUTPUT")]
    )
    return store


def failed_removed(store: Store, path: Path) -> None:
    planned = plan(store, select(store, Selection(states=("FAILED",))))
    remove(store, planned, dump(store, planned, path, "a test"))


def test_a_name_that_was_taken_meanwhile(chain: Store, tmp_path: Path) -> None:
    failed_removed(chain, tmp_path / "d.jsonl")
    new = Artifact(type="Data", name="made@1")
    chain.put(artifacts=[new])
    for dry_run in (True, False):
        told = restore(chain, tmp_path / "d.jsonl", dry_run=dry_run)
        assert told.troubles == [
            f"artifact/2 cannot come back: artifact/{new.id} has its name, 'made@1', now.",
        ]
        assert (told.edges_left, [way[:20] for way in told.ways_out]) == (1, ["What has the name or"])
        assert (told.written["execution"], told.written["event"]) == (1, 1)
    assert [event.artifact_id for event in chain.events(executions=[1])] == [1]


def test_what_differs_is_told_and_left(chain: Store, tmp_path: Path) -> None:
    failed_removed(chain, tmp_path / "d.jsonl")
    restore(chain, tmp_path / "d.jsonl")
    made = chain.artifact(2)
    made.uri = "elsewhere"
    chain.put(artifacts=[made])
    before = digest(chain)
    for overwrite in (False, True):
        told = restore(chain, tmp_path / "d.jsonl", overwrite=overwrite)
        assert told.troubles == ["artifact/2 is there and differs in URI, updated; it is left as it is."]
        assert digest(chain) == before


def test_another_store_gets_no_edges_to_what_is_something_else(chain: Store, tmp_path: Path) -> None:
    failed_removed(chain, tmp_path / "d.jsonl")
    with connect(tmp_path / "other.db") as other:
        other.put_type(artifact_type("Data"))
        other.put(artifacts=[Artifact(type="Data", name="a stranger")])  # it has the id of what the step read
        before = digest(other)
        with pytest.raises(InvalidArgumentError, match="of another store"):
            restore(other, tmp_path / "d.jsonl")
        assert digest(other) == before
        told = restore(other, tmp_path / "d.jsonl", another=True)
        assert told.troubles == ["artifact/1 cannot come back: that id is something else's here."]
        assert told.edges_left == 1
        assert [event.artifact_id for event in other.events(executions=[1])] == [2]
