"""`lineage`: hops, types, cycles, what is missing, and its shapes for others."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from graphmeta.errors import InvalidArgumentError, NotFoundError
from graphmeta.model import Artifact, Event, Execution
from graphmeta.query import Edge, Key, Lineage, label, lineage
from graphmeta.store import PutOptions, Store
from tests.query import worlds


def names(found: Lineage) -> set[str]:
    """Artifacts by stored name, executions by type."""
    return {node.name or node.type for node in found.nodes.values()}


@pytest.fixture
def recorded(store: Store) -> worlds.Nodes:
    return worlds.recorded(store)


def test_everything_of_both_directions(store: Store, recorded: worlds.Nodes) -> None:
    found = lineage(store, recorded["churn@3"])
    assert names(found) == {
        "raw.csv@1",
        "clean",
        "train.csv@2",
        "train",
        "churn@3",
        "evaluate",
        "scores@3",
        "finetune",
        "big@1",
    }
    assert len(found) == 9
    assert found.start.name == "churn@3"
    assert [node.name for node in found.artifacts] == ["raw.csv@1", "train.csv@2", "churn@3", "scores@3", "big@1"]
    assert [node.type for node in found.executions] == ["clean", "train", "evaluate", "finetune"]


@pytest.mark.parametrize(
    ("up", "down", "wanted"),
    [
        (0, None, {"churn@3"}),
        (0, 0, {"churn@3"}),
        (1, None, {"churn@3", "train"}),
        (2, None, {"churn@3", "train", "train.csv@2"}),
        (None, 1, {"churn@3", "evaluate", "finetune"}),
        (1, 1, {"churn@3", "train", "evaluate", "finetune"}),
        (99, 1, {"churn@3", "train", "train.csv@2", "clean", "raw.csv@1", "evaluate", "finetune"}),
    ],
)
def test_up_and_down_count_node_steps(
    store: Store, recorded: worlds.Nodes, up: int | None, down: int | None, wanted: set[str]
) -> None:
    found = lineage(store, recorded["churn@3"], up=up, down=down)
    assert names(found) == wanted
    assert all(event.artifact_id in {a.id for a in found.artifacts} for event in found.events)
    assert all(event.execution_id in {e.id for e in found.executions} for event in found.events)


def test_a_bounded_lineage_has_all_events_between_its_nodes(store: Store) -> None:
    worlds.plain(store)
    model = worlds.artifact(store, "Model", "m")
    again = worlds.step(store, "Trainer", [model], [model])
    found = lineage(store, model, down=1)
    assert [(event.execution_id, event.type) for event in found.events] == [(again.id, "INPUT"), (again.id, "OUTPUT")]
    assert found.depth(again) == 1


def test_depth_and_role(store: Store, recorded: worlds.Nodes) -> None:
    found = lineage(store, "Model:churn@3")
    depths = {node.name or node.type: found.depth(key) for key, node in found.nodes.items()}
    assert depths == {
        "raw.csv@1": -4,
        "clean": -3,
        "train.csv@2": -2,
        "train": -1,
        "churn@3": 0,
        "evaluate": 1,
        "finetune": 1,
        "scores@3": 2,
        "big@1": 2,
    }
    assert found.role(recorded["churn@3"]) == "Model"
    assert found.role(recorded["train@3"]) == "Train"
    assert found.role(recorded["clean@2"]) == "Process"
    with pytest.raises(NotFoundError, match="not in the lineage of Model:churn@3"):
        found.depth(recorded["churn@1"])


def test_neighbours(store: Store, recorded: worlds.Nodes) -> None:
    found = lineage(store, recorded["churn@3"])
    assert [e.id for e in found.producers(recorded["churn@3"])] == [recorded["train@3"].id]
    assert [e.type for e in found.consumers(recorded["churn@3"].id)] == ["evaluate", "finetune"]
    assert [n.name for n in found.upstream_of(recorded["train@3"])][:2] == ["raw.csv@1", "train.csv@2"]
    assert [n.name or n.type for n in found.downstream_of(recorded["train@3"])] == [
        "churn@3",
        "scores@3",
        "big@1",
        "evaluate",
        "finetune",
    ]
    (edge,) = found.parents(recorded["churn@3"])
    assert (edge.source.id, edge.type, edge.path) == (recorded["train@3"].id, "OUTPUT", ("churn@3",))
    assert found.children(recorded["big@1"]) == []


def test_from_a_step(store: Store, recorded: worlds.Nodes) -> None:
    found = lineage(store, recorded["finetune@1"], up=1, down=1)
    # extra.csv is no part of churn's own lineage, but an input of this step.
    assert names(found) == {"finetune", "churn@3", "extra.csv@1", "big@1"}


def test_types_leave_nodes_out_and_join_what_is_kept(store: Store, recorded: worlds.Nodes) -> None:
    found = lineage(store, recorded["churn@3"], types=["Dataset", "Model"])
    assert names(found) == {"raw.csv@1", "train.csv@2", "churn@3", "big@1"}
    assert found.events == []
    ways = {(found.nodes[e.source].name, found.nodes[e.target].name, e.hidden) for e in found.edges}
    assert ways == {("raw.csv@1", "train.csv@2", 1), ("train.csv@2", "churn@3", 1), ("churn@3", "big@1", 1)}
    assert found.depth(recorded["raw.csv@1"]) == -4
    document = found.to_json()
    assert {"source", "target", "hidden"} == set(document["ways"][0])
    assert document["events"] == []


def test_types_keep_events_between_what_is_kept_and_the_start(store: Store, recorded: worlds.Nodes) -> None:
    found = lineage(store, recorded["churn@3"], types=["train", "Metrics"])
    assert names(found) == {"churn@3", "train", "scores@3"}
    assert [(event.artifact_id, event.type) for event in found.events] == [(recorded["churn@3"].id, "OUTPUT")]
    (way,) = [edge for edge in found.edges if edge.event is None]
    assert way == Edge(Key("artifact", recorded["churn@3"].id), Key("artifact", recorded["scores@3"].id), hidden=1)
    with pytest.raises(NotFoundError, match="There is no type Modle"):
        lineage(store, recorded["churn@3"], types=["Modle"])


def test_a_type_may_be_a_role(store: Store) -> None:
    nodes = worlds.tfx(store)
    found = lineage(store, nodes["transformed"], types=["model"])
    assert {node.type for node in found.artifacts} == {"Examples", "Model", "PushedModel"}
    assert {node.type for node in lineage(store, nodes["transformed"], types=["Blessing"]).artifacts} == {
        "Examples",
        "ModelBlessing",
    }


def test_a_long_way_is_one_edge_with_its_length(store: Store) -> None:
    worlds.plain(store)
    first = worlds.artifact(store, "Dataset", "d")
    last = worlds.artifact(store, "Model", "m")
    before = first
    for number in range(3):
        after = worlds.artifact(store, "Thing", f"t{number}")
        worlds.step(store, "Step", [before], [after])
        before = after
    worlds.step(store, "Trainer", [before], [last])
    worlds.step(store, "Step", [before], [last])
    found = lineage(store, last, types=["Dataset"])
    assert [(e.source.id, e.target.id, e.hidden) for e in found.edges] == [(first.id, last.id, 7)]


def test_cycles_end(store: Store) -> None:
    worlds.plain(store)
    model = worlds.artifact(store, "Model", "m")
    data = worlds.artifact(store, "Dataset", "d")
    train = worlds.step(store, "Trainer", [data], [model])
    again = worlds.step(store, "Step", [model], [model, data])
    found = lineage(store, model)
    assert {key.id for key in found.nodes if key.kind == "execution"} == {train.id, again.id}
    assert len(found.events) == 5
    assert found.depth(model) == 0
    assert found.depth(again) == -1
    assert {label(node) for node in found.upstream_of(model)} == {label(n) for n in (model, data, train, again)}
    narrowed = lineage(store, model, types=["Model"])
    assert [(e.source, e.target) for e in narrowed.edges] == [(Key("artifact", model.id or 0),) * 2]


def test_an_artifact_that_does_not_exist(store: Store) -> None:
    worlds.plain(store)
    model = worlds.artifact(store, "Model", "m")
    train = Execution(type="Trainer")
    store.put(
        executions=[train],
        events=[Event(model, train, "OUTPUT"), Event(4711, train, "INPUT")],
        options=PutOptions(allow_missing_artifacts=True),
    )
    found = lineage(store, model)
    assert list(found.missing) == [Key("artifact", 4711)]
    assert len(found) == 2
    assert found.depth(Key("artifact", 4711)) == -2
    assert found.role(Key("artifact", 4711)) is None
    assert found.to_json()["missing"] == [4711]
    assert found.to_networkx().nodes["artifact", 4711]["missing"] is True
    assert label(found.upstream_of(model)[0]) == label(train)


def test_all_event_types_point_with_the_data(store: Store) -> None:
    worlds.plain(store)
    step = Execution(type="Step")
    artifacts = {
        kind: Artifact(type="Thing", name=kind)
        for kind in (
            "DECLARED_INPUT",
            "INPUT",
            "INTERNAL_INPUT",
            "DECLARED_OUTPUT",
            "OUTPUT",
            "INTERNAL_OUTPUT",
            "PENDING_OUTPUT",
        )
    }
    store.put(
        artifacts=list(artifacts.values()),
        executions=[step],
        events=[Event(each, step, kind) for kind, each in artifacts.items()],
    )
    found = lineage(store, step, up=1)
    assert {node.name for node in found.artifacts} == {"DECLARED_INPUT", "INPUT", "INTERNAL_INPUT"}
    assert len(lineage(store, step, down=1).artifacts) == 4


def test_json(store: Store, recorded: worlds.Nodes) -> None:
    model, train = recorded["churn@3"], recorded["train@3"]
    document = lineage(store, model, up=1).to_json()
    (event,) = document.pop("events")
    assert event.pop("time") > 0
    assert event == {"artifact": model.id, "execution": train.id, "type": "OUTPUT", "path": ["churn@3"]}
    assert document["start"] == document["nodes"][0]
    assert set(document) == {"start", "nodes"}
    assert document["nodes"][0] == {
        "kind": "artifact",
        "id": model.id,
        "type": "Model",
        "name": "churn@3",
        "uri": "file:///data/churn.3",
        "state": "LIVE",
        "properties": {"display_name": "churn", "version": 3, "digest": "sha256:churn3", "size": 10},
        "custom_properties": {"auc": 0.3},
        "created": model.created,
        "updated": model.updated,
    }
    assert document["nodes"][1]["kind"] == "execution"
    assert document["nodes"][1]["uri"] is None
    json.dumps(document, allow_nan=False)


def test_networkx(store: Store, recorded: worlds.Nodes) -> None:
    import networkx

    found = lineage(store, recorded["churn@3"])
    graph = found.to_networkx()
    assert isinstance(graph, networkx.MultiDiGraph)
    assert set(graph.nodes) == {(key.kind, key.id) for key in found.nodes}
    model = graph.nodes["artifact", recorded["churn@3"].id]
    assert model["display_name"] == "churn"
    assert (model["kind"], model["type"], model["role"], model["state"]) == ("artifact", "Model", "Model", "LIVE")
    assert sorted(key for _, _, key in graph.edges(keys=True)) == [event.id for event in found.events]
    for source, target, data in graph.edges(data=True):
        assert (source[0], target[0]) == (
            ("artifact", "execution") if data["type"] == "INPUT" else ("execution", "artifact")
        )
    upstream = networkx.ancestors(graph, ("artifact", recorded["churn@3"].id))
    assert upstream == {(node.kind, node.id) for node in found.upstream_of(recorded["churn@3"])}


def test_bad_input(store: Store, recorded: worlds.Nodes) -> None:
    with pytest.raises(InvalidArgumentError, match="up counts node steps"):
        lineage(store, recorded["churn@3"], up=-1)
    with pytest.raises(InvalidArgumentError, match=r"Run:churn@1 is a context, and lineage is of artifacts"):
        lineage(store, recorded["run@1"])
    with pytest.raises(NotFoundError, match="Run is a type of contexts, and an artifact or an execution is wanted"):
        lineage(store, "Run:churn")
    assert lineage(store, "churn").start.name == "churn@3"
    with pytest.raises(InvalidArgumentError, match="has no id yet"):
        lineage(store, Artifact(type="Model", name="new"))


def test_a_lineage_of_nothing_else(store: Store, recorded: worlds.Nodes) -> None:
    worlds.add_types(store, "artifact", "Thing")
    alone = worlds.artifact(store, "Thing", "alone")
    found = lineage(store, alone)
    assert (len(found), list(found.edges), found.depth(alone)) == (1, [], 0)


def test_nodes_are_read_when_they_are_looked_at(store: Store, recorded: worlds.Nodes) -> None:
    with store.backend.tracing() as requests:
        found = lineage(store, recorded["churn@3"])
        assert len(found) == 9
        assert len(found.events) == 8
        assert found.depth(recorded["raw.csv@1"]) == -4
        assert len(requests) == 1  # the walk
        assert len(found.artifacts) == 5
        assert len(requests) == 2


def test_importing_the_questions_loads_no_heavy_library() -> None:
    code = "import sys, graphmeta.query; print(sorted({'neo4j', 'networkx', 'google.protobuf'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
