"""Lists: whole, in order, in pages, and the tokens that lead from page to page."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from graphmeta.mlmd import errors
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.model import (
    Artifact,
    Association,
    Attribution,
    Context,
    Execution,
    artifact_type,
    context_type,
    execution_type,
)
from graphmeta.store import Store
from tests.mlmd.reading import ask, ids

Options = pb.ListOperationOptions
By = Options.OrderByField
FIELDS = {"id": By.ID, "created": By.CREATE_TIME, "updated": By.LAST_UPDATE_TIME}


@pytest.fixture
def world(store: Store) -> Store:
    """Twelve artifacts: 1 to 4 made at 1,000 ms, 5 to 8 at 2,000, 9 to 12 at 1,000 again; 3 and 10 updated at
    3,000, 6 at 4,000. The even ones and execution 1 belong to context 1; context 2 is empty."""
    now = [0]
    store.backend.clock = lambda: now[0]
    store.put_types([artifact_type("Data"), artifact_type("Empty"), execution_type("Step"), context_type("Run")])
    for time in (1_000, 2_000, 1_000):
        now[0] = time
        store.put(artifacts=[Artifact(type="Data", custom_properties={"made": time}) for _ in range(4)])
    for id, time in ((3, 3_000), (10, 3_000), (6, 4_000)):
        now[0] = time
        artifact = store.artifact(id)
        artifact.uri = "moved"
        store.put(artifacts=[artifact])
    contexts = [Context(type="Run", name=name) for name in ("full", "empty")]
    execution = Execution(type="Step")
    store.put(
        contexts=contexts,
        executions=[execution],
        attributions=[Attribution(id, contexts[0]) for id in range(12, 0, -2)],
        associations=[Association(execution, contexts[0])],
    )
    return store


def options(size: int | None = None, by: str | None = None, ascending: bool = True, **more: Any) -> Any:
    made = Options(max_result_size=size, **more)
    if by is not None:
        made.order_by_field.field = FIELDS[by]
        made.order_by_field.is_asc = ascending
    return made


def pages(store: Store, wanted: Any, call: str = "GetArtifacts", **more: Any) -> Iterator[list[int]]:
    """The ids of page after page."""
    while True:
        response = ask(store, call, options=wanted, **more)
        yield ids(response.artifacts)
        if not response.next_page_token:
            return
        wanted.next_page_token = response.next_page_token


def decoded(token: str) -> Any:
    assert "=" not in token
    return pb.ListOperationNextPageToken.FromString(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))


# ---------------------------------------------------------------- pages


def test_without_options_everything_comes_by_id(world: Store) -> None:
    response = ask(world, "GetArtifacts")
    assert ids(response.artifacts) == list(range(1, 13))
    assert not response.HasField("next_page_token")
    assert ids(ask(world, "GetExecutions").executions) == [1]
    assert ids(ask(world, "GetContexts").contexts) == [1, 2]


ORDERED = {
    ("id", True): list(range(1, 13)),
    ("id", False): list(range(12, 0, -1)),
    ("created", True): [1, 2, 3, 4, 9, 10, 11, 12, 5, 6, 7, 8],
    ("created", False): [8, 7, 6, 5, 12, 11, 10, 9, 4, 3, 2, 1],
    ("updated", True): [1, 2, 4, 9, 11, 12, 5, 7, 8, 3, 10, 6],
    ("updated", False): [6, 10, 3, 8, 7, 5, 12, 11, 9, 4, 2, 1],
}


@pytest.mark.parametrize(("by", "ascending"), ORDERED)
@pytest.mark.parametrize("size", [1, 2, 5, 12, 100])
def test_pages_make_up_the_list(world: Store, by: str, ascending: bool, size: int) -> None:
    expected = ORDERED[by, ascending]
    found = list(pages(world, options(size, by, ascending)))
    assert [id for page in found for id in page] == expected
    assert [len(page) for page in found] == [len(expected[start : start + size]) for start in range(0, 12, size)]


def test_the_last_page_says_so(world: Store) -> None:
    assert not ask(world, "GetArtifacts", options=options(12)).HasField("next_page_token")
    assert ask(world, "GetArtifacts", options=options(11)).next_page_token


def test_pages_hold_the_properties_of_their_nodes(world: Store) -> None:
    for artifact in ask(world, "GetArtifacts", options=options(3, "id", False)).artifacts:
        assert artifact.custom_properties["made"].int_value == artifact.create_time_since_epoch


def test_pages_are_of_20_unless_told_and_of_100_at_most(world: Store) -> None:
    world.put(artifacts=[Artifact(type="Data") for _ in range(100)])
    assert [len(page) for page in pages(world, Options())] == [20, 20, 20, 20, 20, 12]
    assert [len(page) for page in pages(world, options(100))] == [100, 12]
    assert [len(page) for page in pages(world, options(1_000))] == [100, 12]


@pytest.mark.parametrize("size", [0, -1])
def test_a_page_has_room(world: Store, size: int) -> None:
    with pytest.raises(errors.InvalidArgumentError, match=f"max_result_size field value.*Set value:{size}"):
        ask(world, "GetArtifacts", options=options(size))


def test_an_order_by_nothing_is_refused(world: Store) -> None:
    nothing = Options(order_by_field=By(field=By.FIELD_UNSPECIFIED))
    with pytest.raises(errors.InvalidArgumentError, match="FIELD_UNSPECIFIED"):
        ask(world, "GetArtifacts", options=nothing)


def test_what_comes_between_two_pages_is_met(world: Store) -> None:
    listed = options(6, "updated")
    found = pages(world, listed)
    assert next(found) == [1, 2, 4, 9, 11, 12]
    moved = world.artifact(5)
    moved.uri = "later"
    world.backend.clock = lambda: 5_000
    world.put(artifacts=[moved])
    assert next(found) == [7, 8, 3, 10, 6, 5]


# ---------------------------------------------------------------- of a type, of a context, with a filter


def test_pages_of_a_type(world: Store) -> None:
    assert list(pages(world, options(5), "GetArtifactsByType", type_name="Data")) == [
        [1, 2, 3, 4, 5],
        [6, 7, 8, 9, 10],
        [11, 12],
    ]
    last = ask(world, "GetArtifactsByType", type_name="Data", options=options(20))
    assert last.HasField("next_page_token")
    assert last.next_page_token == ""
    assert not ask(world, "GetArtifactsByType", type_name="Data").HasField("next_page_token")


def test_pages_of_a_context(world: Store) -> None:
    listed = options(4, "created", ascending=False)
    assert list(pages(world, listed, "GetArtifactsByContext", context_id=1)) == [[8, 6, 12, 10], [4, 2]]
    assert ids(ask(world, "GetExecutionsByContext", context_id=1, options=Options()).executions) == [1]
    empty_token = Options(next_page_token="", filter_query="")
    assert ids(ask(world, "GetExecutionsByContext", context_id=1, options=empty_token).executions) == [1]


@pytest.mark.parametrize(
    ("call", "of"),
    [
        ("GetArtifactsByType", {"type_name": "Empty"}),
        ("GetArtifactsByType", {"type_name": "Nothing"}),
        ("GetArtifactsByContext", {"context_id": 2}),
        ("GetArtifactsByContext", {"context_id": 999}),
    ],
)
def test_the_options_of_an_empty_list_are_not_looked_at(world: Store, call: str, of: dict[str, Any]) -> None:
    for wrong in (options(0), Options(next_page_token="!!"), Options(filter_query="id ="), Options()):
        response = ask(world, call, options=wrong, **of)
        assert not response.artifacts
        assert not response.HasField("next_page_token")


def test_pages_of_what_a_filter_holds_for(world: Store) -> None:
    found = list(pages(world, options(2, "id", False, filter_query="id > 7")))
    assert found == [[12, 11], [10, 9], [8]]
    none = options(2, filter_query="id > 99")
    assert list(pages(world, none)) == [[]]
    response = ask(world, "GetArtifactsByType", type_name="Data", options=none)
    assert response.HasField("next_page_token")
    in_context = list(pages(world, options(2, filter_query="id > 7"), "GetArtifactsByContext", context_id=1))
    assert in_context == [[8, 10], [12]]
    with pytest.raises(errors.InvalidArgumentError, match="Invalid `filter_query`"):
        ask(world, "GetArtifacts", options=options(2, filter_query="id >"))


# ---------------------------------------------------------------- tokens


def token(**fields: Any) -> str:
    data = pb.ListOperationNextPageToken(**fields).SerializeToString()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def test_tokens_are_those_of_mlmd(world: Store) -> None:
    first = options(2, filter_query="id > 0")
    by_id = decoded(ask(world, "GetArtifacts", options=first).next_page_token)
    assert by_id == pb.ListOperationNextPageToken(id_offset=2, field_offset=2, set_options=first)
    first.next_page_token = ask(world, "GetArtifacts", options=first).next_page_token
    second = decoded(ask(world, "GetArtifacts", options=first).next_page_token)
    assert not second.set_options.HasField("next_page_token")

    by_creation = decoded(ask(world, "GetArtifacts", options=options(5, "created")).next_page_token)
    assert (by_creation.id_offset, by_creation.field_offset, by_creation.listed_ids) == (9, 1_000, [])
    assert by_creation.set_options == options(5, "created")

    by_update = decoded(ask(world, "GetArtifacts", options=options(8, "updated")).next_page_token)
    assert not by_update.HasField("id_offset")
    assert (by_update.field_offset, by_update.listed_ids) == (2_000, [7, 5])


def test_a_token_of_mlmd_goes_on(world: Store) -> None:
    plain = Options(max_result_size=3, next_page_token="CAUQBRoCCAU")  # made by ml-metadata 1.17.1 after id 5
    assert ids(ask(world, "GetArtifacts", options=plain).artifacts) == [6, 7, 8]
    after_half = token(field_offset=1_000, listed_ids=[9, 4], set_options=options(3, "updated"))
    going_on = options(3, "updated", next_page_token=after_half)
    assert ids(ask(world, "GetArtifacts", options=going_on).artifacts) == [11, 12, 5]


def test_the_size_and_the_filter_may_change_between_pages_and_the_order_may_not(world: Store) -> None:
    after_two = ask(world, "GetArtifacts", options=options(2)).next_page_token
    larger = options(3, "id", filter_query="id > 4", next_page_token=after_two)
    assert ids(ask(world, "GetArtifacts", options=larger).artifacts) == [5, 6, 7]
    for other in (options(2, "id", False), options(2, "created")):
        other.next_page_token = after_two
        with pytest.raises(errors.InvalidArgumentError, match="ListOperationOptions mismatch"):
            ask(world, "GetArtifacts", options=other)


@pytest.mark.parametrize("text", ["!!", "é", "A", "+/+/", "CAUQBRoGCAUSAhAB==", "===="])
def test_what_is_no_base64_is_refused(world: Store, text: str) -> None:
    with pytest.raises(errors.InvalidArgumentError, match="Failed to decode next page token string"):
        ask(world, "GetArtifacts", options=Options(next_page_token=text))


def test_what_is_no_token_is_refused(world: Store) -> None:
    with pytest.raises(errors.InvalidArgumentError, match="Failed to parse decoded next page token"):
        ask(world, "GetArtifacts", options=Options(next_page_token="zzz"))


@pytest.mark.parametrize("text", ["C A U\nQBRoCCAU", "CAUQBRoCCAU=", "CAUQBRoCCAU."])
def test_white_space_and_padding_in_tokens_do_not_matter(world: Store, text: str) -> None:
    assert ids(ask(world, "GetArtifacts", options=Options(max_result_size=2, next_page_token=text)).artifacts) == [6, 7]
