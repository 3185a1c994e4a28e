"""PutLineageSubgraph: section 4 of the reference."""

from __future__ import annotations

from typing import Any

from graphmeta.testing.mlmd.making import artifact, context, event, execution
from graphmeta.testing.mlmd.scenarios import Play, scenario
from tests.mlmd.scenarios.put_execution import edge, read_all
from tests.mlmd.scenarios.world import Types, put, put_one, types


@scenario
def a_graph(play: Play) -> None:
    ids = types(play)
    nodes: dict[str, Any] = {
        "executions": [execution(ids.execution, name=name) for name in ("one", "two")],
        "artifacts": [artifact(ids.artifact, name=name, uri=name) for name in ("in", "between", "out")],
        "contexts": [context(ids.context, name=name) for name in ("c", "d")],
    }
    edges = [
        edge(0, 0, event(None, None, "INPUT", path=["in", 0])),
        edge(0, 1, event(None, None, "OUTPUT", milliseconds_since_epoch=5)),
        edge(1, 1, event(None, None, "INPUT")),
        edge(1, 2, event(None, None, "OUTPUT")),
    ]
    answer = play("PutLineageSubgraph", **nodes, event_edges=edges).response
    read_all(play)
    play("PutLineageSubgraph", **nodes, event_edges=edges)
    for name, given, made in (("executions", nodes["executions"], answer.execution_ids),
                              ("artifacts", nodes["artifacts"], answer.artifact_ids),
                              ("contexts", nodes["contexts"], answer.context_ids)):  # fmt: skip
        for node, id in zip(given, made, strict=True):
            node.id = id
            node.custom_properties["updated"].string_value = name
    play("PutLineageSubgraph", **nodes)
    play("PutLineageSubgraph", **nodes, event_edges=edges)
    read_all(play)


@scenario
def parts_of_graphs(play: Play) -> None:
    ids = types(play)
    play("PutLineageSubgraph")
    play("PutLineageSubgraph", executions=[execution(ids.execution)])
    play("PutLineageSubgraph", artifacts=[artifact(ids.artifact)])
    play("PutLineageSubgraph", contexts=[context(ids.context, name="c")])
    play("PutLineageSubgraph", contexts=[context(ids.context, name="d")], artifacts=[artifact(ids.artifact)] * 2)
    play("PutLineageSubgraph", contexts=[context(ids.context, name="e")], executions=[execution(ids.execution)] * 2)
    read_all(play)


@scenario
def wrong_edges(play: Play) -> None:
    ids = types(play)
    a, b = put(play, "artifact", artifact(ids.artifact), artifact(ids.artifact))
    e, f = put(play, "execution", execution(ids.execution), execution(ids.execution))
    nodes: dict[str, Any] = {
        "executions": [execution(ids.execution), execution(ids.execution, id=e)],
        "artifacts": [artifact(ids.artifact), artifact(ids.artifact, id=a)],
    }
    wrong = [
        edge(0, 0),
        edge(0, 2, event(None, None)),
        edge(2, 0, event(None, None)),
        edge(-1, 0, event(None, None)),
        edge(0, -1, event(None, None)),
        edge(None, 0, event(None, None)),
        edge(0, None, event(None, None)),
        edge(None, None, event(None, None)),
        edge(None, None, event(a, e)),
        edge(None, None, event(b, f)),
        edge(0, None, event(b, None)),
        edge(None, 0, event(None, f)),
        edge(0, None, event(999, None)),
        edge(1, 1, event(a, e, "OUTPUT")),
        edge(1, 1, event(b, e, "OUTPUT")),
        edge(1, 1, event(a, f, "OUTPUT")),
        edge(0, 0, event(a, None)),
        edge(0, 0, event(None, e)),
        edge(0, 0, event(None, None, None)),
        edge(0, 0, event(None, None, "UNKNOWN")),
        edge(1, 1, event(a, e, "OUTPUT")),
    ]
    for each in wrong:
        play("PutLineageSubgraph", **nodes, event_edges=[each])
        play("PutLineageSubgraph", event_edges=[each])
    play("PutLineageSubgraph", **nodes, event_edges=[edge(0, 0, event(None, None))] * 2)
    read_all(play)


@scenario
def wrong_nodes_of_graphs(play: Play) -> None:
    ids = types(play)
    a, e = put_one(play, "artifact", ids.artifact, name="a"), put_one(play, "execution", ids.execution, name="e")
    c = put_one(play, "context", ids.context, name="c")
    wrong: list[dict[str, Any]] = [
        {"executions": [execution(id=e, c={"x": 1})]},
        {"artifacts": [artifact(id=a, c={"x": 1})]},
        {"contexts": [context(id=c, name="c")]},
        {"executions": [execution(999)]},
        {"artifacts": [artifact(999)]},
        {"contexts": [context(999, name="x")]},
        {"executions": [execution(ids.execution, name="e")]},
        {"artifacts": [artifact(ids.artifact, name="a")]},
        {"contexts": [context(ids.context, name="c")]},
        {"executions": [execution(ids.execution, id=999)]},
        {"artifacts": [artifact(ids.artifact, id=999)]},
        {"contexts": [context(ids.context, id=999, name="x")]},
        {"contexts": [context(ids.context)]},
        {"contexts": [context(ids.context, id=c)]},
        {"executions": [execution(ids.artifact)]},
        {"artifacts": [artifact(ids.artifact, p={"nope": 1})]},
        {"executions": [execution(ids.execution, p={"int": "x"})]},
    ]
    for each in wrong:
        play("PutLineageSubgraph", **each)
        more = {"artifacts": [artifact(ids.artifact)], "executions": [execution(ids.execution)], **each}
        play("PutLineageSubgraph", **more)
    read_all(play)


@scenario
def the_whole_cross_product_of_contexts(play: Play) -> None:
    ids: Types = types(play)
    play("PutLineageSubgraph",
         executions=[execution(ids.execution, name=f"e{number}") for number in range(5)],
         artifacts=[artifact(ids.artifact, name=f"a{number}") for number in range(7)],
         contexts=[context(ids.context, name=f"c{number}") for number in range(3)],
         event_edges=[edge(number % 5, number % 7, event(None, None, "OUTPUT" if number % 2 else "INPUT",
                                                        milliseconds_since_epoch=number + 1))
                      for number in range(35)])  # fmt: skip
    read_all(play)
