"""Exports that other programs read back."""

from __future__ import annotations

import io
import json

import networkx

from graphmeta.model import Artifact, Association, Context, Event, Execution, ParentContext
from graphmeta.query import lineage, to_networkx
from graphmeta.render.exports import to_graphml, to_node_link
from graphmeta.store import PutOptions, Store
from tests.query import worlds


def hostile(store: Store) -> None:
    worlds.plain(store)
    name = "<&\"'>\x00\x1b\u202e\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")
    model = Artifact(
        type="Model",
        name=name,
        custom_properties={name: name, "n": 1, "x": 0.5, "ok": True, "s": {"a": [1.0, None]}, "inf": float("inf")},
    )
    other = Artifact(type="Model", custom_properties={"n": 0.25, "ok": 3, "x": "text"})
    step, group, above = Execution(type="Trainer"), Context(type="Group", name="g"), Context(type="Group", name="above")
    store.put(
        artifacts=[model, other],
        executions=[step],
        contexts=[group, above],
        events=[
            Event(model, step, "INPUT", ("k", 0)),
            Event(model, step, "OUTPUT"),
            Event(other, step, "OUTPUT"),
            Event(77_777, step, "INPUT"),
        ],
        associations=[Association(step, group)],
        parents=[ParentContext(group, above)],
        options=PutOptions(allow_missing_artifacts=True),
    )


def _without_ids(graph: networkx.MultiDiGraph) -> networkx.MultiDiGraph:
    """With what JSON makes of tuples, and without the attribute that is the name there."""
    copy = graph.copy()
    for _, data in copy.nodes(data=True):
        data.pop("id")
    for *_, data in copy.edges(data=True):
        data.update({name: list(value) for name, value in data.items() if isinstance(value, tuple)})
    return copy


def written(write, graph) -> bytes:
    file = io.BytesIO()
    write(graph, file)
    return file.getvalue()


def test_node_link_comes_back_whole(store: Store) -> None:
    hostile(store)
    graph = to_networkx(store)
    document = json.loads(written(to_node_link, graph))
    back = networkx.MultiDiGraph()
    for node in document["nodes"]:
        back.add_node(node.pop("id"), **node)
    for link in document["links"]:
        back.add_edge(link.pop("source"), link.pop("target"), **link)
    assert networkx.utils.graphs_equal(
        back, networkx.relabel_nodes(_without_ids(graph), lambda key: f"{key[0]}/{key[1]}")
    )
    assert len(back) == len(graph) == 6
    assert {data["kind"] for _, _, data in back.edges(data=True)} == {"event", "association", "parent"}
    assert [data.get("missing") for _, data in sorted(back.nodes(data=True))].count(True) == 1


def test_graphml_is_xml_that_networkx_reads(store: Store) -> None:
    hostile(store)
    graph = to_networkx(store)
    back = networkx.read_graphml(io.BytesIO(written(to_graphml, graph)), force_multigraph=True)
    assert set(back) == {f"{kind}/{id}" for kind, id in graph}
    assert back.number_of_edges() == graph.number_of_edges()
    model = back.nodes[next(key for key, data in back.nodes(data=True) if "custom_properties.s" in data)]
    assert json.loads(model["custom_properties.s"]) == {"a": [1.0, None]}
    assert model["name"].startswith("<&\"'>") and "\x1b" not in model["name"]


def test_a_lineage_alone(store: Store) -> None:
    world = worlds.recorded(store)
    graph = lineage(store, world["churn@1"], up="all").to_networkx()
    for write in (to_node_link, to_graphml):
        assert written(write, graph)
    back = networkx.read_graphml(io.BytesIO(written(to_graphml, graph)), force_multigraph=True)
    assert len(back) == len(graph)


def test_markdown_shows_names_as_they_are() -> None:
    from graphmeta.render.blocks import Note
    from graphmeta.render.markdown import to_markdown

    shown = next(iter(to_markdown([Note("- __init__ of _raw_ a_b &lt;b&gt; *x*")])))
    assert shown == r"\- \_\_init\_\_ of \_raw\_ a_b \&lt;b\&gt; \*x\*"
    assert next(iter(to_markdown([Note("1. first")]))) == r"1\. first"
