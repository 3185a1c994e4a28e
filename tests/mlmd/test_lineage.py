"""GetLineageSubgraph: which nodes and events it takes, where it stops, and what it says of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from graphmeta.backends.requests import Walk
from graphmeta.mlmd import errors
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.model import Artifact, Event
from graphmeta.store import PutOptions, Store
from graphmeta.testing.conformance.kit import added, declare, step
from tests.mlmd.reading import ask, ids, small_world

Options = pb.LineageSubgraphQueryOptions
WAYS = {"up": Options.UPSTREAM, "down": Options.DOWNSTREAM, "any": Options.BIDIRECTIONAL}


class Found(NamedTuple):
    """Ids of artifacts and of executions, and events as (artifact, execution)."""

    artifacts: list[int]
    executions: list[int]
    events: list[tuple[int, int]]


def subgraph(
    store: Store,
    *,
    artifacts: str | None = None,
    executions: str | None = None,
    hops: int | None = None,
    way: str | None = None,
    ending_artifacts: Any = None,
    ending_executions: Any = None,
    mask: list[str] | None = None,
) -> Any:
    """The LineageGraph of an answer; `ending_…` are (filter, whether included)."""
    options = Options(max_num_hops=hops, direction=None if way is None else WAYS[way])
    if artifacts is not None:
        options.starting_artifacts.filter_query = artifacts
    if executions is not None:
        options.starting_executions.filter_query = executions
    for field, ending in (("ending_artifacts", ending_artifacts), ("ending_executions", ending_executions)):
        if ending is not None:
            filter_query, included = ending
            getattr(options, field).CopyFrom(
                Options.EndingNodes(filter_query=filter_query, include_ending_nodes=included)
            )
    response = ask(store, "GetLineageSubgraph", lineage_subgraph_query_options=options, read_mask={"paths": mask or []})
    assert response.HasField("lineage_subgraph")
    return response.lineage_subgraph


def found(store: Store, **choice: Any) -> Found:
    graph = subgraph(store, **choice)
    events = [(event.artifact_id, event.execution_id) for event in graph.events]
    return Found(ids(graph.artifacts), ids(graph.executions), events)


@pytest.fixture
def chain(store: Store) -> Store:
    """Artifacts 1 to 4 in a row, made from each other by executions 1 to 3; execution 4 reads artifact 2 as well
    and makes artifact 5."""
    declare(store)
    for _ in range(5):
        added(store, "artifact")
    for source, target in ((1, 2), (2, 3), (3, 4), (2, 5)):
        step(store, [source], [target])
    return store


# ---------------------------------------------------------------- how far, which way


@pytest.mark.parametrize(
    ("way", "hops", "expected"),
    [
        ("up", 0, ([3], [], [])),
        ("up", 1, ([3], [2], [(3, 2)])),
        ("up", 2, ([2, 3], [2], [(2, 2), (3, 2)])),
        ("up", None, ([1, 2, 3], [1, 2], [(1, 1), (2, 1), (2, 2), (3, 2)])),
        ("down", 1, ([3], [3], [(3, 3)])),
        ("down", 100, ([3, 4], [3], [(3, 3), (4, 3)])),
        ("any", 1, ([3], [2, 3], [(3, 2), (3, 3)])),
        ("any", 2, ([2, 3, 4], [2, 3], [(2, 2), (3, 2), (3, 3), (4, 3)])),
        ("any", 3, ([2, 3, 4], [1, 2, 3, 4], [(2, 1), (2, 2), (3, 2), (3, 3), (4, 3), (2, 4)])),
        (
            None,
            None,
            ([1, 2, 3, 4, 5], [1, 2, 3, 4], [(1, 1), (2, 1), (2, 2), (3, 2), (3, 3), (4, 3), (2, 4), (5, 4)]),
        ),
    ],
)
def test_hops_and_directions(chain: Store, way: str | None, hops: int | None, expected: Any) -> None:
    assert found(chain, artifacts="id = 3", way=way, hops=hops) == expected


def test_from_executions(chain: Store) -> None:
    assert found(chain, executions="id = 2", way="up") == ([1, 2], [1, 2], [(1, 1), (2, 1), (2, 2)])
    assert found(chain, executions="id IN (3, 4)", way="down") == ([4, 5], [3, 4], [(4, 3), (5, 4)])


def test_more_hops_than_100_are_100(store: Store) -> None:
    declare(store)
    before = added(store, "artifact")
    for _ in range(51):
        after = added(store, "artifact")
        step(store, [before], [after])
        before = after
    assert len(found(store, artifacts="id = 1", way="down", hops=1_000).artifacts) == 51
    assert len(found(store, artifacts="id = 1", way="down").executions) == 50


def test_starts_are_101_at_most(store: Store) -> None:
    declare(store)
    store.put(artifacts=[Artifact(type="Thing") for _ in range(105)])
    assert found(store, artifacts="id > 2", hops=0).artifacts == list(range(3, 104))


def test_an_event_back_to_what_was_visited_is_taken(chain: Store) -> None:
    chain.put(events=[Event(3, 1, "INTERNAL_INPUT")])
    up = found(chain, artifacts="id = 3", way="up")
    assert up.events == [(1, 1), (2, 1), (2, 2), (3, 2), (3, 1)]
    assert found(chain, artifacts="id = 3", way="up", hops=3).events == [(2, 1), (2, 2), (3, 2)]


def test_an_artifact_that_does_not_exist_is_passed_through(chain: Store) -> None:
    chain.put(events=[Event(77, 1, "INPUT"), Event(77, 4, "OUTPUT")], options=PutOptions(allow_missing_artifacts=True))
    up = found(chain, artifacts="id = 2", way="up")
    assert up == ([1, 2, 77], [1, 4], [(1, 1), (2, 1), (2, 4), (77, 1), (77, 4)])
    ended = found(chain, artifacts="id = 2", way="up", hops=3, ending_artifacts=("id != 2", False))
    assert ended == ([2, 77], [1, 4], [(2, 1), (77, 1), (77, 4)])


def test_the_backend_is_asked_for_one_walk(chain: Store) -> None:
    with chain.backend.tracing() as requests:
        subgraph(chain, artifacts="id = 3", ending_executions=("id = 1", True))
    assert sum(isinstance(request, Walk) for request in requests) == 1


# ---------------------------------------------------------------- ending nodes


def test_ending_nodes_are_left_out_with_their_events(chain: Store) -> None:
    ended = found(chain, artifacts="id = 3", way="up", ending_executions=("id = 1", None))
    assert ended == ([2, 3], [2], [(2, 2), (3, 2)])
    assert found(chain, artifacts="id = 3", way="up", ending_artifacts=("id = 2", False)) == ([3], [2], [(3, 2)])


def test_ending_nodes_are_kept_where_that_is_wanted(chain: Store) -> None:
    ended = found(chain, artifacts="id = 3", way="up", ending_artifacts=("id = 2", True))
    assert ended == ([2, 3], [2], [(2, 2), (3, 2)])


def test_an_ending_node_that_is_kept_has_all_events_that_reach_it(chain: Store) -> None:
    step(chain, [4], [2])
    ended = found(chain, artifacts="id = 3", hops=4, ending_artifacts=("id = 2", True))
    assert ended == ([2, 3, 4], [2, 3, 5], [(2, 2), (3, 2), (3, 3), (4, 3), (4, 5), (2, 5)])


def test_starts_may_be_ending_nodes(chain: Store) -> None:
    assert found(chain, artifacts="id IN (1, 3)", way="down", ending_artifacts=("id = 1", False)) == (
        [3, 4],
        [3],
        [(3, 3), (4, 3)],
    )
    kept = found(chain, artifacts="id IN (1, 3)", way="down", ending_artifacts=("id = 1", True))
    assert kept.artifacts == [1, 3, 4]
    assert found(chain, artifacts="id = 1", ending_artifacts=("id = 1", False)) == ([], [], [])


def test_an_empty_filter_ends_everywhere_and_none_nowhere(chain: Store) -> None:
    assert found(chain, artifacts="id = 3", way="up", ending_executions=("", True)) == ([3], [2], [(3, 2)])
    assert found(chain, artifacts="id = 3", way="up", ending_artifacts=("", False)) == ([], [], [])
    assert len(found(chain, artifacts="id = 3", way="up", ending_artifacts=(None, True)).artifacts) == 3


# ---------------------------------------------------------------- what is said


def test_everything_is_said_where_no_mask_is_given(store: Store) -> None:
    small_world(store)
    graph = subgraph(store, artifacts="id = 4", way="up")
    assert list(graph.artifacts) == [pb.Artifact(id=id) for id in (1, 2, 3, 4)]
    assert list(graph.executions) == [pb.Execution(id=1), pb.Execution(id=2)]
    assert list(graph.contexts) == [pb.Context(id=1), pb.Context(id=2)]
    assert [(each.artifact_id, each.context_id) for each in graph.attributions] == [(4, 1), (1, 2), (1, 1)]
    assert [(each.execution_id, each.context_id) for each in graph.associations] == [(1, 1), (2, 1)]
    assert graph.events[2].path.steps[0].key == "model"
    assert graph.events[2].milliseconds_since_epoch == 7
    system = ["mlmd.Dataset", "mlmd.Model", "mlmd.Metrics", "mlmd.Statistics"]
    assert [type.name for type in graph.artifact_types] == [*system, "Data", "Data", "Model"]
    assert [type.name for type in graph.execution_types][-2:] == ["mlmd.Deploy", "Step"]
    assert [type.name for type in graph.context_types] == ["Run"]
    data = graph.artifact_types[4]
    assert (data.properties["int"], data.HasField("base_type"), data.HasField("external_id")) == (pb.INT, False, False)
    assert not graph.parent_contexts


FIELDS = [field.name for field in pb.LineageGraph.DESCRIPTOR.fields]


@pytest.mark.parametrize("field", FIELDS)
def test_a_mask_leaves_the_rest_out(store: Store, field: str) -> None:
    small_world(store)
    whole = subgraph(store, artifacts="id = 4", way="up")
    graph = subgraph(store, artifacts="id = 4", way="up", mask=[field])
    for other in FIELDS:
        assert list(getattr(graph, other)) == (list(getattr(whole, other)) if other == field else [])


def test_paths_that_no_graph_has_say_nothing(store: Store) -> None:
    small_world(store)
    for paths in (["nothing"], [""], ["artifacts.id"]):
        assert subgraph(store, artifacts="id = 4", mask=paths) == pb.LineageGraph()
    some = subgraph(store, artifacts="id = 4", way="up", mask=["executions", "nothing"])
    assert some == pb.LineageGraph(executions=[pb.Execution(id=1), pb.Execution(id=2)])


# ---------------------------------------------------------------- what cannot be


def test_a_traversal_needs_a_start(chain: Store) -> None:
    with pytest.raises(errors.InvalidArgumentError, match="Missing arguments for listing starting nodes"):
        subgraph(chain, hops=-1)
    for start in ({"artifacts": ""}, {"executions": ""}):
        with pytest.raises(errors.InvalidArgumentError, match="`filter_query` is unspecified"):
            subgraph(chain, hops=-1, **start)  # type: ignore[arg-type]
    with pytest.raises(errors.NotFoundError, match="Cannot find qualified nodes to start the traversal"):
        subgraph(chain, artifacts="id = 99")


def test_hops_are_not_negative(chain: Store) -> None:
    with pytest.raises(errors.InvalidArgumentError, match="max_num_hops cannot be negative: max_num_hops = -1"):
        subgraph(chain, artifacts="id =", hops=-1)


def test_wrong_filters_are_refused(chain: Store) -> None:
    with pytest.raises(errors.InvalidArgumentError, match="Invalid `filter_query`"):
        subgraph(chain, artifacts="id =")
    for ending in ("ending_artifacts", "ending_executions"):
        with pytest.raises(errors.InvalidArgumentError, match="Invalid `filter_query`"):
            subgraph(chain, artifacts="id = 1", hops=0, **{ending: ("id =", True)})  # type: ignore[arg-type]


def test_the_call_that_mlmd_never_wrote(chain: Store) -> None:
    with pytest.raises(errors.UnimplementedError):
        ask(chain, "GetLineageGraph")
