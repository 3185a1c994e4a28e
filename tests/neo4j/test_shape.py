"""The graph as somebody sees it who looks with Cypher."""

from __future__ import annotations

from typing import Any

import neo4j
import pytest

from graphmeta.backends.neo4j import backend as backend_module
from graphmeta.backends.neo4j.backend import Neo4jBackend
from graphmeta.backends.neo4j.parameters import REMEMBERED
from graphmeta.errors import AlreadyExistsError, NotFoundError
from graphmeta.model import (
    EVENT_TYPES,
    INPUT_EVENTS,
    SYSTEM_TYPES,
    Artifact,
    Context,
    Event,
    Execution,
    ParentContext,
    artifact_type,
)
from graphmeta.store import Store
from tests.neo4j.kit import declare, run


def look(driver: neo4j.Driver, text: str, **parameters: Any) -> list[Any]:
    """The records of a statement: lists, or values where there is one column."""
    records = driver.execute_query(text, parameters).records  # type: ignore[arg-type]
    return [record.values() if len(record) > 1 else record[0] for record in records]


def test_a_new_store(backend: Neo4jBackend, driver: neo4j.Driver) -> None:
    assert backend.types() == []
    assert look(driver, "MATCH (n) RETURN n") == [], "reading writes nothing"
    backend.initialise()
    backend.initialise()
    found = look(driver, "MATCH (type:Type) RETURN type.id, type.kind, type.name, labels(type) ORDER BY type.id")
    assert [tuple(row[1:3]) for row in found] == list(SYSTEM_TYPES)
    assert [row[0] for row in found] == list(range(1, 10))
    assert found[0][3] == ["Type", "ArtifactType"]
    labels = look(driver, "MATCH (n) WHERE NOT n:Type UNWIND labels(n) AS label RETURN DISTINCT label")
    assert labels == ["GraphmetaCounter"]


def test_nodes_and_what_joins_them(store: Store, driver: neo4j.Driver) -> None:
    declare(store)
    store.put(**run("first", Context(type="Run", name="monday")))
    data = "MATCH (node:Artifact:Dataset) RETURN node.display_name, node.type, node.name"
    assert look(driver, data) == [["first data", "Data", "first data"]]
    assert look(driver, "MATCH (node:Execution) RETURN labels(node)") == [["Execution", "Train"]]
    assert look(driver, "MATCH (node:Context) RETURN labels(node)") == [["Context"]]
    question = "MATCH (:Dataset)-[:EVENT]->+(model:Model) WITH DISTINCT model RETURN model.display_name"
    assert look(driver, question) == ["first model"]
    event = "MATCH (:Dataset)-[event:EVENT]->(:Train) RETURN event.id, event.type, event.path"
    assert look(driver, event) == [[1, "INPUT", ["key=data", "index=0"]]]
    assert look(driver, "MATCH (:Artifact)-[edge:ATTRIBUTION]->(:Context) RETURN count(edge)") == [2]
    assert look(driver, "MATCH (:Execution)-[edge:ASSOCIATION]->(:Context) RETURN count(edge)") == [1]


def test_types_with_their_base_types(store: Store, driver: neo4j.Driver) -> None:
    declare(store)
    found = look(
        driver, "MATCH (type:ArtifactType {name: 'Data'})-[:BASE_TYPE]->(base) RETURN properties(type), base.name"
    )
    values, base = found[0]
    assert (values["prop_rows"], values["prop_rate"], values["version"]) == ("INT", "DOUBLE", "")
    assert base == "mlmd.Dataset"


@pytest.mark.parametrize("type", EVENT_TYPES)
def test_events_point_the_way_the_data_flows(store: Store, driver: neo4j.Driver, type: str) -> None:
    declare(store)
    artifact, execution = Artifact(type="Data"), Execution(type="Trainer")
    store.put(artifacts=[artifact], executions=[execution], events=[Event(artifact, execution, type)])
    starts = look(driver, "MATCH (start)-[:EVENT]->() RETURN labels(start)[0]")
    assert starts == ["Artifact" if type in INPUT_EVENTS else "Execution"]


def test_a_replaced_node_keeps_its_labels_and_nothing_else(store: Store, driver: neo4j.Driver) -> None:
    declare(store)
    artifact = Artifact(type="Data", name="n", uri="u", properties={"rows": 1}, custom_properties={"note": "x"})
    store.put(artifacts=[artifact])
    artifact.uri, artifact.properties, artifact.custom_properties = None, {"rate": 0.5}, {}
    store.put(artifacts=[artifact])
    labels, values = look(driver, "MATCH (node:Artifact) RETURN labels(node), properties(node)")[0]
    assert sorted(labels) == ["Artifact", "Dataset"]
    assert {key for key in values if "_" in key and key.startswith(("prop", "custom"))} == {"prop_rate"}
    assert "uri" not in values
    assert values["created"] == artifact.created or values["created"] <= values["updated"]


def test_a_missing_artifact_is_promoted(backend: Neo4jBackend, store: Store, driver: neo4j.Driver) -> None:
    declare(store)
    execution = Execution(type="Trainer")
    step = store.put(executions=[execution]).execution_ids[0]
    # MLMD's put_execution takes an event with an artifact that does not exist.
    from graphmeta.backends.batch import Batch, EventWrite, Writer, Written
    from graphmeta.backends.requests import EventQuery, Walk

    def dangle(writer: Writer) -> Written:
        [id] = writer.ids("event", 1)
        events = [EventWrite(id, 1, step, "INPUT", (), 0)]
        return writer.write(Batch("dangling", requires={"execution": [step]}, events=events), Written())

    backend.transact(dangle)
    assert look(driver, "MATCH (n:MissingArtifact)-[:EVENT]->(:Execution) RETURN n.id") == [1]
    for events in (False, True):
        closure = backend.walk(Walk("execution", [step], "upstream", events=events))
        assert (list(closure.artifact_ids), list(closure.missing_artifact_ids)) == ([], [1])
        bounded = backend.walk(Walk("execution", [step], "both", hops=1, events=events))
        assert (list(bounded.artifact_ids), list(bounded.missing_artifact_ids)) == ([], [1])
    assert len(backend.events(EventQuery(artifact_ids=[1]))) == 1
    assert store.put(artifacts=[Artifact(type="Data", name="late")]).artifact_ids == (1,)
    assert look(driver, "MATCH (n {id: 1})-[:EVENT]->() RETURN labels(n), n.name")[0][1] == "late"
    assert look(driver, "MATCH (n:MissingArtifact) RETURN count(n)") == [0]
    assert list(backend.walk(Walk("execution", [step], "upstream")).artifact_ids) == [1]


def test_what_is_refused_leaves_nothing(store: Store, driver: neo4j.Driver) -> None:
    declare(store)
    store.put(**run("first", Context(type="Run", name="monday")))
    before = look(driver, "MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN count(DISTINCT n), count(r)")
    with pytest.raises(AlreadyExistsError):
        store.put(**run("first", 1))
    with pytest.raises((NotFoundError, ValueError)):
        store.put(**run("second", 99))
    assert look(driver, "MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN count(DISTINCT n), count(r)") == before


def test_parent_links_point_from_child_to_parent(store: Store, driver: neo4j.Driver) -> None:
    declare(store)
    child, parent = Context(type="Run", name="child"), Context(type="Run", name="parent")
    store.put(contexts=[child, parent], parents=[ParentContext(child, parent)])
    assert look(driver, "MATCH (a)-[:PARENT_CONTEXT]->(b) RETURN a.name, b.name") == [["child", "parent"]]


def test_puts_are_remembered_and_some_forgotten(
    backend: Neo4jBackend, store: Store, driver: neo4j.Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(store)
    monkeypatch.setattr(backend_module, "_FORGET_EVERY", 0.0)
    backend.clock = lambda: 1_000
    store.put(artifacts=[Artifact(type="Data")])
    store.put(artifacts=[Artifact(type="Data")], key="chosen")
    assert look(driver, "MATCH (put:GraphmetaPut) RETURN count(put)") == [2]
    backend.clock = lambda: 1_001 + REMEMBERED
    store.put(artifacts=[Artifact(type="Data") for _ in range(50)], key="draws a block")
    kept = look(driver, "MATCH (put:GraphmetaPut) RETURN put.key ORDER BY put.key")
    assert kept == ["chosen", "draws a block"]
    assert store.put(artifacts=[Artifact(type="Data")], key="chosen").artifact_ids == (2,)


def test_a_base_type_that_comes_later_gives_nodes_their_role(store: Store, driver: neo4j.Driver) -> None:
    store.put_type(artifact_type("Thing"))
    store.put(artifacts=[Artifact(type="Thing", name="before")])
    other = Store(store.backend)  # whose view of the type will be old
    other.put(artifacts=[Artifact(type="Thing", name="seen")])
    store.put_type(artifact_type("Thing", base_type="MODEL"))
    other.put(artifacts=[Artifact(type="Thing", name="after")])
    found = driver.execute_query("MATCH (model:Model) RETURN model.name AS name ORDER BY name").records
    assert [record["name"] for record in found] == ["after", "before", "seen"]
