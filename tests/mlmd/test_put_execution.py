"""PutExecution and PutLineageSubgraph: a piece of lineage in one call.

A put that fails may leave a gap in the ids, so that ids are taken from the response where one went before.
"""

from __future__ import annotations

from typing import Any

import pytest

from graphmeta.mlmd import errors
from graphmeta.store import Store
from tests.mlmd.writing import DATA, RUN, STEP, ask, put_types, refused

INPUT, OUTPUT = 3, 4
ARTIFACT, EXECUTION = {"type_id": DATA}, {"type_id": STEP}


@pytest.fixture
def there(store: Store) -> Store:
    """A store that holds artifacts a1 (external id x1) and a2, executions e1 and e2, and the contexts c1 and c2."""
    put_types(store)
    time = iter(range(1_000, 1_000_000, 10))
    store.backend.clock = lambda: next(time)
    ask(store, "PutArtifacts", artifacts=[{**ARTIFACT, "name": "a1", "external_id": "x1"}, {**ARTIFACT, "name": "a2"}])
    ask(store, "PutExecutions", executions=[{**EXECUTION, "name": "e1"}, {**EXECUTION, "name": "e2"}])
    ask(store, "PutContexts", contexts=[context("c1"), context("c2")])
    return store


def context(name: str, **fields: Any) -> dict[str, Any]:
    return {"type_id": RUN, "name": name, **fields}


def custom(**numbers: int) -> dict[str, Any]:
    return {"custom_properties": {key: {"int_value": number} for key, number in numbers.items()}}


def pair(artifact: dict[str, Any] | None = None, event: dict[str, Any] | int | None = None) -> dict[str, Any]:
    """An artifact beside its event, which may be given as its type."""
    event = {"type": event} if isinstance(event, int) else event
    return {key: value for key, value in (("artifact", artifact), ("event", event)) if value is not None}


def put(store: Store, *pairs: dict[str, Any], execution: dict[str, Any] = EXECUTION, **fields: Any) -> Any:
    return ask(store, "PutExecution", execution=execution, artifact_event_pairs=pairs, **fields)


def graph(store: Store, **fields: Any) -> Any:
    return ask(store, "PutLineageSubgraph", **fields)


def events(store: Store, *executions: int) -> list[tuple[int, int, int]]:
    found = ask(store, "GetEventsByExecutionIDs", execution_ids=executions).events
    return sorted((event.artifact_id, event.execution_id, event.type) for event in found)


def members(store: Store, context: int) -> tuple[list[int], list[int]]:
    """The ids of the artifacts and of the executions in a context."""
    artifacts = ask(store, "GetArtifactsByContext", context_id=context).artifacts
    executions = ask(store, "GetExecutionsByContext", context_id=context).executions
    return [each.id for each in artifacts], [each.id for each in executions]


def reuse(contexts: bool = False, artifacts: bool = False, **more: bool) -> dict[str, Any]:
    return {
        "options": {
            "reuse_context_if_already_exist": contexts,
            "reuse_artifact_if_already_exist_by_external_id": artifacts,
            **more,
        }
    }


# ---------------------------------------------------------------- PutExecution


def test_an_execution_with_all_around_it(there: Store) -> None:
    path = {"steps": [{"key": "m"}, {"index": 1}]}
    response = put(
        there,
        pair({"id": 1, "uri": "u"}, INPUT),
        pair({**ARTIFACT, "uri": "new"}, {"type": OUTPUT, "path": path, "milliseconds_since_epoch": 5}),
        pair(None, {"artifact_id": 2, "type": INPUT}),
        pair(ARTIFACT),
        pair(),
        contexts=[context("c3"), {"id": 1, **context("c1", **custom(k=1))}],
    )
    assert (response.execution_id, list(response.artifact_ids), list(response.context_ids)) == (
        3,
        [1, 3, 2, 4, -1],
        [3, 1],
    )
    assert events(there, 3) == [(1, 3, INPUT), (2, 3, INPUT), (3, 3, OUTPUT)]
    (made,) = ask(there, "GetEventsByArtifactIDs", artifact_ids=[3]).events
    assert [(step.key, step.index) for step in made.path.steps] == [("m", 0), ("", 1)]
    assert made.milliseconds_since_epoch == 5
    assert members(there, 1) == members(there, 3) == ([1, 2, 3, 4], [3])
    assert there.artifact(1).uri == "u"
    assert there.context(1).custom_properties == {"k": 1}


def test_an_execution_alone_and_again(there: Store) -> None:
    assert put(there).execution_id == 3
    before = there.execution(1)
    assert put(there, execution={"id": 1, "last_known_state": 3}).execution_id == 1
    assert there.execution(1).state == "COMPLETE"
    (read,) = ask(there, "GetExecutionsByID", execution_ids=[1]).executions
    put(there, execution=read)
    assert ask(there, "GetExecutionsByID", execution_ids=[1]).executions[0] == read
    put(there, execution=read, **reuse(force_update_time=True))
    (moved,) = ask(there, "GetExecutionsByID", execution_ids=[1]).executions
    assert moved.last_update_time_since_epoch > read.last_update_time_since_epoch > (before.updated or 0)


def test_an_execution_must_be_given_and_must_be_right(there: Store) -> None:
    with refused(there, errors.InvalidArgumentError, "No execution is found"):
        ask(there, "PutExecution", artifact_event_pairs=[pair(ARTIFACT)])
    with refused(there, errors.InvalidArgumentError, "Type id is missing."):
        put(there, execution={})
    with refused(there, errors.NotFoundError, "99"):
        put(there, pair(ARTIFACT), execution={"type_id": 99})
    with refused(there, errors.InvalidArgumentError, "Cannot find the given id 99"):
        put(there, pair(ARTIFACT), execution={"id": 99})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (pair(None, {"type": INPUT}), "If no artifact is present, given event must have an artifact_id"),
        (pair({"id": 1}, {"type": INPUT, "artifact_id": 2}), "not aligned with the artifact"),
        (pair(ARTIFACT, {"type": INPUT, "artifact_id": 1}), "not aligned with the artifact"),
        (pair({"id": 1}, {"type": INPUT, "execution_id": 2}), "event.execution_id does not match"),
        (pair({"id": 1}, {}), "No event type is specified."),
        (pair({"id": 99}, INPUT), "Cannot find the given id 99"),
        (pair({}, INPUT), "Type id is missing."),
        (pair({**ARTIFACT, "properties": {"x": {"int_value": 1}}}, INPUT), "Found unknown property: x"),
    ],
)
def test_a_pair_that_cannot_be(there: Store, given: dict[str, Any], words: str) -> None:
    with refused(there, errors.InvalidArgumentError, words):
        put(there, pair(ARTIFACT, OUTPUT), given, contexts=[context("new")])


def test_an_event_may_say_the_ids_that_it_is_about(there: Store) -> None:
    event = {"type": INPUT, "artifact_id": 1, "execution_id": 1}
    put(there, pair({"id": 1}, event), execution={"id": 1})
    assert events(there, 1) == [(1, 1, INPUT)]
    with refused(there, errors.AlreadyExistsError, "event"):
        put(there, pair({"id": 1}, event), execution={"id": 1})
    with refused(there, errors.InvalidArgumentError, "event.execution_id does not match"):
        put(there, pair({"id": 1}, event))


def test_one_artifact_may_be_used_and_made(there: Store) -> None:
    response = put(there, pair({"id": 1, "uri": "a"}, INPUT), pair({"id": 1, "uri": "b"}, OUTPUT))
    assert list(response.artifact_ids) == [1, 1]
    assert events(there, 3) == [(1, 3, INPUT), (1, 3, OUTPUT)]
    assert there.artifact(1).uri == "b"


def test_an_event_may_dangle_and_nothing_is_joined_to_what_is_missing(there: Store) -> None:
    given = [pair(None, {"type": INPUT, "artifact_id": number}) for number in (777, 2)]
    response = put(there, *given, pair(), contexts=[context("c3")])
    assert list(response.artifact_ids) == [777, 2, -1]
    run, (context_id,) = response.execution_id, response.context_ids
    assert events(there, run) == [(2, run, INPUT), (777, run, INPUT)]
    assert members(there, context_id) == ([2], [run])
    with refused(there, errors.InvalidArgumentError, "777"):
        ask(there, "PutEvents", events=[{"artifact_id": 777, "execution_id": 1, "type": INPUT}])


def test_a_context_needs_a_type_and_a_name(there: Store) -> None:
    for given, words in (
        ({}, "Context is missing a type_id"),
        ({"name": "n"}, "Context is missing a type_id"),
        ({"id": 1}, "Context is missing a type_id"),
        ({"type_id": RUN}, "Context is missing a name"),
        ({"type_id": RUN, "id": 1}, "Context is missing a name"),
        ({"type_id": RUN, "name": ""}, "Context name should not be empty"),
    ):
        with refused(there, errors.InvalidArgumentError, words):
            put(there, contexts=[given])
        if "id" not in given:
            with refused(there, errors.InvalidArgumentError, words):
                put(there, contexts=[given], **reuse(force_reuse_context=True))


def test_a_context_is_reused_by_type_and_name_and_not_updated(there: Store) -> None:
    with refused(there, errors.AlreadyExistsError, "name"):
        put(there, contexts=[context("c1")])
    before = there.context(1)
    wrong = {"properties": {"nobody looks": {"int_value": 1}}}
    response = put(there, contexts=[context("c1", **wrong), context("c3"), context("c3")], **reuse(contexts=True))
    one, two, three = response.context_ids
    assert one == 1 and two == three
    assert there.context(1) == before
    assert members(there, 1) == members(there, two) == ([], [response.execution_id])
    put(there, contexts=[{"id": 1, **context("renamed")}], **reuse(contexts=True))
    assert there.context(1).name == "renamed"


def test_a_context_that_is_forced_only_has_to_be_there(there: Store) -> None:
    before = there.context(1)
    force = reuse(force_reuse_context=True)
    given = [{"id": 1}, {"id": 1, "type_id": DATA, "name": "other"}, context("c3")]
    assert list(put(there, contexts=given, **force).context_ids) == [1, 1, 3]
    assert there.context(1) == before
    with refused(there, errors.NotFoundError, "99"):
        put(there, contexts=[{"id": 99}], **force)
    with refused(there, errors.AlreadyExistsError, "name"):
        put(there, contexts=[context("c1")], **force)


def test_an_artifact_is_reused_by_its_external_id_and_replaced(there: Store) -> None:
    given = {"external_id": "x1", "uri": "new"}
    with refused(there, errors.AlreadyExistsError, "external id"):
        put(there, pair({**ARTIFACT, **given}, OUTPUT))
    flag = reuse(artifacts=True)
    response = put(there, pair(given, {"type": OUTPUT, "artifact_id": 1}), contexts=[context("c3")], **flag)
    assert list(response.artifact_ids) == [1]
    assert (there.artifact(1).uri, there.artifact(1).name) == ("new", "a1")
    assert events(there, response.execution_id) == [(1, response.execution_id, OUTPUT)]
    assert members(there, response.context_ids[0]) == ([1], [response.execution_id])
    twice = [pair({**ARTIFACT, "external_id": "x9", "uri": uri}, kind) for uri, kind in (("p", INPUT), ("q", OUTPUT))]
    first, second = put(there, *twice, **flag).artifact_ids
    assert first == second
    assert there.artifact(first).uri == "q"
    with refused(there, errors.InvalidArgumentError, f"Given type_id {STEP} is different"):
        put(there, pair({**given, "type_id": STEP}), **flag)
    with refused(there, errors.InvalidArgumentError, "Type id is missing."):
        put(there, pair({"external_id": "x10"}), **flag)
    with refused(there, errors.InvalidArgumentError, "not aligned with the artifact"):
        put(there, pair(given, {"type": OUTPUT, "artifact_id": 2}), **flag)


# ---------------------------------------------------------------- PutLineageSubgraph


def edge(execution: int | None, artifact: int | None, kind: int = INPUT, **event: Any) -> dict[str, Any]:
    """An edge between what stands at two places of the request."""
    places = {"execution_index": execution, "artifact_index": artifact}
    return {**{key: at for key, at in places.items() if at is not None}, "event": {"type": kind, **event}}


def test_a_subgraph(there: Store) -> None:
    response = graph(
        there,
        executions=[EXECUTION, {"id": 1, **EXECUTION, "last_known_state": 3}],
        artifacts=[{**ARTIFACT, "uri": "new"}, {"id": 2, **ARTIFACT, "uri": "old"}],
        contexts=[context("c3"), {"id": 2, **context("c2", **custom(k=1))}],
        event_edges=[
            edge(0, 0, OUTPUT, path={"steps": [{"key": "k"}]}, milliseconds_since_epoch=5),
            edge(1, 0),
            edge(1, 1, execution_id=1, artifact_id=2),
            edge(None, 1, OUTPUT, execution_id=2),
            edge(0, None, artifact_id=1),
            edge(0, None, artifact_id=777),
        ],
    )
    assert list(response.execution_ids) == [3, 1]
    assert list(response.artifact_ids) == [3, 2]
    assert list(response.context_ids) == [3, 2]
    assert events(there, 3) == [(1, 3, INPUT), (3, 3, OUTPUT), (777, 3, INPUT)]
    assert events(there, 1, 2) == [(2, 1, INPUT), (2, 2, OUTPUT), (3, 1, INPUT)]
    assert members(there, 2) == members(there, 3) == ([2, 3], [1, 3])
    assert (there.execution(1).state, there.artifact(2).uri, there.context(2).custom_properties) == (
        "COMPLETE",
        "old",
        {"k": 1},
    )


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({}, errors.InvalidArgumentError, "No event found for event_edge"),
        (edge(None, 0), errors.InvalidArgumentError, "Event_edge is missing an execution"),
        (edge(0, None), errors.InvalidArgumentError, "Event_edge is missing an artifact"),
        (edge(2, 0), errors.OutOfRangeError, "execution_index 2"),
        (edge(0, -1), errors.OutOfRangeError, "artifact_index -1"),
        (edge(0, 0, execution_id=1), errors.InvalidArgumentError, "Missing execution ID"),
        (edge(0, 1, artifact_id=1), errors.InvalidArgumentError, "Artifact ID mismatch"),
        (edge(0, 0, 0), errors.InvalidArgumentError, "No event type is specified."),
        (edge(None, 0, execution_id=99), errors.InvalidArgumentError, "99"),
    ],
)
def test_an_edge_that_cannot_be(
    there: Store, given: dict[str, Any], error: type[errors.StatusError], words: str
) -> None:
    nodes = {"executions": [EXECUTION, {"id": 1, **EXECUTION}], "artifacts": [ARTIFACT, {"id": 2, **ARTIFACT}]}
    with refused(there, error, words):
        graph(there, **nodes, event_edges=[edge(0, 0, OUTPUT), given])


def test_every_node_of_a_subgraph_says_its_type(there: Store) -> None:
    for given in ({"executions": [{"id": 1}]}, {"artifacts": [{"id": 1}]}, {"contexts": [{"id": 1, "name": "c1"}]}):
        with refused(there, errors.InvalidArgumentError, "Type id is missing."):
            graph(there, artifacts=[ARTIFACT, *given.pop("artifacts", [])], **given)
    with refused(there, errors.InvalidArgumentError, "Context is missing a name"):
        graph(there, contexts=[{"type_id": RUN}])
    with refused(there, errors.NotFoundError, "99"):
        graph(there, artifacts=[ARTIFACT, {"type_id": 99}])


def test_a_subgraph_reuses_contexts_and_artifacts(there: Store) -> None:
    given: dict[str, Any] = {
        "executions": [{**EXECUTION, "last_known_state": 5}],
        "artifacts": [{**ARTIFACT, "external_id": "x1", "uri": "again"}],
        "event_edges": [edge(0, 0, OUTPUT)],
    }
    with refused(there, errors.AlreadyExistsError, "external id"):
        graph(there, **given)
    with refused(there, errors.AlreadyExistsError, "name"):
        graph(there, executions=[EXECUTION], contexts=[context("c1")])
    before = there.context(1)
    response = graph(there, **given, contexts=[context("c1", **custom(k=1))], **reuse(contexts=True, artifacts=True))
    assert (list(response.artifact_ids), list(response.context_ids)) == ([1], [1])
    assert there.context(1) == before
    assert there.artifact(1).uri == "again"
    (execution,) = response.execution_ids
    assert members(there, 1) == ([1], [execution])
    again = graph(there, **given, contexts=[context("c1")], **reuse(contexts=True, artifacts=True))
    assert list(again.artifact_ids) == [1]
    runs = [execution, *again.execution_ids]
    assert events(there, *runs) == [(1, run, OUTPUT) for run in runs]


def test_an_empty_subgraph(there: Store) -> None:
    response = graph(there)
    assert not response.execution_ids and not response.artifact_ids and not response.context_ids
