"""Nodes that are removed while others join something to them: one of the two wins, whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import neo4j
import pytest

from graphmeta.backends.batch import HeldError, Removal, Writer
from graphmeta.backends.neo4j.backend import Neo4jBackend
from graphmeta.backends.neo4j.writer import Neo4jWriter
from graphmeta.backends.requests import MembershipPage
from graphmeta.errors import InvalidArgumentError
from graphmeta.model import Artifact, Attribution, Context
from graphmeta.store import Store
from tests.neo4j.kit import declare

pytestmark = pytest.mark.slow

JOIN = "MATCH (a:Artifact {id: $artifact}), (c:Context {id: $context}) CREATE (a)-[:ATTRIBUTION {order: 5}]->(c)"
WAITING = "SHOW TRANSACTIONS YIELD status WHERE status <> 'Running' RETURN count(*) AS number"
MANY = 60  # edges from which on Neo4j lets a node get others in spite of a lock on it


def context_with(store: Store, number: int) -> tuple[Context, Artifact, Removal]:
    """A context with so many artifacts, another artifact, and the removal of the context."""
    declare(store)
    context, other = Context(type="Run", name="run"), Artifact(type="Plain")
    inside = [Artifact(type="Plain") for _ in range(number)]
    store.put(
        contexts=[context], artifacts=[other, *inside], attributions=[Attribution(each, context) for each in inside]
    )
    pairs = [(each.id or 0, context.id or 0) for each in inside]
    return context, other, Removal({"context": [context.id or 0]}, attributions=pairs)


def test_a_put_waits_for_a_removal_and_is_refused(store: Store, neo4j_url: str) -> None:
    context, other, removal = context_with(store, 2)
    with Store(Neo4jBackend(neo4j_url)) as late, ThreadPoolExecutor(1) as pool:

        def work(writer: Writer) -> None:
            writer.remove(removal)
            put = pool.submit(late.put, attributions=[Attribution(other.id or 0, context.id or 0)])
            puts.append(put)
            while not (put.done() or store.backend.cypher(WAITING, {})[0]["number"]):
                pass

        puts: list = []  # type: ignore[type-arg]
        store.backend.transact(work)
        with pytest.raises(InvalidArgumentError, match="no context"):
            puts[0].result()
    assert len(puts) == 1
    assert store.contexts() == []
    assert store.backend.membership_page(MembershipPage("artifact")) == []


def test_an_edge_that_comes_between_the_look_and_the_commit_holds(store: Store, driver: neo4j.Driver) -> None:
    context, other, removal = context_with(store, MANY)
    attempts = []

    def work(writer: Writer) -> None:
        attempts.append(writer)
        assert isinstance(writer, Neo4jWriter)
        if len(attempts) == 1:
            writer.remove_edges(removal)
            driver.execute_query(JOIN, artifact=other.id, context=context.id)
            writer.remove_nodes(removal)
        else:
            writer.remove(removal)

    with pytest.raises(HeldError) as caught:
        store.backend.transact(work)
    assert caught.value.ids == {"context": [context.id]}
    assert len(attempts) == 2
    assert len(store.backend.membership_page(MembershipPage("artifact"))) == MANY + 1
