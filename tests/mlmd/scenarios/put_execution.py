"""PutExecution: section 4 of the reference."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from graphmeta.mlmd.errors import INTERNAL, NOT_FOUND, OK
from graphmeta.testing.mlmd.making import artifact, context, event, execution
from graphmeta.testing.mlmd.scenarios import Differs, Play, scenario
from tests.mlmd.scenarios.world import get, put, put_one, types

REUSE_CONTEXT = {"options": {"reuse_context_if_already_exist": True}}
REUSE_ARTIFACT = {"options": {"reuse_artifact_if_already_exist_by_external_id": True}}


def read_all(play: Play) -> None:
    """Everything that a put can have changed."""
    artifacts = play("GetArtifacts").response.artifacts
    play("GetExecutions")
    contexts = play("GetContexts").response.contexts
    play("GetEventsByArtifactIDs", artifact_ids=[*(each.id for each in artifacts), 998, 999])
    for each in contexts:
        play("GetArtifactsByContext", context_id=each.id)
        play("GetExecutionsByContext", context_id=each.id)


def pair(artifact: Any = None, event: Any = None) -> dict[str, Any]:
    """An artifact and its event, as a request has them; either may be missing."""
    return {name: each for name, each in (("artifact", artifact), ("event", event)) if each is not None}


def edge(execution: int | None, artifact: int | None, event: Any = None) -> dict[str, Any]:
    """An edge of PutLineageSubgraph, by places in its lists."""
    given = {"execution_index": execution, "artifact_index": artifact, "event": event}
    return {name: each for name, each in given.items() if each is not None}


@scenario
def an_execution_with_everything(play: Play) -> None:
    ids = types(play)
    (old,) = put(play, "artifact", artifact(ids.artifact, name="old"))
    answer = play(
        "PutExecution",
        execution=execution(ids.execution, name="e", last_known_state=3, p={"int": 1}, c={"x": "y"}),
        artifact_event_pairs=[
            pair(artifact(ids.artifact, name="in", uri="u"), event(None, None, "INPUT", path=["in", 0])),
            pair(artifact(ids.artifact, id=old, c={"changed": True}), event(None, None, "DECLARED_INPUT")),
            pair(artifact(ids.artifact, name="out"), event(None, None, "OUTPUT", milliseconds_since_epoch=5)),
            pair(artifact(ids.artifact, name="alone")),
            pair(None, event(old, None, "INTERNAL_INPUT")),
        ],
        contexts=[context(ids.context, name="c"), context(ids.context, name="d", p={"string": "s"})],
    )
    read_all(play)
    id = answer.response.execution_id
    play("PutExecution", execution=execution(ids.execution, id=id, name="e", last_known_state=4))
    play("PutExecution", execution=execution(id=id, last_known_state=4, c={"more": 1}),
         artifact_event_pairs=[pair(artifact(ids.artifact), event(None, id, "OUTPUT"))])  # fmt: skip
    read_all(play)


@scenario
def an_execution_alone(play: Play) -> None:
    ids = types(play)
    play("PutExecution")
    play("PutExecution", execution={})
    play("PutExecution", execution=execution(999))
    play("PutExecution", execution=execution(ids.execution))
    play("PutExecution", execution=execution(ids.execution, name="a"))
    play("PutExecution", execution=execution(ids.execution, name="a"))
    play("PutExecution", execution=execution(ids.execution, id=999))
    play("PutExecution", execution=execution(ids.execution, p={"nope": 1}), says="Found unknown property: nope")
    play("PutExecution", artifact_event_pairs=[pair(artifact(ids.artifact))], contexts=[context(ids.context, name="c")])
    read_all(play)


@scenario
def ids_in_the_events_of_an_execution(play: Play) -> None:
    ids = types(play)
    a, b = put(play, "artifact", artifact(ids.artifact), artifact(ids.artifact))
    e, f = put(play, "execution", execution(ids.execution), execution(ids.execution))
    new, old = execution(ids.execution), execution(ids.execution, id=e)
    for each in (
        pair(artifact(ids.artifact, id=a), event(a, None)),
        pair(artifact(ids.artifact, id=a), event(b, None)),
        pair(artifact(ids.artifact), event(a, None)),
        pair(artifact(ids.artifact), event(None, e)),
        pair(artifact(ids.artifact), event(None, f)),
        pair(artifact(ids.artifact, id=a), event(a, e, "OUTPUT")),
        pair(artifact(ids.artifact, id=b), event(b, f, "OUTPUT")),
        pair(artifact(ids.artifact, id=999), event(None, None)),
        pair(artifact(ids.artifact), event(None, None, None)),
        pair(artifact(ids.artifact), event(None, None, "UNKNOWN")),
        pair(None, event(b, e, "OUTPUT")),
        pair(None, event(b, f)),
        pair(None, event(None, None)),
        pair(None, event(None, e)),
        pair(artifact(), event(None, None)),
        pair(artifact(ids.execution), event(None, None)),
        pair(artifact(ids.artifact), event(None, -1)),
    ):
        for execution_ in (new, old):
            play("PutExecution", execution=execution_, artifact_event_pairs=[each])
    read_all(play)


@scenario
def a_dangling_event(play: Play) -> None:
    ids = types(play)
    play("PutExecution", execution=execution(ids.execution), artifact_event_pairs=[pair(None, event(999, None))])
    play(
        "PutExecution",
        execution=execution(ids.execution),
        artifact_event_pairs=[pair(None, event(999, None, "OUTPUT"))],
    )
    play("PutExecution", execution=execution(ids.execution), artifact_event_pairs=[pair(None, event(998, None))])
    read_all(play)
    play("GetArtifacts", options={"filter_query": "events_0.type = INPUT"})
    play("GetExecutions", options={"filter_query": "events_0.artifact_id = 999"})


DANGLES = Differs(
    "PutExecution attributes even an artifact that is not there to its contexts, and ml-metadata then cannot read the "
    "artifacts of those contexts any more; graphmeta gives those that are there.",
    theirs=INTERNAL,
    ours=OK,
)


@scenario
def empty_pairs(play: Play) -> None:
    ids = types(play)
    play(
        "PutExecution",
        execution=execution(ids.execution),
        artifact_event_pairs=[pair(), pair(artifact(ids.artifact)), pair()],
    )
    read_all(play)
    play("PutExecution", execution=execution(ids.execution),
         artifact_event_pairs=[pair(), pair(artifact(ids.artifact))],
         contexts=[context(ids.context, name="c")])  # fmt: skip
    (c,) = (each.id for each in play("GetContexts").response.contexts)
    play("GetArtifactsByContext", context_id=c, differs=DANGLES)
    play("GetExecutionsByContext", context_id=c)


@scenario
def a_dangling_event_in_contexts(play: Play) -> None:
    ids = types(play)
    play("PutExecution", execution=execution(ids.execution), artifact_event_pairs=[pair(None, event(999, None))],
         contexts=[context(ids.context, name="c")])  # fmt: skip
    (c,) = (each.id for each in play("GetContexts").response.contexts)
    play("GetArtifactsByContext", context_id=c, differs=DANGLES)
    play("GetExecutionsByContext", context_id=c)
    play("GetArtifacts", options={"filter_query": f"contexts_0.id = {c}"})
    play("GetContextsByArtifact", artifact_id=999, differs=replace(DANGLES, theirs=OK, ours=NOT_FOUND))


@scenario
def the_same_artifact_with_events_of_two_types(play: Play) -> None:
    ids = types(play)
    a = put_one(play, "artifact", ids.artifact)
    node = artifact(ids.artifact, id=a)
    both = [pair(node, event(None, None, "INPUT")), pair(node, event(None, None, "OUTPUT"))]
    play("PutExecution", execution=execution(ids.execution), artifact_event_pairs=both,
         contexts=[context(ids.context, name="c")])  # fmt: skip
    play("PutExecution", execution=execution(ids.execution), artifact_event_pairs=both[:1] * 2)
    read_all(play)


@scenario
def a_failing_execution_leaves_nothing(play: Play) -> None:
    ids = types(play)
    put_one(play, "context", ids.context, name="taken")
    a = put_one(play, "artifact", ids.artifact, name="a", c={"x": 1})
    change = pair(artifact(ids.artifact, id=a, name="a", c={"x": 2}), event(None, None))
    new = execution(ids.execution, name="e")
    play("PutExecution", execution=new, artifact_event_pairs=[change], contexts=[context(ids.context, name="taken")])
    play("PutExecution", execution=new, artifact_event_pairs=[change], contexts=[context(ids.context)])
    play("PutExecution", execution=new, artifact_event_pairs=[change], contexts=[context(name="c")])
    play("PutExecution", execution=new, artifact_event_pairs=[change, pair(artifact(999))])
    play("PutExecution", execution=new, artifact_event_pairs=[change, pair(artifact(ids.artifact, name="a"))])
    read_all(play)


@scenario
def contexts_of_an_execution(play: Play) -> None:
    ids = types(play)
    known = put_one(play, "context", ids.context, name="known", c={"x": 1}, external_id="k")
    for contexts in (
        [context(name="c")],
        [context(ids.context)],
        [context(ids.context, name="")],
        [context(id=known)],
        [context(ids.context, id=known)],
        [context(ids.context, id=known, name="known")],
        [context(ids.context, id=known, name="renamed", c={"x": 2})],
        [context(ids.context, name="known")],
        [context(ids.context, name="renamed")],
        [context(ids.context, id=999, name="x")],
        [context(ids.context, name="new"), context(ids.context, name="new")],
        [context(999, name="x")],
    ):
        play("PutExecution", execution=execution(ids.execution), contexts=contexts)
        play("GetContexts")
    read_all(play)


@scenario
def contexts_that_are_reused(play: Play) -> None:
    ids = types(play)
    known = put_one(play, "context", ids.context, name="known", c={"x": 1}, external_id="k")
    for contexts in (
        [context(ids.context, name="known")],
        [context(ids.context, name="known", c={"x": 2}, external_id="other")],
        [context(ids.context, name="new", c={"x": 2})],
        [context(ids.context, name="new")],
        [context(ids.context, name="twice"), context(ids.context, name="twice")],
        [context(ids.context, id=known, name="known", c={"x": 3})],
        [context(name="known")],
        [context(ids.context)],
        [context(id=known)],
        [context(ids.context, name="other", external_id="k")],
        [context(999, name="known")],
    ):
        play("PutExecution", execution=execution(ids.execution), contexts=contexts, **REUSE_CONTEXT)
        play("GetContexts")
        play("PutLineageSubgraph", executions=[execution(ids.execution)], contexts=contexts, **REUSE_CONTEXT)
        play("GetContexts")
    read_all(play)


@scenario
def contexts_that_are_reused_by_force(play: Play) -> None:
    ids = types(play)
    known = put_one(play, "context", ids.context, name="known", c={"x": 1})
    for contexts in (
        [context(id=known)],
        [context(ids.context, id=known)],
        [context(ids.context, id=known, name="other", c={"x": 2})],
        [context(999, id=known)],
        [context(id=999)],
        [context(ids.context, id=999, name="x")],
        [context(id=known), context(id=known)],
        [context(ids.context, name="known")],
        [context(ids.context, name="new")],
        [context(name="known")],
        [context(id=-1)],
    ):
        for reuse in (False, True):
            options = {"force_reuse_context": True, "reuse_context_if_already_exist": reuse}
            play("PutExecution", execution=execution(ids.execution), contexts=contexts, options=options)
            play("GetContexts")
    read_all(play)


@scenario
def artifacts_that_are_reused_by_external_id(play: Play) -> None:
    ids = types(play)
    other = play("PutArtifactType", artifact_type={"name": "Other"}).response.type_id
    known = put_one(play, "artifact", ids.artifact, name="known", uri="u", external_id="k", c={"x": 1})
    for node in (
        artifact(ids.artifact, external_id="k"),
        artifact(ids.artifact, external_id="k", name="other name", uri="v", c={"x": 2}),
        artifact(ids.artifact, external_id="new", name="n"),
        artifact(ids.artifact, external_id="new"),
        artifact(ids.artifact, id=known, external_id="k", c={"y": 1}),
        artifact(ids.artifact, name="without"),
        artifact(ids.artifact, external_id=""),
        artifact(ids.artifact, external_id="", c={"z": 1}),
        artifact(external_id="k", c={"no type": 1}),
        artifact(other, external_id="k"),
        artifact(ids.artifact, external_id="k2", name="known"),
    ):
        play("PutExecution", execution=execution(ids.execution),
             artifact_event_pairs=[pair(node, event(None, None))], **REUSE_ARTIFACT)  # fmt: skip
        play("GetArtifacts")
        play("PutLineageSubgraph", executions=[execution(ids.execution)], artifacts=[node],
             event_edges=[edge(0, 0, event(None, None))], **REUSE_ARTIFACT)  # fmt: skip
        play("GetArtifacts")
    play("PutExecution", execution=execution(ids.execution),
         artifact_event_pairs=[pair(artifact(ids.artifact, external_id="k"), event(None, None))])  # fmt: skip
    same = [pair(artifact(ids.artifact, external_id="both"), event(None, None, type)) for type in ("INPUT", "OUTPUT")]
    play("PutExecution", execution=execution(ids.execution), artifact_event_pairs=same, **REUSE_ARTIFACT)
    read_all(play)


@scenario
def a_time_that_is_moved_by_force(play: Play) -> None:
    ids = types(play)
    node = execution(ids.execution, name="e", c={"x": 1})
    node.id = play("PutExecution", execution=node).response.execution_id
    known = put_one(play, "artifact", ids.artifact, name="a")
    for force in (False, True, False):
        play("PutExecution", execution=node, options={"force_update_time": force},
             artifact_event_pairs=[pair(artifact(ids.artifact, id=known, name="a"))])  # fmt: skip
        get(play, "execution", node.id)
        get(play, "artifact", known)
    play("PutExecution", execution=execution(ids.execution), options={"force_update_time": True})
    read_all(play)
