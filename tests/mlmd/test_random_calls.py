"""Calls that hypothesis makes up: ml-metadata 1.17.1 and graphmeta answer alike, on both engines."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from graphmeta.testing.mlmd.comparison import differences
from graphmeta.testing.mlmd.improvising import Call, scenario_of
from graphmeta.testing.mlmd.players import Judge
from graphmeta.testing.mlmd.random_calls import calls
from graphmeta.testing.mlmd.scenarios import play_scenario
from tests.mlmd.conftest import Fresh

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("fresh", "share"),
    [
        ("in process, SQLite", 1),
        # An example costs ten times as much there, and what differs is the engine, not the interface.
        pytest.param("in process, Neo4j", 5, marks=pytest.mark.neo4j),
    ],
    indirect=["fresh"],
)
def test_graphmeta_answers_as_ml_metadata_does(fresh: Fresh, share: int, judge: Judge) -> None:
    # `fresh` empties the store by itself, for each example.
    @settings(max_examples=settings().max_examples // share, suppress_health_check=list(HealthCheck))
    @given(calls)
    def compare(sequence: list[Call]) -> None:
        scenario = scenario_of(sequence)
        theirs, ours = play_scenario(scenario, judge), play_scenario(scenario, fresh())
        found = differences(theirs, ours, any_of_several=True)
        assert not found, f"{len(found)} differences\n" + "\n".join(found)

    compare()
