"""The same calls to ml-metadata 1.17.1 and to graphmeta: the same answers, message by message, and the same errors.

The scenarios lie in tests/mlmd/scenarios; where graphmeta answers otherwise on purpose, the call there says how and
why, and that is checked as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import product
from pkgutil import iter_modules

import pytest

from graphmeta.mlmd.service import CALLS
from graphmeta.testing.mlmd.comparison import differences
from graphmeta.testing.mlmd.players import Judge
from graphmeta.testing.mlmd.scenarios import SCENARIOS, Asked, play_scenario
from tests.mlmd import scenarios
from tests.mlmd.conftest import Fresh

for module in iter_modules(scenarios.__path__):
    import_module(f"{scenarios.__name__}.{module.name}")
OVER_GRPC_ON_NEO4J = ("clients", "differences", "paging", "types", "values")
Recordings = Callable[[str], list[Asked]]


@pytest.fixture(scope="module")
def theirs(judge: Judge) -> Recordings:
    """What ml-metadata answers in a scenario; it plays each once."""
    played: dict[str, list[Asked]] = {}

    def recording(name: str) -> list[Asked]:
        if name not in played:
            played[name] = play_scenario(SCENARIOS[name], judge)
        return played[name]

    return recording


def _combinations() -> Iterator[object]:
    for way, engine in product(("in process", "over gRPC"), ("SQLite", "Neo4j")):
        for name in sorted(SCENARIOS):
            # What the way adds is bytes and codes, and each new statement costs Neo4j a while of planning.
            if (way, engine) == ("over gRPC", "Neo4j") and name.partition(".")[0] not in OVER_GRPC_ON_NEO4J:
                continue
            marks = [pytest.mark.neo4j] if engine == "Neo4j" else []
            yield pytest.param(f"{way}, {engine}", name, id=f"{way}, {engine}: {name}", marks=marks)


@pytest.mark.parametrize(("fresh", "name"), list(_combinations()), indirect=["fresh"])
def test_graphmeta_answers_as_ml_metadata_does(name: str, fresh: Fresh, theirs: Recordings) -> None:
    found = differences(theirs(name), play_scenario(SCENARIOS[name], fresh()))
    assert not found, f"{len(found)} differences\n" + "\n".join(found)


def test_every_call_is_asked(theirs: Recordings) -> None:
    """Of those few that ml-metadata's build for Python does not offer, the scenario knows the answer."""
    asked = [each for name in SCENARIOS for each in theirs(name)]
    assert {each.name for each in asked} == set(CALLS)
    unanswered = {each.name for each in asked if each.answer is None}
    assert unanswered == {"GetLineageGraph", "GetParentContextsByContexts", "GetChildrenContextsByContexts"}
    refused = {each.name for each in asked if each.answer is not None and each.answer.code}
    assert len(refused) > 30, "most calls are asked wrongly as well"
