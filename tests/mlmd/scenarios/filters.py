"""filter_query: sections 6 and 10 of the reference."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from graphmeta.testing.mlmd.making import artifact, context, event, execution, options
from graphmeta.testing.mlmd.scenarios import Play, scenario
from tests.mlmd.scenarios.queries import ARTIFACT, COMMON, CONTEXT, EXECUTION, WRONG
from tests.mlmd.scenarios.query_differences import DIFFERENT, DIFFERENT_OF_CONTEXTS
from tests.mlmd.scenarios.world import KINDS, put, types

CALLS = {"artifact": "GetArtifacts", "execution": "GetExecutions", "context": "GetContexts"}


class Graph(NamedTuple):
    """The ids of what `graph` puts."""

    artifacts: list[int]
    executions: list[int]
    contexts: list[int]
    types: Any

    def of(self, kind: str) -> list[int]:
        return list(getattr(self, f"{kind}s"))


def graph(play: Play) -> Graph:
    """Nodes that differ in all that a query can ask for: six artifacts, four executions, four contexts."""
    ids = types(play)
    model = play("PutArtifactType", artifact_type={"name": "Model", "properties": {"int": 1}}).response.type_id
    train = play("PutExecutionType", execution_type={"name": "Train"}).response.type_id
    pipeline = play("PutContextType", context_type={"name": "Pipeline", "properties": {"int": 1}}).response.type_id
    artifacts = put(
        play,
        "artifact",
        artifact(
            ids.artifact,
            name="alpha",
            uri="s3://b/one",
            state=2,
            external_id="ext-a",
            p={"int": 1, "double": 0.5, "string": "x", "bool": True},
            c={"k": 1, "my key": "v"},
        ),
        artifact(
            ids.artifact,
            name="Beta",
            uri="s3://b/TWO",
            state=1,
            p={"int": 2, "double": 1.5, "string": "y"},
            c={"k": "text", "kubeflow-kale.org/state": "done"},
        ),
        artifact(ids.artifact, name="ga_mma", uri="%", state=3, p={"int": -3, "bool": False}, c={"k": 2.5}),
        artifact(ids.artifact, uri="", external_id="ext-d", c={"k": True, "select": 1}),
        artifact(model, name="alpha", uri="s3://b/one", state=4, p={"int": 1}, c={"k": 3, "struct": {"a": 1}}),
        artifact(model, name='it\'s "é" \\', uri="u", state=0),
    )
    executions = put(
        play,
        "execution",
        execution(ids.execution, name="one", last_known_state=3, external_id="ext-e", p={"int": 1}, c={"n": 1}),
        execution(ids.execution, name="two", last_known_state=2, c={"n": 2, "parent_dag_id": 7}),
        execution(train, name="three", last_known_state=5),
        execution(train),
    )
    contexts = put(
        play,
        "context",
        context(ids.context, name="run-1", p={"string": "x"}, external_id="ext-c"),
        context(ids.context, name="run-2", c={"n": 1}),
        context(pipeline, name="pipe", p={"int": 5}),
        context(pipeline, name="empty"),
    )
    a, e, c = artifacts, executions, contexts
    edges = [
        (a[0], e[0], "INPUT"),
        (a[1], e[0], "OUTPUT"),
        (a[1], e[1], "DECLARED_INPUT"),
        (a[2], e[1], "DECLARED_OUTPUT"),
        (a[2], e[2], "INTERNAL_INPUT"),
        (a[4], e[2], "INTERNAL_OUTPUT"),
        (a[0], e[1], "INPUT"),
        (a[5], e[2], "PENDING_OUTPUT"),
    ]
    play("PutEvents", events=[event(*edge, milliseconds_since_epoch=time) for time, edge in enumerate(edges, 1)])
    play(
        "PutAttributionsAndAssociations",
        attributions=[
            {"artifact_id": x, "context_id": y} for x, y in ((a[0], c[0]), (a[1], c[0]), (a[1], c[1]), (a[4], c[2]))
        ],
        associations=[
            {"execution_id": x, "context_id": y} for x, y in ((e[0], c[0]), (e[1], c[1]), (e[0], c[2]), (e[2], c[2]))
        ],
    )
    links = [
        {"child_id": c[0], "parent_id": c[2]},
        {"child_id": c[1], "parent_id": c[2]},
        {"child_id": c[1], "parent_id": c[0]},
    ]
    play("PutParentContexts", parent_contexts=links)
    return Graph(artifacts, executions, contexts, ids)


def ask(play: Play, kind: str, queries: Iterable[str], **words: Any) -> None:
    """Ask each query; `{words}` in it are filled in."""
    different = DIFFERENT | DIFFERENT_OF_CONTEXTS if kind == "context" else DIFFERENT
    for query in queries:
        filled = query
        for name, word in words.items():
            filled = filled.replace(f"{{{name}}}", str(word))
        play(CALLS[kind], options=options(filled), differs=different.get(query))


def words(there: Graph) -> dict[str, int]:
    """What the queries call by a letter."""
    a, e, c = there.artifacts, there.executions, there.contexts
    return {"a": a[0], "b": a[1], "e": e[0], "c": c[0], "c2": c[1], "c3": c[2]}


def ask_common(play: Play, kind: str, queries: Iterable[str]) -> None:
    """Ask what can be asked of every kind."""
    there = graph(play)
    first, second = there.of(kind)[:2]
    ask(play, kind, queries, a=first, b=second, t=there.types.of(kind))


@scenario
def what_every_artifact_can_be_asked(play: Play) -> None:
    ask_common(play, "artifact", COMMON)


@scenario
def what_every_execution_can_be_asked(play: Play) -> None:
    ask_common(play, "execution", COMMON)


@scenario
def what_every_context_can_be_asked(play: Play) -> None:
    ask_common(play, "context", COMMON)


@scenario
def wrong_queries_for_artifacts(play: Play) -> None:
    ask_common(play, "artifact", WRONG)


@scenario
def wrong_queries_for_executions(play: Play) -> None:
    ask_common(play, "execution", WRONG)


@scenario
def wrong_queries_for_contexts(play: Play) -> None:
    ask_common(play, "context", WRONG)


@scenario
def queries_for_artifacts(play: Play) -> None:
    there = graph(play)
    ask(play, "artifact", ARTIFACT, **words(there))


@scenario
def queries_for_executions(play: Play) -> None:
    there = graph(play)
    ask(play, "execution", EXECUTION, **words(there))


@scenario
def queries_for_contexts(play: Play) -> None:
    there = graph(play)
    ask(play, "context", CONTEXT, **words(there))


@scenario
def queries_by_type_and_by_context(play: Play) -> None:
    there = graph(play)
    for query in (
        "",
        "id > 0",
        "name = 'alpha'",
        "nope = 1",
        "type = 'Data'",
        "contexts_0.name = 'run-1'",
        "state = LIVE",
    ):
        play("GetArtifactsByType", type_name="Data", options=options(query))
        play("GetArtifactsByType", type_name="Nope", options=options(query))
        play("GetArtifactsByContext", context_id=there.contexts[0], options=options(query))
        play("GetArtifactsByContext", context_id=999, options=options(query))
    for query in ("", "id > 0", "name = 'one'", "nope = 1", "contexts_0.name = 'pipe'", "last_known_state = COMPLETE"):
        play("GetExecutionsByType", type_name="Step", options=options(query))
        play("GetExecutionsByContext", context_id=there.contexts[0], options=options(query))
        play("GetExecutionsByContext", context_id=there.contexts[2], options=options(query))
    for query in ("", "id > 0", "name = 'run-1'", "nope = 1", "parent_contexts_0.name = 'pipe'"):
        play("GetContextsByType", type_name="Run", options=options(query))
        play("GetContextsByType", type_name="Run", type_version="1", options=options(query))


@scenario
def what_wrong_queries_are_told(play: Play) -> None:
    graph(play)
    for kind in KINDS:
        for query in ("nope = 1", "id =", "id", "id = '1'", "id == 1"):
            play(CALLS[kind], options=options(query), says="filter_query")


@scenario
def times_in_queries(play: Play) -> None:
    ids = types(play)
    for kind, node in (
        ("artifact", artifact(ids.artifact)),
        ("execution", execution(ids.execution)),
        ("context", context(ids.context, name="c")),
    ):
        made = [put(play, kind, node)[0]]
        if kind == "context":
            node.name = "d"
        made += put(play, kind, node)
        answer = play(f"Get{kind.title()}sByID", **{f"{kind}_ids": made}).response
        first, second = (each.create_time_since_epoch for each in getattr(answer, f"{kind}s"))
        change = type(node)(id=made[0], name="c" if kind == "context" else None)
        change.custom_properties["new"].int_value = 1
        put(play, kind, change)
        ask(
            play,
            kind,
            (
                "create_time_since_epoch = {first}",
                "create_time_since_epoch > {first}",
                "create_time_since_epoch IN ({first}, {second})",
                "last_update_time_since_epoch > {second}",
                "last_update_time_since_epoch = {second}",
                "last_update_time_since_epoch > create_time_since_epoch",
                "create_time_since_epoch BETWEEN {first} AND {second}",
            ),
            first=first,
            second=second,
        )


@scenario
def long_queries(play: Play) -> None:
    there = graph(play)
    many = ", ".join(str(there.artifacts[0] + number) for number in range(3))
    ask(
        play,
        "artifact",
        (
            f"id IN ({many})",
            "id IN (" + ", ".join(map(str, range(500))) + ") AND id < 0",
            " OR ".join(f"name = 'n{number}'" for number in range(100)) + " OR name = 'alpha'",
            " AND ".join(f"(contexts_{number}.name = 'run-1')" for number in range(10)),
            "(" * 30 + "name = 'alpha'" + ")" * 30,
            "NOT " * 10 + "name = 'alpha'",
            "name = '" + "x" * 10_000 + "'",
        ),
    )


@scenario
def queries_of_every_node_without_any(play: Play) -> None:
    for kind in KINDS:
        for query in ("", "id = 1", "contexts_0.id = 1", "nope = 1", "custom_properties.a.int_value = 1"):
            play(CALLS[kind], options=options(query))
