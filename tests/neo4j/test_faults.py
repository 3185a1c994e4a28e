"""What is wrong with a database, as somebody's hand leaves it."""

from __future__ import annotations

from pathlib import Path

import neo4j
import pytest

from graphmeta.errors import UnsupportedError
from graphmeta.model import Context, ParentContext
from graphmeta.store import Store
from tests.neo4j.kit import declare, run


def test_what_is_wrong_is_told(store: Store, driver: neo4j.Driver) -> None:
    assert store.backend.faults() == []  # not even set up
    store.initialise()
    declare(store)
    one, two = Context(type="Run", name="one"), Context(type="Run", name="two")
    store.put(contexts=[one, two], parents=[ParentContext(one, two)])
    store.put(**run("a", one.id or 0))
    assert store.backend.faults() == []
    hand = driver.execute_query
    changes = {
        "MATCH (e:Execution) SET e.updated = null": "1 executions have no id",
        "MATCH (a:Artifact) SET a.type_id = 99": "2 artifacts are of no type of artifacts, the first has the id 1",
        "MATCH ()-[e:EVENT {type: 'INPUT'}]->() SET e.artifact_id = 99": "1 events have no id, no type that MLMD has,",
        "MATCH (a:Artifact {id: 1})-[:ATTRIBUTION]->(c) CREATE (a)-[:ATTRIBUTION {order: 7}]->(c)": (
            "1 artifacts are said to belong to the same context more than once"
        ),
        "MATCH (e:Execution)-[m:ASSOCIATION]->() REMOVE m.order": "1 associations are not from an execution",
        "MATCH (c)-[:PARENT_CONTEXT]->(p) CREATE (c)-[:PARENT_CONTEXT]->(p)": (
            "1 contexts are said to be part of the same one more than once"
        ),
        "MATCH (t:Type) CREATE (t)-[:PARENT_CONTEXT]->(t)": "parent links are not between contexts",
        "CREATE (:Context {name: 'mine'})": "1 contexts have no id",
        "DROP CONSTRAINT graphmeta_artifact_id": "The constraint graphmeta_artifact_id is missing",
        "DROP INDEX graphmeta_event_id": "The index graphmeta_event_id is missing",
        "MATCH (a:Artifact) SET a.id = 1": "1 ids are those of several artifacts, the first is artifact/1",
    }
    for change, said in changes.items():
        hand(change)
        assert any(said in fault for fault in store.backend.faults()), said
    hand("MATCH (n) DETACH DELETE n")


def test_neo4j_keeps_house_itself(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedError, match="neo4j-admin"):
        store.backend.back_up(tmp_path / "copy")
    with pytest.raises(UnsupportedError, match="by itself"):
        store.backend.compact()
