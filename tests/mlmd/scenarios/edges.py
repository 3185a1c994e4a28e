"""Events, attributions, associations and parents: section 4 of the reference."""

from __future__ import annotations

from collections.abc import Callable

from graphmeta.testing.mlmd.making import artifact, context, event, execution
from graphmeta.testing.mlmd.players import Answer
from graphmeta.testing.mlmd.scenarios import Differs, Play, scenario
from tests.mlmd.scenarios.world import put, put_one, types

EVENT_TYPES = (
    "DECLARED_OUTPUT", "DECLARED_INPUT", "INPUT", "OUTPUT", "INTERNAL_INPUT", "INTERNAL_OUTPUT", "PENDING_OUTPUT",
)  # fmt: skip


def read_events(play: Play) -> None:
    """Every event, from both ends."""
    artifacts, executions = play("GetArtifacts").response.artifacts, play("GetExecutions").response.executions
    play("GetEventsByArtifactIDs", artifact_ids=[each.id for each in artifacts])
    play("GetEventsByExecutionIDs", execution_ids=[each.id for each in executions])


@scenario
def events_are_unique_by_both_ends_and_type(play: Play) -> None:
    ids = types(play)
    a, b = put(play, "artifact", artifact(ids.artifact), artifact(ids.artifact))
    e, f = put(play, "execution", execution(ids.execution), execution(ids.execution))
    for type in EVENT_TYPES:
        play("PutEvents", events=[event(a, e, type, milliseconds_since_epoch=1)])
    for type in EVENT_TYPES:
        play("PutEvents", events=[event(a, e, type, milliseconds_since_epoch=2)])
    play("PutEvents", events=[event(b, e), event(a, f), event(b, f)])
    play("PutEvents", events=[event(b, e, "OUTPUT"), event(b, e, "OUTPUT")])
    play("PutEvents", events=[event(b, f, "OUTPUT"), event(a, e)])
    for asked in ([], [a], [b], [b, a], [a, a], [999], [999, b], [-1, 0]):
        play("GetEventsByArtifactIDs", artifact_ids=asked)
    for asked in ([], [e], [f], [f, e], [e, e], [999], [999, f], [-1, 0]):
        play("GetEventsByExecutionIDs", execution_ids=asked)


@scenario
def wrong_events(play: Play) -> None:
    ids = types(play)
    a, e = put_one(play, "artifact", ids.artifact), put_one(play, "execution", ids.execution)
    for wrong in (
        event(None, e), event(a, None), event(None, None), event(a, e, None), event(a, e, "UNKNOWN"), event(999, e),
        event(a, 999), event(-1, e), event(a, -1), event(0, e), event(a, 0),
    ):  # fmt: skip
        play("PutEvents", events=[wrong])
        play("PutEvents", events=[event(a, e, "OUTPUT"), wrong])
    play("PutEvents")
    read_events(play)


@scenario
def times_of_events(play: Play) -> None:
    ids = types(play)
    a, e = put_one(play, "artifact", ids.artifact), put_one(play, "execution", ids.execution)
    for type, time in zip(EVENT_TYPES, (None, 0, 5, -5, 2**62, 1), strict=False):
        given = {} if time is None else {"milliseconds_since_epoch": time}
        play("PutEvents", events=[event(a, e, type, **given)])
    read_events(play)


def in_order(*times: int) -> Differs:
    """ml-metadata lists these times; graphmeta the same ones, that of what was put first first."""
    return Differs(
        "ml-metadata lists events as the index of SQLite has them that it happens to use; graphmeta in the order in "
        "which they were put.",
        theirs=list(times),
        ours=sorted(times, reverse=True),
        of=lambda answer: [each.milliseconds_since_epoch for each in answer.response.events],
    )


@scenario
def events_come_in_the_order_in_which_they_were_put(play: Play) -> None:
    ids = types(play)
    a = put(play, "artifact", *(artifact(ids.artifact) for _ in range(4)))
    e = put(play, "execution", *(execution(ids.execution) for _ in range(4)))
    for number, (one, other) in enumerate([(3, 0), (0, 3), (2, 2), (1, 0), (0, 0), (3, 3), (2, 1)]):
        play("PutEvents", events=[event(a[one], e[other], milliseconds_since_epoch=100 - number)])
    play("GetEventsByArtifactIDs", artifact_ids=reversed(a), differs=in_order(96, 99, 97, 94, 98, 100, 95))
    play("GetEventsByExecutionIDs", execution_ids=e, differs=in_order(100, 97, 96, 94, 98, 99, 95))
    play("GetEventsByExecutionIDs", execution_ids=[e[3], e[0]])


@scenario
def paths_of_events(play: Play) -> None:
    ids = types(play)
    a, e = put_one(play, "artifact", ids.artifact), put_one(play, "execution", ids.execution)
    paths = ([], ["key"], [0], ["a", 0, "b", -1, 2**62, 0], ["", "quo\"te'", "é\U0001f600"], ["x" * 3000])
    for type, path in zip(EVENT_TYPES, paths, strict=False):
        play("PutEvents", events=[event(a, e, type, path=path)])
    bare = event(a, e, "PENDING_OUTPUT", path=["a"])
    bare.path.steps.add()
    play("PutEvents", events=[bare])
    read_events(play)


@scenario
def memberships(play: Play) -> None:
    ids = types(play)
    a, b = put(play, "artifact", artifact(ids.artifact), artifact(ids.artifact))
    e, f = put(play, "execution", execution(ids.execution), execution(ids.execution))
    c, d = put(play, "context", context(ids.context, name="c"), context(ids.context, name="d"))
    call = "PutAttributionsAndAssociations"
    pairs = {
        "attributions": [{"artifact_id": b, "context_id": c}, {"artifact_id": a, "context_id": d}],
        "associations": [{"execution_id": f, "context_id": c}, {"execution_id": e, "context_id": d}],
    }
    play(call, **pairs)
    play(call, **pairs)
    play(call, attributions=pairs["attributions"][:1] * 2)
    play(call, attributions=[{"artifact_id": a, "context_id": c}, {"artifact_id": b, "context_id": d}])
    play(call, associations=[{"execution_id": e, "context_id": c}])
    play(call)
    for context_id in (c, d, 999, 0, -1):
        play("GetArtifactsByContext", context_id=context_id)
        play("GetExecutionsByContext", context_id=context_id)
    for id in (a, b, 999):
        play("GetContextsByArtifact", artifact_id=id)
    for id in (e, f, 999):
        play("GetContextsByExecution", execution_id=id)


@scenario
def wrong_memberships(play: Play) -> None:
    ids = types(play)
    a, e = put_one(play, "artifact", ids.artifact), put_one(play, "execution", ids.execution)
    c = put_one(play, "context", ids.context, name="c")
    call = "PutAttributionsAndAssociations"
    for artifact_id, context_id in ((a, 999), (999, c), (999, 999), (a, None), (None, c), (None, None), (a, -1)):
        pair = {"artifact_id": artifact_id, "context_id": context_id}
        play(call, attributions=[{name: id for name, id in pair.items() if id is not None}])
    for execution_id, context_id in ((e, 999), (999, c), (999, 999), (e, None), (None, c), (None, None), (-1, c)):
        pair = {"execution_id": execution_id, "context_id": context_id}
        play(call, associations=[{name: id for name, id in pair.items() if id is not None}])
    play(
        call, attributions=[{"artifact_id": a, "context_id": c}], associations=[{"execution_id": e, "context_id": 999}]
    )
    play(call, attributions=[{"artifact_id": a, "context_id": 999}], says="Context id not found")
    play("GetArtifactsByContext", context_id=c)
    play("GetExecutionsByContext", context_id=c)


@scenario
def nodes_without_contexts(play: Play) -> None:
    ids = types(play)
    a, e = put_one(play, "artifact", ids.artifact), put_one(play, "execution", ids.execution)
    play("GetContextsByArtifact", artifact_id=a, says="No contexts found for")
    play("GetContextsByExecution", execution_id=e, says="No contexts found for")
    play("GetContextsByArtifact")
    play("GetContextsByExecution")
    c = put_one(play, "context", ids.context, name="c")
    play("GetArtifactsByContext", context_id=c)
    play("GetExecutionsByContext", context_id=c)
    play("GetArtifactsByContext")
    play("GetExecutionsByContext")


def _per_child(relatives: dict[int, list[int]], field: str) -> Callable[[Answer], bool]:
    """Says whether an answer of Get{Parent,Children}ContextsByContexts holds these ids."""

    def holds(answer: Answer) -> bool:
        parts = answer.response.contexts.items()
        found = {id: sorted(each.id for each in getattr(part, field)) for id, part in parts}
        return answer.code == 0 and found == relatives

    return holds


@scenario
def parents(play: Play) -> None:
    ids = types(play)
    a, b, c, d = put(play, "context", *(context(ids.context, name=name) for name in "abcd"))
    call = "PutParentContexts"
    play(call, parent_contexts=[{"parent_id": a, "child_id": b}, {"parent_id": b, "child_id": c}])
    play(call, parent_contexts=[{"parent_id": a, "child_id": b}])
    play(call, parent_contexts=[{"parent_id": a, "child_id": c}, {"parent_id": a, "child_id": d}])
    play(call, parent_contexts=[{"parent_id": b, "child_id": d}, {"parent_id": b, "child_id": d}])
    play(call, parent_contexts=[{"parent_id": b, "child_id": d}, {"parent_id": a, "child_id": b}])
    play(call)
    cycle = "There is a cycle detected"
    play(call, parent_contexts=[{"parent_id": a, "child_id": a}])
    play(call, parent_contexts=[{"parent_id": b, "child_id": a}], says=cycle)
    play(call, parent_contexts=[{"parent_id": c, "child_id": a}], says=cycle)
    play(call, parent_contexts=[{"parent_id": d, "child_id": c}, {"parent_id": c, "child_id": d}])
    play(call, parent_contexts=[{"parent_id": a}])
    play(call, parent_contexts=[{"child_id": a}])
    play(call, parent_contexts=[{}])
    for parent, child in ((a, 999), (999, a), (-1, a), (998, 999)):
        play(call, parent_contexts=[{"parent_id": parent, "child_id": child}])
    for id in (a, b, c, d, 999):
        play("GetParentContextsByContext", context_id=id)
        play("GetChildrenContextsByContext", context_id=id)
    play("GetParentContextsByContext")
    play("GetChildrenContextsByContext")
    # ml-metadata's build for Python does not offer the two calls for many.
    up = {b: [a], c: [a, b], d: [a]}
    down = {a: [b, c, d], b: [c]}
    for asked in ([a, b, c, d], [d, c, 999, c], [a], []):
        play("GetParentContextsByContexts", context_ids=asked,
             expect=_per_child({k: v for k, v in up.items() if k in asked}, "parent_contexts"))  # fmt: skip
    for asked in ([a, b, c, d], [b, 999, b], [c], []):
        play("GetChildrenContextsByContexts", context_ids=asked,
             expect=_per_child({k: v for k, v in down.items() if k in asked}, "children_contexts"))  # fmt: skip


@scenario
def parents_of_other_types(play: Play) -> None:
    ids = types(play)
    other = play("PutContextType", context_type={"name": "Pipeline", "properties": {"p": 3}}).response.type_id
    run, again = put(play, "context", context(ids.context, name="run"), context(ids.context, name="again"))
    pipeline = put_one(play, "context", other, name="pipeline", p={"p": "x"}, c={"c": 1})
    play("PutParentContexts", parent_contexts=[{"parent_id": pipeline, "child_id": again}])
    play("PutParentContexts", parent_contexts=[{"parent_id": pipeline, "child_id": run}])
    play("GetParentContextsByContext", context_id=run)
    play("GetChildrenContextsByContext", context_id=pipeline)
