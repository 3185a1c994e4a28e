"""The hand-out for Neo4j's importer: files, and on the real tool the database that a copy would have made."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from graphmeta.backends.neo4j.parameters import COUNTERS
from graphmeta.cli.main import cli
from graphmeta.errors import AlreadyExistsError
from graphmeta.model import AnyValue, Artifact, Event, Execution
from graphmeta.moving.comparing import compare
from graphmeta.moving.handout.files import ARGUMENTS, begin
from graphmeta.moving.handout.numbers import Numbers
from graphmeta.moving.handout.tables import Tables
from graphmeta.moving.handout.writing import hand_out
from graphmeta.moving.progress import Progress
from graphmeta.moving.source import PARTS, Part, Trouble
from graphmeta.moving.sources.opening import open_source
from graphmeta.store import connect
from graphmeta.testing import neo4j_server as servers

from .worlds import copied, fill


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file with a bit of everything, and with names and values that CSV has trouble with."""
    path = tmp_path / "source.db"
    odd: dict[str, Any] = {
        "a:b": 1,
        'ü "q", z': "",
        "n": float("inf"),
        "m": -0.0,
        "small": 5e-324,
        "t": 'one\ntwo\r\n"x", \\',
        "c\\": "\\",
    }
    with connect(path) as store:
        fill(store)
        names: list[dict[str, Any]] = [{**odd}, {"a:b": "text", "n": True, "t": 3, "m": {"a": []}}, {"n": -(2**63)}]
        store.put(artifacts=[Artifact(type="Thing", custom_properties=each) for each in names])
    return path


def written(source: Path, folder: Path, portion: int = 7) -> list[Trouble]:
    troubles: list[Trouble] = []
    with open_source(str(source), troubles.append) as opened:
        done = hand_out(opened, folder, portion=portion)
        numbers = opened.summary().numbers
    assert {part: done.written.get(part, 0) for part in PARTS} == dict(numbers)
    assert done.told == len(troubles)
    return troubles


@pytest.mark.slow
@pytest.mark.neo4j
def test_imported(source: Path, tmp_path: Path) -> None:
    from graphmeta.testing.neo4j_import import run_import

    if servers.why_not() or not isinstance(server := servers.server(), servers.Neo4jServer):
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("No Neo4j of our own to import to.")
    assert written(source, tmp_path / "out") == []
    try:
        run_import(server, tmp_path / "out")
        server.start()
        with connect(server.url) as store:
            store.initialise()
            assert store.backend.faults() == []
            with open_source(str(source)) as one, open_source(server.url) as other:
                assert compare(one, other).differences == []
            labels = "MATCH (n) UNWIND labels(n) AS label RETURN label, count(*) AS number ORDER BY label"
            found = {row["label"]: row["number"] for row in store.cypher(labels)}
            assert found["Model"] == 4
            assert found["Train"] == 4
            assert found["MissingArtifact"] == 2
            thing, step = Artifact(type="Thing"), Execution(type="Step")
            store.put(artifacts=[thing], executions=[step], events=[Event(thing, step, "OUTPUT")])
            with open_source(str(source)) as opened:
                highest = opened.summary().highest
            assert ((thing.id or 0) > highest["artifact"], (step.id or 0) > highest["execution"]) == (True, True)
            counters = store.cypher("MATCH (c:GraphmetaCounter) RETURN c.name AS name")
            assert {row["name"] for row in counters} == {*COUNTERS, "type", "parent_context"}
    finally:
        server.stop()


def test_an_import_goes_on_as_a_copy(source: Path, tmp_path: Path) -> None:
    """The note in it says how far it is."""
    written(source, tmp_path / "out")
    [note] = (tmp_path / "out").glob("note-*[0-9].csv")
    text = note.read_text(encoding="utf-8").partition(',"copy","')[2].rstrip()[:-1].replace('""', '"')
    copied(source, tmp_path / "copy.db")
    with connect(tmp_path / "copy.db") as store:
        other = json.loads(store.backend.transact(lambda writer: writer.note("copy")) or "")
    assert json.loads(text) == other


def test_names_that_become_the_same_are_told_apart_as_by_a_copy(source: Path, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(source)) as connection, connection:
        connection.execute("UPDATE Context SET name = CAST('run 1' AS BLOB) WHERE name = 'run 2'")
        connection.execute("UPDATE Context SET external_id = CAST('run/1' AS BLOB) WHERE external_id = 'run/3'")
        connection.execute("UPDATE Context SET name = 'run 1 (context/4)' WHERE name = 'experiment'")
    copies: list[Trouble] = []
    copied(source, tmp_path / "copy.db", copies)
    for portion in (1, 5000):
        troubles = written(source, tmp_path / f"out {portion}", portion)
        renamed, others = ({each for each in told if "as well" in each.what} for told in (troubles, copies))
        assert len(renamed) == 3
        assert renamed == others
        files = [tmp_path / f"out {portion}" / f"contexts-1{end}.csv" for end in (".header", "")]
        columns, *rows = (row for file in files for row in csv.reader(file.read_text(encoding="utf-8").splitlines()))
        places = [columns.index(f"{column}:string") for column in ("name", "external_id")]
        with connect(tmp_path / "copy.db") as store:
            wanted = [[str(each.id), each.name, each.external_id or ""] for each in store.contexts()]
        assert [[row[0], *(row[place] for place in places)] for row in rows] == wanted


def test_what_the_importer_does_not_take_is_told(tmp_path: Path) -> None:
    custom: dict[str, Any] = {"two\nlines": 1, "{brace}": 2, "empty": AnyValue("", b""), "kept": 3}
    with connect(tmp_path / "source.db") as store:
        thing, step = Artifact(type="mlmd.Model", custom_properties=custom), Execution(type="mlmd.Train")
        store.put(artifacts=[thing], executions=[step], events=[Event(thing, step, "OUTPUT", ("a\x1fb",))])
    troubles = written(tmp_path / "source.db", tmp_path / "out")
    assert [trouble.where for trouble in troubles] == [
        "artifact/1 property empty",
        "artifact/1 property two\nlines",
        "artifact/1 property {brace}",
        "event/1",
    ]
    assert "custom_kept:long" in (tmp_path / "out" / "artifacts-1.header.csv").read_text(encoding="utf-8")


def test_files_for_values_of_different_kinds(tmp_path: Path) -> None:
    table = Tables(tmp_path, "t", [":ID(T)"])
    table.write([("1", {"a": 1}), ("2", {"a": "x"}), ("3", {"b": True}), ("4", {"a": "y\n"}), ("5", {})])
    table.write([(str(number), {f"k{number}": number}) for number in range(6, 600)])
    files = table.finish()
    headers = [(tmp_path / header).read_text(encoding="utf-8") for header, _ in files]
    assert headers[0].startswith('":ID(T)","a:long","b:boolean","k6:long"')
    assert headers[1].startswith('":ID(T)","a:string"')
    assert len(files) == 3
    assert all(header.count(",") <= 256 for header in headers)
    rows = (tmp_path / files[0][1]).read_text(encoding="utf-8").splitlines()
    assert rows[:4] == ["1,1", "3,,true", "5", "6,,,6"]
    assert (table.number, table.lines) == (599, True)


def test_numbers() -> None:
    numbers = Numbers()
    there = [-3, -2, 1, 2, 3, 7, 9, 5]
    for number in there:
        numbers.add(number)
    assert [number for number in range(-5, 12) if number in numbers] == sorted(there)


def test_a_folder_that_is_there_is_refused(source: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()
    with pytest.raises(AlreadyExistsError, match="Name a new folder"):
        written(source, tmp_path / "out")


def test_what_was_interrupted_is_written_anew(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, whole = tmp_path / "out", tmp_path / "whole"
    add = Progress.add

    def interrupted(self: Progress, part: Part, number: int) -> None:
        add(self, part, number)
        if part == "execution":
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Progress, "add", interrupted)
        assert cli.main(args=["copy", str(source), str(folder), "--csv"], standalone_mode=False) == 130
    assert "run the same command again to write it anew" in capsys.readouterr().err
    assert not (folder / ARGUMENTS).exists()
    (folder / "artifacts-99.csv").write_text("of the run before")
    assert cli.main(args=["copy", str(source), str(folder), "--csv"], standalone_mode=False) == 0
    written(source, whole, portion=5000)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        path.name: path.read_bytes() for path in whole.iterdir()
    }
    with pytest.raises(AlreadyExistsError, match="Name a new folder"):  # it is whole by now
        written(source, folder)


def test_what_others_put_into_an_interrupted_one_stays(source: Path, tmp_path: Path) -> None:
    begin(tmp_path / "out")
    (tmp_path / "out" / "mine").touch()
    with pytest.raises(AlreadyExistsError, match="Name a new folder"):
        written(source, tmp_path / "out")
    assert (tmp_path / "out" / "mine").exists()


def test_the_command(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["copy", str(source), str(tmp_path / "out"), "--csv"]
    assert cli.main(args=arguments, prog_name="graphmeta", standalone_mode=False) == 0
    said = capsys.readouterr().out
    assert "neo4j-admin database import full" in said
    lines = (tmp_path / "out" / ARGUMENTS).read_text(encoding="utf-8").splitlines()
    files = {file for line in lines if "=" in line and ".csv" in line for file in line.rpartition("=")[2].split(",")}
    assert files | {ARGUMENTS} == {path.name for path in (tmp_path / "out").iterdir()}
