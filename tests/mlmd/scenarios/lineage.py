"""GetLineageSubgraph, and GetLineageGraph which nobody does: section 4 of the reference."""

from __future__ import annotations

from typing import Any

from graphmeta.mlmd.errors import INVALID_ARGUMENT, OK, UNIMPLEMENTED
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.testing.mlmd.making import artifact, context, event, execution
from graphmeta.testing.mlmd.scenarios import Differs, Play, scenario
from tests.mlmd.scenarios.world import Types, put, types

DIRECTIONS = {"UPSTREAM": 1, "DOWNSTREAM": 2, "BIDIRECTIONAL": 3, "": None, "unspecified": 0}
WHOLE = [
    "artifacts",
    "executions",
    "contexts",
    "events",
    "attributions",
    "associations",
    "parent_contexts",
    "artifact_types",
    "execution_types",
    "context_types",
]
NODES = ["artifacts", "executions", "contexts", "events", "attributions", "associations", "parent_contexts"]


def trace(
    play: Play,
    start: str,
    *,
    of: str = "artifacts",
    hops: int | None = None,
    direction: str = "",
    endings: dict[str, Any] | None = None,
    mask: list[str] | None = NODES,
    says: Any = (),
    differs: Differs | None = None,
) -> Any:
    """Ask for the lineage of the nodes that a query finds."""
    asked = pb.LineageSubgraphQueryOptions(**{f"starting_{of}": {"filter_query": start}}, **(endings or {}))
    if hops is not None:
        asked.max_num_hops = hops
    number = DIRECTIONS[direction]
    if number is not None:
        asked.direction = number
    more = {} if mask is None else {"read_mask": {"paths": mask}}
    return play("GetLineageSubgraph", lineage_subgraph_query_options=asked, says=says, differs=differs, **more)


class Chain:
    """a0 -> e0 -> a1 -> e1 -> a2 … and a context for each second node."""

    def __init__(self, play: Play, steps: int, ids: Types | None = None) -> None:
        self.types = ids or types(play)
        self.artifacts = put(play, "artifact", *(artifact(self.types.artifact, name=f"a{n}") for n in range(steps + 1)))
        self.executions = put(play, "execution", *(execution(self.types.execution, name=f"e{n}") for n in range(steps)))
        edges = []
        for n, id in enumerate(self.executions):
            edges += [event(self.artifacts[n], id, "INPUT"), event(self.artifacts[n + 1], id, "OUTPUT")]
        connect(play, *edges)


def connect(play: Play, *edges: Any) -> None:
    """Put events with times in their order."""
    for time, each in enumerate(edges, 1):
        each.milliseconds_since_epoch = time
    play("PutEvents", events=list(edges))


@scenario
def a_chain_by_hops_and_directions(play: Play) -> None:
    chain = Chain(play, 5)
    middle = chain.artifacts[2], chain.executions[2]
    for direction in DIRECTIONS:
        for hops in (None, 0, 1, 2, 3, 4, 100, 101, 2**40, -1):
            trace(play, f"id = {middle[0]}", hops=hops, direction=direction)
            trace(play, f"id = {middle[1]}", of="executions", hops=hops, direction=direction)


@scenario
def several_starting_nodes(play: Play) -> None:
    chain = Chain(play, 5)
    a, e = chain.artifacts, chain.executions
    for direction in DIRECTIONS:
        for hops in (0, 1, 2, 3, None):
            trace(play, f"id IN ({a[0]}, {a[3]})", hops=hops, direction=direction)
            trace(play, f"id IN ({a[1]}, {a[2]})", hops=hops, direction=direction)
            trace(play, f"id IN ({e[0]}, {e[4]})", of="executions", hops=hops, direction=direction)


@scenario
def wrong_starts(play: Play) -> None:
    Chain(play, 1)
    none = "Cannot find qualified nodes to start the traversal."
    play("GetLineageSubgraph")
    play("GetLineageSubgraph", lineage_subgraph_query_options={})
    play("GetLineageSubgraph", lineage_subgraph_query_options={"max_num_hops": 1})
    play("GetLineageSubgraph", lineage_subgraph_query_options={"starting_artifacts": {}})
    play("GetLineageSubgraph", lineage_subgraph_query_options={"starting_executions": {}})
    for of in ("artifacts", "executions"):
        trace(play, "", of=of)
        trace(play, " ", of=of)
        trace(play, "id = 999", of=of, says=none)
        trace(play, "nope = 1", of=of)
        trace(play, "id =", of=of)
        trace(play, "name LIKE '%'", of=of)
        trace(play, "id > 0", of=of, hops=-1)
        trace(play, "id = 999", of=of, hops=-1)
    both = pb.LineageSubgraphQueryOptions()
    both.starting_artifacts.filter_query = "id > 0"
    both.starting_executions.filter_query = "id > 0"
    play("GetLineageSubgraph", lineage_subgraph_query_options=both, read_mask={"paths": NODES})


MASKS: tuple[list[str] | None, ...] = (
    None,
    [],
    ["artifacts"],
    ["executions"],
    ["contexts"],
    ["events"],
    ["attributions"],
    ["associations"],
    ["parent_contexts"],
    ["artifact_types"],
    ["execution_types"],
    ["context_types"],
    ["artifacts", "events"],
    ["artifacts", "events", "artifact_types"],
    WHOLE,
    ["nope"],
    [""],
    ["artifacts", "nope"],
    ["artifacts.id"],
    ["artifacts", "artifacts"],
    ["artifact_types", "contexts"],
)


@scenario
def read_masks(play: Play) -> None:
    chain = Chain(play, 2)
    c, d = put(play, "context", context(chain.types.context, name="c"), context(chain.types.context, name="d"))
    play("PutParentContexts", parent_contexts=[{"parent_id": c, "child_id": d}])
    play(
        "PutAttributionsAndAssociations",
        attributions=[{"artifact_id": chain.artifacts[0], "context_id": c}],
        associations=[{"execution_id": chain.executions[1], "context_id": d}],
    )
    for mask in MASKS:
        trace(play, "name = 'a1'", mask=mask)
        trace(play, "name = 'a1'", hops=0, mask=mask)


@scenario
def contexts_of_a_lineage(play: Play) -> None:
    chain = Chain(play, 3)
    a, e = chain.artifacts, chain.executions
    c = put(play, "context", *(context(chain.types.context, name=f"c{n}") for n in range(4)))
    play(
        "PutAttributionsAndAssociations",
        attributions=[{"artifact_id": x, "context_id": y} for x, y in ((a[3], c[0]), (a[0], c[1]), (a[0], c[0]))],
        associations=[{"execution_id": x, "context_id": y} for x, y in ((e[2], c[2]), (e[0], c[0]), (e[0], c[3]))],
    )
    for hops in (0, 1, 2, None):
        for direction in DIRECTIONS:
            trace(play, f"id = {a[0]}", hops=hops, direction=direction)
            trace(play, f"id = {e[0]}", of="executions", hops=hops, direction=direction)


@scenario
def every_type_of_event(play: Play) -> None:
    ids = types(play)
    names = (
        "DECLARED_OUTPUT",
        "DECLARED_INPUT",
        "INPUT",
        "OUTPUT",
        "INTERNAL_INPUT",
        "INTERNAL_OUTPUT",
        "PENDING_OUTPUT",
    )
    a = put(play, "artifact", *(artifact(ids.artifact, name=name) for name in names))
    (e,) = put(play, "execution", execution(ids.execution))
    connect(play, *(event(id, e, name) for id, name in zip(a, names, strict=True)))
    for direction in DIRECTIONS:
        trace(play, f"id = {e}", of="executions", direction=direction, hops=1)
        for id in a:
            trace(play, f"id = {id}", direction=direction, hops=1)
            trace(play, f"id = {id}", direction=direction, hops=2)


def diamond(play: Play) -> tuple[list[int], list[int], Types]:
    """Two ways from one artifact to another, one of them longer, and a cycle behind."""
    ids = types(play)
    a = put(play, "artifact", *(artifact(ids.artifact, name=f"a{n}") for n in range(6)))
    e = put(play, "execution", *(execution(ids.execution, name=f"e{n}", last_known_state=n % 3 + 1) for n in range(6)))
    connect(
        play,
        event(a[0], e[0], "INPUT"),
        event(a[1], e[0], "OUTPUT"),
        event(a[1], e[1], "INPUT"),
        event(a[2], e[1], "OUTPUT"),
        event(a[0], e[2], "INPUT"),
        event(a[2], e[2], "OUTPUT"),
        event(a[2], e[3], "INPUT"),
        event(a[3], e[3], "OUTPUT"),
        event(a[3], e[4], "INPUT"),
        event(a[4], e[4], "OUTPUT"),
        event(a[4], e[3], "INPUT"),
        event(a[0], e[3], "DECLARED_INPUT"),
        event(a[2], e[3], "OUTPUT"),
        event(a[5], e[5], "INPUT"),
    )
    return a, e, ids


@scenario
def diamonds_and_cycles(play: Play) -> None:
    a, e, _ = diamond(play)
    for direction in DIRECTIONS:
        for hops in (1, 2, 3, 4, None):
            for id in a:
                trace(play, f"id = {id}", hops=hops, direction=direction)
            for id in e:
                trace(play, f"id = {id}", of="executions", hops=hops, direction=direction)


@scenario
def starts_that_share_neighbours(play: Play) -> None:
    a, _, _ = diamond(play)
    for direction in DIRECTIONS:
        for hops in (0, 1, 2, 3, None):
            trace(play, f"id IN ({a[0]}, {a[2]})", hops=hops, direction=direction)
            trace(play, "name LIKE 'a%'", hops=hops, direction=direction)
            trace(play, "name LIKE 'e%'", of="executions", hops=hops, direction=direction)


@scenario
def endings(play: Play) -> None:
    diamond(play)
    for queries in (
        {"ending_artifacts": "name = 'a2'"},
        {"ending_artifacts": "name IN ('a1', 'a3')"},
        {"ending_executions": "name = 'e3'"},
        {"ending_executions": "name IN ('e0', 'e2')"},
        {"ending_artifacts": "name = 'a1'", "ending_executions": "name = 'e2'"},
        {"ending_artifacts": "name = 'nope'"},
        {"ending_artifacts": "name = 'a0'"},
        {"ending_executions": "last_known_state = COMPLETE"},
        {"ending_artifacts": ""},
        {"ending_artifacts": "TRUE"},
        {"ending_executions": "TRUE"},
    ):
        for include in (None, False, True):
            given = {
                name: {"filter_query": query} | ({} if include is None else {"include_ending_nodes": include})
                for name, query in queries.items()
            }
            for direction in ("UPSTREAM", "DOWNSTREAM", ""):
                for hops in (0, 1, 3, None):
                    trace(play, "name = 'a0'", direction=direction, hops=hops, endings=given)
                trace(play, "name = 'a3'", direction=direction, endings=given)
                trace(play, "name = 'e3'", of="executions", direction=direction, endings=given)
    play(
        "GetLineageSubgraph",
        read_mask={"paths": NODES},
        lineage_subgraph_query_options={
            "starting_artifacts": {"filter_query": "name = 'a0'"},
            "ending_artifacts": {"include_ending_nodes": True},
        },
    )


@scenario
def wrong_endings(play: Play) -> None:
    diamond(play)
    unseen = Differs(
        "ml-metadata looks at an ending query only once it reaches such a node; here a wrong one is always refused.",
        theirs=OK,
        ours=INVALID_ARGUMENT,
    )
    for query in ("nope = 1", "id =", "id"):
        for name in ("ending_artifacts", "ending_executions"):
            given = {name: {"filter_query": query}}
            trace(play, "name = 'a0'", endings=given)
            trace(play, "name = 'e3'", of="executions", endings=given)
        # Nothing was made by anything there.
        trace(play, "name = 'a0'", direction="UPSTREAM", endings=given, differs=unseen)
        trace(play, "name = 'a0'", hops=0, endings=given, differs=unseen)


@scenario
def a_dangling_event_in_a_lineage(play: Play) -> None:
    ids = types(play)
    pairs = [
        {"event": event(999, None, "INPUT", milliseconds_since_epoch=1)},
        {
            "artifact": artifact(ids.artifact, name="a"),
            "event": event(None, None, "OUTPUT", milliseconds_since_epoch=1),
        },
    ]
    play("PutExecution", execution=execution(ids.execution, name="e"), artifact_event_pairs=pairs)
    for direction in DIRECTIONS:
        for hops in (0, 1, 2, None):
            trace(play, "name = 'e'", of="executions", direction=direction, hops=hops)
            trace(play, "name = 'a'", direction=direction, hops=hops)


@scenario
def more_starting_nodes_than_are_taken(play: Play) -> None:
    ids = types(play)
    made = put(play, "artifact", *(artifact(ids.artifact, name=f"n{n}") for n in range(105)))
    (e,) = put(play, "execution", execution(ids.execution))
    connect(play, *(event(id, e, "INPUT") for id in made))
    for hops in (0, 1, 2):
        trace(play, "name LIKE 'n%'", hops=hops)
    trace(play, f"id = {e}", of="executions", hops=1)


@scenario
def more_hops_than_a_hundred(play: Play) -> None:
    chain = Chain(play, 55)
    for hops in (99, 100, 101, 200, None):
        trace(play, f"id = {chain.artifacts[0]}", hops=hops, direction="DOWNSTREAM", mask=["artifacts", "executions"])


@scenario
def starts_found_by_everything(play: Play) -> None:
    chain = Chain(play, 2)
    (c,) = put(play, "context", context(chain.types.context, name="c"))
    play(
        "PutAttributionsAndAssociations", attributions=[{"artifact_id": id, "context_id": c} for id in chain.artifacts]
    )
    for query in (
        "contexts_0.name = 'c'",
        "events_0.type = OUTPUT",
        "type = 'Data' AND name = 'a1'",
        "uri = 'none'",
        f"id IN ({chain.artifacts[1]})",
        "custom_properties.x.int_value = 1",
    ):
        trace(play, query, hops=1)


@scenario
def types_in_a_lineage(play: Play) -> None:
    play("PutArtifactType", artifact_type={"name": "Based", "base_type": 2, "external_id": "x", "properties": {"p": 1}})
    play("PutExecutionType", execution_type={"name": "Based", "base_type": 1, "version": "2", "description": "d"})
    Chain(play, 1)
    trace(play, "name = 'a0'", mask=WHOLE)
    trace(play, "name = 'a0'", hops=0, mask=None)


@scenario
def a_graph_that_nobody_draws(play: Play) -> None:
    # ml-metadata's build for Python does not offer it; its server says that it is not implemented.
    play("GetLineageGraph", expect=lambda answer: answer.code == UNIMPLEMENTED)
    play(
        "GetLineageGraph",
        options={"artifacts_options": {"filter_query": "id = 1"}, "max_node_size": 5},
        expect=lambda answer: answer.code == UNIMPLEMENTED,
    )
