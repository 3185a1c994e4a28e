"""Reads of more nodes than a server may collect at once."""

from __future__ import annotations

import pytest

from graphmeta import Artifact, Store, artifact_type
from graphmeta.backends.neo4j import portions
from graphmeta.backends.predicates import Compare, Field, OneOf
from graphmeta.backends.requests import NodeQuery, Order


@pytest.fixture
def filled(neo4j_store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store of twenty artifacts that reads three at a time."""
    neo4j_store.put_types([artifact_type("Data", {"even": "INT"})])
    neo4j_store.put(artifacts=[Artifact(type="Data", uri=str(n), properties={"even": n % 2}) for n in range(20)])
    monkeypatch.setattr(portions, "_AT_ONCE", 3)
    return neo4j_store


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("limit", [None, 2, 3, 4, 10, 19, 20, 21, 50])
def test_portions_are_the_whole(filled: Store, descending: bool, limit: int | None) -> None:
    everything = [node.id for node in filled.artifacts()]
    assert len(everything) == 20
    expected = everything[::-1] if descending else everything
    some = expected[1::2]
    order = Order("id", descending)

    def ids(where: object) -> list[int]:
        return [row.id for row in filled.backend.nodes(NodeQuery("artifact", where, order, limit))]  # type: ignore[arg-type]

    assert ids(None) == expected[:limit]
    assert ids(OneOf(Field("id"), [*some, *some, 10**9])) == some[:limit]
    assert ids(Compare(Field("id"), ">", everything[4])) == [id for id in expected if id > everything[4]][:limit]
    assert ids(OneOf(Field("id"), [])) == []
