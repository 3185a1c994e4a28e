"""The comparison itself: what it overlooks on purpose, and what it must not overlook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from graphmeta.mlmd.errors import INVALID_ARGUMENT, NOT_FOUND, OK
from graphmeta.mlmd.proto import metadata_store_service_pb2 as service_pb2
from graphmeta.testing.mlmd.comparison import differences
from graphmeta.testing.mlmd.making import artifact, order
from graphmeta.testing.mlmd.players import ABORTS, Answer, Judge
from graphmeta.testing.mlmd.scenarios import Asked, Differs, Play, play_scenario

NOW = 1_700_000_000_000


def listed(*nodes: Any, code: int = OK, message: str = "", **more: Any) -> list[Asked]:
    """A recording of two calls that list the same artifacts."""
    response = service_pb2.GetArtifactsResponse(artifacts=nodes)
    asked = Asked("GetArtifacts", service_pb2.GetArtifactsRequest(), Answer(code, message, response), **more)
    return [asked, asked]


def node(id: int, *, created: int = NOW, updated: int = NOW, **fields: Any) -> Any:
    times = {"create_time_since_epoch": created, "last_update_time_since_epoch": updated}
    return artifact(10, id=id, **times, **fields)


def test_numbers_and_clocks_may_differ() -> None:
    theirs = listed(node(1, name="a"), node(2, name="b", updated=NOW + 5))
    ours = listed(
        node(41, name="a", created=NOW + 9, updated=NOW + 9), node(57, name="b", created=NOW + 9, updated=NOW + 11)
    )
    assert differences(theirs, ours) == []


THEIRS = listed(node(1, name="a", c={"k": 1}), node(2, updated=NOW + 5))


@pytest.mark.parametrize(
    ("ours", "place"),
    [
        (
            listed(node(1, name="a", c={"k": 2}), node(2, updated=NOW + 5)),
            ".artifacts[0].custom_properties.k.int_value",
        ),
        (listed(node(1, name="a", c={"k": 1}), node(2, name="", updated=NOW + 5)), ".artifacts[1].name"),
        (listed(node(2, name="a", c={"k": 1}), node(1, updated=NOW + 5)), ".artifacts[0].id"),
        (listed(node(1, name="a", c={"k": 1}), node(2)), ".artifacts[1].last_update_time_since_epoch"),
        (listed(node(1, name="a", c={"k": 1}), node(2, updated=NOW - 1)), "BEFORE"),
        (listed(node(1, name="a", c={"k": 1})), "2 against 1"),
        (listed(code=NOT_FOUND), "NOT_FOUND"),
        (THEIRS[:1], "was asked 2 times"),
    ],
)
def test_what_else_differs_is_seen(ours: list[Asked], place: str) -> None:
    assert place in "\n".join(differences(THEIRS, ours))


def test_a_time_that_moves_between_two_answers_is_seen() -> None:
    moves = [listed(node(1))[0], listed(node(1, updated=NOW + 1))[0]]
    assert differences(moves, moves) == []
    assert "time #2" in "\n".join(differences(moves, listed(node(1))))


def test_phrases_must_be_in_both_messages() -> None:
    theirs, ours = listed(code=NOT_FOUND, message="No type found"), listed(code=NOT_FOUND, says=("No type found",))
    assert all("graphmeta does not say 'No type found'" in each for each in differences(theirs, ours))
    assert len(differences(theirs, ours)) == 2


def test_a_declared_difference_must_be_one() -> None:
    differs = Differs("why", theirs=OK, ours=NOT_FOUND)
    theirs, ours = listed(), listed(code=NOT_FOUND, differs=differs)
    assert differences(theirs, ours) == []
    assert "declared of graphmeta" in differences(theirs, listed(differs=differs))[0]
    assert "declared of ml-metadata" in differences(listed(code=NOT_FOUND), ours)[0]
    same = Differs("why", theirs=NOT_FOUND, ours=NOT_FOUND)
    assert "is none" in differences(listed(code=NOT_FOUND), listed(code=NOT_FOUND, differs=same))[0]


def test_one_of_several_mistakes_may_be_named() -> None:
    def refused(code: int, parts: int) -> list[Asked]:
        request = service_pb2.PutArtifactsRequest(artifacts=[artifact(1)] * parts)
        return [Asked("PutArtifacts", request, Answer(code, "", service_pb2.PutArtifactsResponse()))]

    for parts, expected in ((1, 1), (2, 0)):
        theirs, ours = refused(INVALID_ARGUMENT, parts), refused(NOT_FOUND, parts)
        assert len(differences(theirs, ours, any_of_several=True)) == expected
        assert len(differences(theirs, ours)) == 1
        assert differences(theirs, refused(OK, parts), any_of_several=True)


@pytest.mark.slow
def test_the_judge_survives_what_ends_ml_metadata(judge: Judge) -> None:
    def fatal(play: Play) -> None:
        id = play("PutArtifactType", artifact_type={"name": "T"}).response.type_id
        play("PutArtifacts", artifacts=[artifact(id, c={"k": None})])

    def harmless(play: Play) -> None:
        play("GetArtifactTypes")
        play("GetArtifacts", options={"order_by_field": order("CREATE_TIME")})

    def codes(scenario: Callable[[Play], None]) -> list[int]:
        return [each.answer.code for each in play_scenario(scenario, judge) if each.answer is not None]

    assert codes(harmless) == [OK, OK]
    assert codes(fatal) == [OK, ABORTS]
    assert codes(harmless) == [OK, OK]

    def fatal_too_early(play: Play) -> None:
        fatal(play)
        harmless(play)

    with pytest.raises(RuntimeError, match="ended ml-metadata"):
        codes(fatal_too_early)
    assert codes(harmless) == [OK, OK]
