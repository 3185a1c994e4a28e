"""Reads that nobody wants any longer: the server is let go of them."""

from __future__ import annotations

import neo4j
import pytest

from graphmeta.backends.base import ReadGivenUpError
from graphmeta.backends.neo4j import connection
from graphmeta.backends.neo4j.backend import Neo4jBackend
from graphmeta.store import Store
from tests.neo4j.kit import declare

# Endless while there is a node that says so; and those that the server is at.
ENDLESS = (
    "OPTIONAL MATCH (n:Endless) WITH CASE WHEN n IS NULL THEN 1 ELSE 1000000 END AS most "
    "UNWIND range(1, most) AS a UNWIND range(1, most) AS b RETURN count(*) AS number"
)
AT_IT = "SHOW TRANSACTIONS YIELD currentQuery WHERE currentQuery = $text RETURN currentQuery"


@pytest.fixture
def endless(backend: Neo4jBackend, driver: neo4j.Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads may be endless, and the server is asked again soon."""
    declare(Store(backend))
    driver.execute_query("CREATE (:Endless)")
    monkeypatch.setattr(connection, "LOOK_AFTER_SECONDS", 0.1)


@pytest.mark.usefixtures("endless")
def test_a_read_that_nobody_wants_any_longer_ends(backend: Neo4jBackend, driver: neo4j.Driver) -> None:
    asked = iter([True, True, False])
    with backend.reading_while(lambda: next(asked)), pytest.raises(ReadGivenUpError):
        backend._connection.read(ENDLESS, {})
    assert next(asked, None) is None
    assert driver.execute_query(AT_IT, text=ENDLESS).records == []
    assert backend.types()


@pytest.mark.usefixtures("endless")
def test_a_read_that_is_wanted_has_more_time(backend: Neo4jBackend, driver: neo4j.Driver) -> None:
    looks: list[int] = []

    def wanted() -> bool:
        looks.append(len(looks))
        if len(looks) == 2:
            driver.execute_query("MATCH (n:Endless) DELETE n")
        return True

    with backend.reading_while(wanted):
        (record,) = backend._connection.read(ENDLESS, {})
    assert record["number"] == 1
    assert looks == [0, 1]


def test_nothing_is_read_for_nobody(backend: Neo4jBackend) -> None:
    declare(Store(backend))
    with backend.reading_while(lambda: False), pytest.raises(ReadGivenUpError):
        backend.types()
    assert backend.types()
    with backend.reading_while(lambda: False):
        Store(backend).put(artifacts=[])
