"""`graphmeta gc`, `delete` and `restore` as people use them."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from graphmeta.cli.main import cli
from graphmeta.model import Artifact, Event, Execution, artifact_type, execution_type
from graphmeta.store import Store, connect

from .graphs import digest


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """kept -> step (FAILED) -> made@1, and kept -> other -> used."""
    path = tmp_path / "lineage.db"
    with connect(path) as store:
        fill(store)
    return path


def fill(store: Store) -> None:
    store.put_types([artifact_type("Data"), execution_type("Step"), artifact_type("Odd\x1b[31m<b>")])
    kept, made, used = (Artifact(type="Data", name=name) for name in ("kept", "made@1", "used"))
    step, other = Execution(type="Step", name="step", state="FAILED"), Execution(type="Step", name="other")
    events = [Event(kept, step, "INPUT"), Event(made, step, "OUTPUT"), Event(kept, other, "INPUT")]
    store.put(artifacts=[kept, made, used], executions=[step, other], events=[*events, Event(used, other, "OUTPUT")])


def run(path: Path | str, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--store", str(path), *words], standalone_mode=False)


def printed(path: Path | str, *words: str) -> str:
    found = run(path, *words)
    assert found.exception is None, found.exception
    return found.output


def state_of(path: Path) -> str:
    with connect(path, read_only=True) as store:
        return digest(store)


def test_a_dry_run_says_what_would_go_and_writes_nothing(path: Path) -> None:
    before, files = state_of(path), sorted(each.name for each in path.parent.iterdir())
    text = printed(path, "gc", "--state", "FAILED")
    assert text.startswith("Would go: 2 nodes and 2 edges (10 bytes of values)\n")
    assert "execution/1  step (Step)  FAILED" in text
    assert "artifact/2   Data:made@1" in text
    assert "The last version of a name goes: made@1." in text
    assert "Nothing was written. The same command with --apply" in text
    text = printed(path, "gc", "--type", "Step", "--keep", "name = 'other'", "--keep", "used")
    assert text.startswith("Would go: 2 nodes")
    assert state_of(path) == before
    assert sorted(each.name for each in path.parent.iterdir()) == files


def test_what_holds_is_named(path: Path) -> None:
    text = printed(path, "delete", "Data:kept")
    assert text.startswith("Nothing would go\n")
    assert "artifact/1  Data:kept  step (Step, execution/1)" in text
    document = json.loads(printed(path, "delete", "Data:kept", "--json"))
    assert document["goes"]["number"] == 0
    assert document["stays"]["first"][0]["held_by"]["id"] == 1
    assert document["applied"] is False


def test_apply_and_restore(path: Path, tmp_path: Path) -> None:
    before = state_of(path)
    dump = tmp_path / "gone.jsonl"
    text = printed(path, "gc", "--state", "FAILED", "--apply", "--dump", str(dump))
    assert f"Removed from {connect(path).url}: 1 artifact, 1 execution" in text
    assert f"All of it back: graphmeta restore {dump}" in text
    assert json.loads(dump.read_text().splitlines()[0])["why"] == "graphmeta gc --state FAILED --apply"
    assert run(path, "gc", "--state", "FAILED").return_value == 1
    assert "Would come back" in printed(path, "restore", str(dump), "--dry-run")
    assert "Everything is as it was." in printed(path, "restore", str(dump))
    assert state_of(path) == before
    document = json.loads(printed(path, "restore", str(dump), "--json"))
    assert (document["written"]["artifact"], document["there"]["artifact"]) == (0, 1)


def test_the_dump_lies_beside_the_store(path: Path) -> None:
    document = json.loads(printed(path, "delete", "Data:used", "--apply", "--json"))
    assert document["applied"] is True
    assert document["removed"] == {"artifact": 1, "execution": 0, "context": 0}
    assert Path(document["dump"]).parent == path.parent
    assert run(path, "restore", document["dump"]).return_value == 0


def test_tombstones_and_overwrite(path: Path) -> None:
    before = state_of(path)
    with connect(path) as store:
        kept = store.artifact(1)
        kept.custom_properties["bulk"] = "x" * 300
        store.put(artifacts=[kept])
    before = state_of(path)
    document = json.loads(printed(path, "delete", "Data:kept", "--tombstones", "--apply", "--json"))
    assert document["tombstones"] == 1
    with connect(path) as store:
        assert (store.artifact(1).state, store.artifact(1).custom_properties) == ("DELETED", {})
    told = run(path, "restore", document["dump"])
    assert told.return_value == 1
    assert "--overwrite gives tombstones back what they lost." in told.output
    assert "1 tombstone got back what it lost." in printed(path, "restore", document["dump"], "--overwrite")
    assert state_of(path) == before


def failing(path: Path, *words: str) -> str:
    """What a process prints that ends with status 2."""
    done = subprocess.run(
        [sys.executable, "-m", "graphmeta", "--store", str(path), *words], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr


def test_wrong_words(path: Path, tmp_path: Path) -> None:
    before = state_of(path)
    (tmp_path / "there").write_text("precious")
    cases: list[tuple[tuple[str, ...], str]] = [
        (("gc",), "Nothing says what may go."),
        (("gc", "--older-than", "soon"), "'soon' is no age and no time"),
        (("gc", "--state", "FAILED", "--apply", "--dump", str(tmp_path / "there")), "is there already"),
        (("gc", "--state", "FAILED", "--dump", "x"), "--dump goes with --apply"),
        (("delete", "Data:nobody"), "nobody"),
        (("restore", str(tmp_path / "nowhere")), "cannot be read"),
        (("restore", str(path)), "is no dump of graphmeta's"),
    ]
    for words, said in cases:
        assert said in failing(path, *words)
    assert (tmp_path / "there").read_text() == "precious"
    assert state_of(path) == before


def test_hostile_names_are_made_harmless(path: Path) -> None:
    with connect(path) as store:
        store.put(artifacts=[Artifact(type="Odd\x1b[31m<b>", name="\x1b]0;x\x07\u202e\n")])
    for words in (("gc", "--type", "Odd\x1b[31m<b>"), ("gc", "--type", "Odd\x1b[31m<b>", "--json")):
        text = printed(path, *words)
        assert not {"\x1b", "\x07", "\u202e"} & set(text)


def test_interrupted_and_gone_on_with(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C between two transactions: what is left is whole, and both ways out that are named work."""
    from graphmeta.keeping import removing

    before, whole = state_of(path), removing.remove

    def interrupted(*given: Any, **also: Any) -> Any:
        def tell(number: int) -> None:
            raise KeyboardInterrupt

        return whole(*given, **{**also, "portion": 1, "tell": tell})

    monkeypatch.setattr(removing, "remove", interrupted)
    words = ("gc", "--state", "FAILED", "--apply", "--dump", str(tmp_path / "d.jsonl"))
    done = run(path, *words)
    assert (done.return_value, done.stdout) == (130, "")
    assert done.stderr.startswith("Interrupted. What is left is whole: run the same command again to go on, or `")
    with connect(path) as store:
        assert [artifact.name for artifact in store.artifacts()] == ["kept", "used"], "what was made goes first"
        assert len(store.executions()) == 2
    monkeypatch.setattr(removing, "remove", whole)
    printed(path, "gc", "--state", "FAILED", "--apply", "--dump", str(tmp_path / "rest.jsonl"))
    for dump in ("rest.jsonl", "d.jsonl"):
        assert run(path, "restore", str(tmp_path / dump)).return_value == 0
    assert state_of(path) == before


def test_who_waits_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphmeta.cli.removing._LINE_EVERY", 0.0)
    assert "2 of 2 nodes are gone." in run(path, "gc", "--state", "FAILED", "--apply").stderr


def test_nothing_that_goes_is_no_success(path: Path) -> None:
    for words in (("--apply",), ()):
        told = run(path, "delete", "Data:kept", *words)
        assert told.return_value == 1
        assert "--downstream takes along what was made from it; --tombstones takes away the bulk" in told.output
    assert printed(path, "delete", "Data:kept", "--apply").startswith("Nothing was removed\n")
    assert not [*path.parent.glob("*removed*")], "no dump of nothing"


def test_tombstones_are_made_once(path: Path) -> None:
    text = printed(path, "gc", "--type", "Data", "--tombstones")
    assert "Would stay as a tombstone: 1 node" in text
    first = printed(path, "gc", "--type", "Data", "--tombstones", "--apply")
    assert "--overwrite" in first.splitlines()[-1]
    dumps = [*path.parent.glob("*removed*")]
    again = run(path, "gc", "--type", "Data", "--tombstones", "--apply")
    assert again.return_value == 1
    assert "what matched is tombstones already" in again.output
    assert [*path.parent.glob("*removed*")] == dumps
    command = first.splitlines()[-1].rpartition("graphmeta ")[2]
    assert run(path, *command.split()).return_value == 0


@pytest.mark.neo4j
@pytest.mark.slow
def test_on_neo4j(neo4j_store: Store, neo4j_url: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    fill(neo4j_store)
    before = digest(neo4j_store)
    document = json.loads(printed(neo4j_url, "gc", "--state", "FAILED", "--apply", "--json"))
    assert document["removed"] == {"artifact": 1, "execution": 1, "context": 0}
    assert Path(document["dump"]).name.startswith("neo4j-removed-")
    password = neo4j_url.split("@")[0].rpartition(":")[2]
    assert password not in gzip.decompress(Path(document["dump"]).read_bytes()).decode()
    assert digest(neo4j_store) != before
    assert "Everything is as it was." in printed(neo4j_url, "restore", document["dump"])
    assert digest(neo4j_store) == before
