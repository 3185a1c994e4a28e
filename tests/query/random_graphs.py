"""Random graphs, in a store and in networkx: cycles, several components, several events between two nodes."""

from __future__ import annotations

import networkx
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from graphmeta.model import Artifact, Event, Execution
from graphmeta.store import Store
from tests.query import worlds

ARTIFACT_TYPES = ("Dataset", "Model", "Thing")

# (types of artifacts, number of executions, edges (artifact, execution, whether an output)
graphs = st.tuples(
    st.lists(st.sampled_from(ARTIFACT_TYPES), min_size=1, max_size=8),
    st.integers(1, 6),
    st.sets(st.tuples(st.integers(0, 7), st.integers(0, 5), st.booleans()), max_size=24),
)
hops = st.none() | st.integers(0, 7)
several_graphs_in_one_store = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def stored(
    store: Store, graph: tuple[list[str], int, set[tuple[int, int, bool]]]
) -> tuple[list[Artifact], networkx.MultiDiGraph]:
    """Put a random graph beside what is in the store already; the same for networkx."""
    types, steps, edges = graph
    worlds.plain(store)
    artifacts = [Artifact(type=type) for type in types]
    executions = [Execution(type="Step", state="COMPLETE") for _ in range(steps)]
    chosen = sorted({(a % len(artifacts), e % steps, output) for a, e, output in edges})
    events = [Event(artifacts[a], executions[e], "OUTPUT" if output else "INPUT") for a, e, output in chosen]
    store.put(artifacts=artifacts, executions=executions, events=events)
    expected = networkx.MultiDiGraph()
    for node in [*artifacts, *executions]:
        expected.add_node((node.kind, node.id), type=node.type)
    for event in events:
        ends = ("artifact", event.artifact_id), ("execution", event.execution_id)
        expected.add_edge(*(ends if event.type == "INPUT" else reversed(ends)))
    return artifacts, expected
