"""Whether a store is whole: each thing that should not be there is found, and nothing else."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmeta.backends.rows import EventColumns, EventRow
from graphmeta.checks import integrity as module
from graphmeta.checks.cycles import Arrows, Cycles
from graphmeta.checks.finding import Check, Verdict
from graphmeta.checks.integrity import integrity
from graphmeta.digest import digest_of_file
from graphmeta.errors import InternalError, InvalidArgumentError
from graphmeta.model import Artifact, Event, Execution
from graphmeta.query.flow import Key
from graphmeta.store import PutOptions, Store, connect, paging
from graphmeta.testing.conformance.kit import added, declare, step
from tests.checks.drawing import draw, run_raw

HOUR = 60 * 60 * 1000


def found(check: Check) -> dict[str, list[str]]:
    """The names of what each rule is about, by rule and level."""
    rules: dict[str, list[str]] = {}
    for finding in check.findings:
        names = "+".join(f"{node.kind}/{node.id}" for node in finding.nodes)
        rules.setdefault(f"{finding.level} {finding.rule.removeprefix('integrity/')}", []).append(names)
    return rules


def test_a_store_that_is_whole(store: Store) -> None:
    assert integrity(store).verdict is Verdict.HOLDS
    declare(store)
    step(store, [added(store, "artifact")], [added(store, "artifact")])
    check = integrity(store)
    assert (check.verdict, found(check), check.doubts, check.notes) == (Verdict.HOLDS, {}, [], [])
    assert (check.looked_at, check.what) == (5, "nodes and events")


def test_everything_that_is_wrong(store: Store) -> None:
    declare(store)
    store.backend.clock = lambda: 1_000_000
    a, b, c, d, alone = (added(store, "artifact", name) for name in ("a", "b", "c", "d", "alone"))
    first = step(store, [a], [b])
    second = step(store, [b], [a, c])
    changer = step(store, [d], [d])
    store.put(events=[Event(77, first, "INPUT")], options=PutOptions(allow_missing_artifacts=True))
    slow = added(store, "execution", "slow", state="RUNNING")
    added(store, "execution", "kale", state="RUNNING", custom_properties={"kubeflow-kale.org/state": "complete"})
    store.backend.clock = lambda: 1_000_000 + 26 * HOUR
    added(store, "execution", "quick", state="RUNNING")
    check = integrity(store)
    assert check.verdict is Verdict.BROKEN
    assert found(check) == {
        "error dangling-event": [f"execution/{first}"],
        "error cycle": [f"artifact/{a}+execution/{first}+artifact/{b}+execution/{second}"],
        "warning rewritten": [f"execution/{changer}+artifact/{d}"],
        "warning running": [f"execution/{slow}"],
        "warning unused": [f"artifact/{alone}"],
    }
    said = {finding.rule: finding.message for finding in check.findings}
    assert f"execution/{first}" in said["integrity/dangling-event"]
    assert "used artifact/77, which is not there" in said["integrity/dangling-event"]
    assert "Thing:slow is RUNNING, and nothing was heard of it for 1 day" in said["integrity/running"]
    proof = next(finding.proof for finding in check.findings if finding.rule == "integrity/cycle")
    assert proof is not None
    assert [node and node.id for node in proof.nodes] == [a, first, b, second, a]
    assert [edge.type for edge in proof.edges] == ["INPUT", "OUTPUT", "INPUT", "OUTPUT"]
    running = found(integrity(store, running_for=30 * HOUR))
    assert "warning running" not in running


def test_warnings_alone_do_not_break_it(sqlite_store: Store) -> None:
    declare(sqlite_store)
    changed = added(sqlite_store, "artifact")
    step(sqlite_store, [changed], [changed])
    added(sqlite_store, "artifact")
    check = integrity(sqlite_store)
    assert {finding.level for finding in check.findings} == {"warning"}
    assert check.verdict is Verdict.HOLDS


def test_many_findings_of_one_rule_are_counted(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    declare(sqlite_store)
    sqlite_store.put(
        artifacts=[Artifact(type="Thing") for _ in range(7)],
        executions=[done := Execution(type="Thing")],
        events=[Event(number, done, "INPUT") for number in range(100, 109)],
        options=PutOptions(allow_missing_artifacts=True),
    )
    monkeypatch.setattr(module, "MOST", 5)
    monkeypatch.setattr(paging, "AT_ONCE", 2)
    check = integrity(sqlite_store)
    assert {rule: len(those) for rule, those in found(check).items()} == {
        "error dangling-event": 5,
        "warning unused": 5,
    }
    assert check.notes == ["integrity/dangling-event: 5 of 9 are shown.", "integrity/unused: 5 of 7 are shown."]
    assert check.looked_at == 7 + 1 + 9


def test_files(sqlite_store: Store, tmp_path: Path) -> None:
    declare(sqlite_store)
    ids: dict[str, int] = {}

    def put(name: str, path: Path, content: str | None, **fields: object) -> None:
        digest = None
        if content is not None:
            path.write_text(content)
            digest = digest_of_file(path).text
        custom = {} if digest is None else {"digest": digest}
        artifact = Artifact(type="Thing", name=name, uri=path.as_uri(), custom_properties=custom, **fields)  # type: ignore[arg-type]
        sqlite_store.put(
            artifacts=[artifact], executions=[by := Execution(type="Thing")], events=[Event(artifact, by, "OUTPUT")]
        )
        ids[name] = artifact.id or 0

    put("same", tmp_path / "same", "1")
    put("there", tmp_path, None)
    put("gone", tmp_path / "gone", "1")
    put("deleted", tmp_path / "gone", "1", state="DELETED")
    put("changed", tmp_path / "changed", "1")
    put("old", tmp_path / "model", "1")
    put("new", tmp_path / "model", "2")
    assert found(integrity(sqlite_store, files=True)) == {"warning file-overwritten": [f"artifact/{ids['old']}"]}
    (tmp_path / "gone").unlink()
    (tmp_path / "changed").write_text("other")
    check = integrity(sqlite_store, files=True)
    assert found(check) == {
        "error file-gone": [f"artifact/{ids['gone']}"],
        "error file-changed": [f"artifact/{ids['changed']}"],
        "warning file-overwritten": [f"artifact/{ids['old']}"],
    }
    assert check.verdict is Verdict.BROKEN
    assert integrity(sqlite_store).verdict is Verdict.HOLDS


def test_files_of_other_places_are_a_doubt(sqlite_store: Store) -> None:
    declare(sqlite_store)
    step(sqlite_store, [], [added(sqlite_store, "artifact", f"{n}", uri=f"s3://bucket/{n}") for n in range(3)])
    check = integrity(sqlite_store, files=True)
    assert check.verdict is Verdict.UNCLEAR
    assert check.doubts == ["3 artifacts are at no place in this machine's files, where nobody looked."]


def test_a_damaged_file_is_told(sqlite_store: Store, tmp_path: Path) -> None:
    declare(sqlite_store)
    step(sqlite_store, [], [added(sqlite_store, "artifact", "n", uri="x" * 300)])
    sqlite_store.backend.back_up(tmp_path / "copy.db")
    content = bytearray((tmp_path / "copy.db").read_bytes())
    place = content.index(b"x" * 300) // 1024 * 1024
    content[place : place + 8] = b"\0" * 8
    (tmp_path / "copy.db").write_bytes(content)
    with connect(tmp_path / "copy.db", read_only=True) as damaged:
        check = integrity(damaged)
    assert check.verdict is Verdict.BROKEN
    assert check.findings[0].rule == "integrity/store"
    assert "damaged" in check.findings[0].message


@pytest.mark.parametrize("number", [77, -1])
def test_an_event_of_a_type_that_is_none_is_found_and_read(sqlite_store: Store, number: int) -> None:
    nodes = draw(sqlite_store, "rows > train > model")
    run_raw(sqlite_store, f"UPDATE Event SET type = {number} WHERE artifact_id = {nodes['model'].id}")
    (finding,) = integrity(sqlite_store).findings
    assert finding.message == (
        "1 events are of a type that MLMD does not have, and count as outputs, the first is event 2."
    )
    assert [*next(sqlite_store.all_events()).types] == ["INPUT", "UNKNOWN"]


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE Artifact SET name = CAST(x'636166e9' AS TEXT) WHERE name = 'rows'", "the name of artifact/1"),
        ("UPDATE Artifact SET uri = CAST(x'636166e9' AS TEXT) WHERE name = 'rows'", "the uri of artifact/1"),
        (
            "INSERT INTO ExecutionProperty (execution_id, name, is_custom_property, string_value) "
            "VALUES (1, 'who', 1, CAST(x'636166e9' AS TEXT))",
            "who of execution/1",
        ),
    ],
)
def test_texts_that_are_not_utf_8_are_named(sqlite_store: Store, statement: str, named: str) -> None:
    draw(sqlite_store, "rows > train > modèle", {"rows": {"who": "Zoë 雪"}})
    assert integrity(sqlite_store).verdict is Verdict.HOLDS
    run_raw(sqlite_store, statement)
    check = integrity(sqlite_store)
    assert check.verdict is Verdict.BROKEN
    assert (
        f"1 text is not UTF-8, at which whatever reads them stops: {named} ('caf\\xe9')." in check.findings[0].message
    )
    # Who meets it is told the same, and not that graphmeta has a defect.
    with pytest.raises(InternalError, match=r"holds a text that is not UTF-8.*check integrity"):
        sqlite_store.artifacts(), sqlite_store.executions()


@pytest.mark.parametrize("wrong", [-1, 1.5, True, "1"])
def test_a_time_that_is_none(sqlite_store: Store, wrong: object) -> None:
    with pytest.raises(InvalidArgumentError, match="milliseconds"):
        integrity(sqlite_store, running_for=wrong)  # type: ignore[arg-type]


# ---------------------------------------------------------------- cycles

EVENTS = st.sets(st.tuples(st.integers(1, 6), st.integers(1, 6), st.sampled_from(("INPUT", "OUTPUT"))), max_size=24)


def cycles(events: list[tuple[int, int, str]]) -> Cycles:
    """What goes round in them, given in two parts."""
    rows: list[EventRow] = [(id, *event, None, ()) for id, event in enumerate(events, 1)]
    arrows = Arrows()
    for part in (rows[: len(rows) // 2], rows[len(rows) // 2 :]):
        arrows.add(EventColumns.of(part))
    assert len(arrows) == len(events)
    return arrows.cycles()


@given(EVENTS)
def test_what_goes_round_is_what_networkx_finds_in_the_whole(events: set[tuple[int, int, str]]) -> None:
    edges = set()
    for artifact, execution, type in events:
        ends = Key("artifact", artifact), Key("execution", execution)
        edges.add(ends if type == "INPUT" else ends[::-1])
    graph = networkx.DiGraph(list(edges))
    both = {(one, other) for one, other in edges if (other, one) in edges and one.kind == "execution"}
    found = cycles(sorted(events))
    assert {(step, each) for step, those in found.rewritten.items() for each in those} == {
        (step.id, each.id) for step, each in both
    }
    longer = [
        part
        for part in networkx.strongly_connected_components(graph)
        if any((one, other) in edges and (other, one) not in edges for one in part for other in part)
    ]
    assert len(found.ways) == len(longer)
    for way in found.ways:
        assert way[0] == way[-1]
        assert len(way) >= 5
        assert len(set(way)) == len(way) - 1
        assert all(pair in edges for pair in pairwise(way))
        assert [set(way) <= part for part in longer].count(True) == 1


def test_a_long_chain_has_no_cycle() -> None:
    chain = [(n, n, "INPUT") for n in range(1, 3_000)] + [(n + 1, n, "OUTPUT") for n in range(1, 3_000)]
    assert cycles(chain) == Cycles()
    (way,) = cycles([*chain, (1, 2_999, "OUTPUT")]).ways
    assert len(way) == 2 * 2_999 + 1
