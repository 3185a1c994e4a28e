"""SVG, DOT and Mermaid: well formed whatever the names, the same every time, and saying what they show."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings

from graphmeta import query
from graphmeta.model import Artifact, Event, Execution
from graphmeta.query import Key
from graphmeta.render.dot import to_dot
from graphmeta.render.graph import Vertex, graph_of
from graphmeta.render.mermaid import to_mermaid
from graphmeta.render.svg import draw, key_text, style, to_svg
from graphmeta.store import PutOptions, Store
from tests.render.drawings import HOSTILE, diamond, fan, pair, rewritten, texts, types

SVG = "{http://www.w3.org/2000/svg}"
any_name = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


def classes(picture: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [element for element in picture.iter() if name in (element.get("class") or "").split()]


# ---------------------------------------------------------------- any name


@any_name
@given(name=texts)
def test_any_name_gives_well_formed_pictures(sqlite_store: Store, name: str) -> None:
    check(query.lineage(sqlite_store, pair(sqlite_store, name)))


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_give_well_formed_pictures(sqlite_store: Store, name: str) -> None:
    check(query.lineage(sqlite_store, pair(sqlite_store, name)))


def check(lineage: query.Lineage) -> None:
    """All three pictures of a dataset, a step and a model."""
    picture = to_svg(lineage)
    root = parsed(picture)
    assert len(classes(root, "gm-node")) == 3
    assert len(classes(root, "gm-edge")) == 2
    assert not list(root.iter(f"{SVG}script"))
    assert len(picture) < 20_000
    statements = to_dot(lineage).splitlines()
    assert len(statements) == 10
    assert all(DOT_LINE.fullmatch(line) for line in statements)
    flowchart = to_mermaid(lineage).splitlines()
    assert all(MERMAID_LINE.fullmatch(line) for line in flowchart)
    assert sum(" --> " in line for line in flowchart) == 2


_QUOTED = r'"(?:[^"\\\x00-\x1f\x7f-\x9f]|\\["\\n])*"'
DOT_LINE = re.compile(
    rf"digraph lineage {{|  rankdir=LR;|}}|  \w+ \[(?:\w+=(?:{_QUOTED}|\d+)(?:, )?)+\];"
    r"|  \w+ -> \w+(?: \[style=\w+\])?;"
)
_LABEL = r'"(?:[^\x00-\x1f\x7f-\x9f"#<>`\\&]|#\d+;|<br/>)*"'
MERMAID_LINE = re.compile(
    rf"flowchart LR|  \w+(?:\[{_LABEL}\]|\({_LABEL}\)):::\w+|  \w+ (?:-->|-\.->) \w+"
    r"|  classDef \w+ [\w:#,]+|  style \w+ [\w -]+:[\w ]+"
)


def test_the_patterns_above_refuse_what_breaks_out() -> None:
    assert not DOT_LINE.fullmatch('  artifact_1 [label="a" b="c"];x')
    assert not DOT_LINE.fullmatch('  artifact_1 [label="a\\"];')
    assert not MERMAID_LINE.fullmatch('  artifact_1("a" --> b"):::grey')


# ---------------------------------------------------------------- SVG


def test_svg_is_the_same_every_time(sqlite_store: Store) -> None:
    lineage = diamond(sqlite_store)
    assert to_svg(lineage) == to_svg(query.lineage(sqlite_store, lineage.start))


def test_svg_says_what_it_is_to_those_who_do_not_see_it(sqlite_store: Store) -> None:
    root = parsed(to_svg(diamond(sqlite_store)))
    assert root.get("role") == "group"
    assert root.get("aria-label") == "Lineage of Metrics:scores: 4 artifacts and 3 executions"
    titles = [node.findtext(f"{SVG}title") for node in classes(root, "gm-node")]
    assert "train-2 (train, execution/2), CACHED" in " ".join(title or "" for title in titles)


def test_svg_fits_its_view_box(sqlite_store: Store) -> None:
    root = parsed(to_svg(diamond(sqlite_store)))
    _, _, width, height = map(float, (root.get("viewBox") or "").split())
    assert (root.get("width"), root.get("height")) == (f"{width:g}", f"{height:g}")
    for box in root.iter(f"{SVG}rect"):
        if box.get("x") is not None:
            assert float(box.get("x") or 0) + float(box.get("width") or 0) <= width
            assert float(box.get("y") or 0) + float(box.get("height") or 0) <= height


def test_svg_marks_the_start_and_the_states(sqlite_store: Store) -> None:
    root = parsed(to_svg(diamond(sqlite_store)))
    assert len(classes(root, "gm-ring")) == 1
    assert sorted(badge.text or "" for badge in classes(root, "gm-badge")) == ["cached", "running"]


def test_svg_has_rounded_artifacts_and_square_executions(sqlite_store: Store) -> None:
    root = parsed(to_svg(diamond(sqlite_store)))
    corners = [box.get("rx") for node in classes(root, "gm-node") for box in classes(node, "gm-box")]
    assert (corners.count("14"), corners.count(None)) == (4, 3)


def test_svg_draws_the_nearest_nodes_of_many_and_says_how_many_it_left_out(sqlite_store: Store) -> None:
    picture = to_svg(fan(sqlite_store, 20), most=30)
    assert len(classes(parsed(picture), "gm-node")) == 30
    assert "The 30 nodes nearest to data are drawn; 11 more are left out: 11 downstream." in picture
    steps = [
        node for node in classes(parsed(picture), "gm-node") if "execution/" in (node.findtext(f"{SVG}title") or "")
    ]
    assert len(steps) == 20, "the steps are nearer to the dataset than the models"


def test_svg_has_a_dark_side_for_every_colour_it_uses(sqlite_store: Store) -> None:
    picture = to_svg(diamond(sqlite_store))
    dark = picture.partition("prefers-color-scheme:dark")[2].partition("</style>")[0]
    used = {name for element in parsed(picture).iter() for name in (element.get("class") or "").split()}
    coloured = {name for name in used if re.search(rf"\.{name}[ {{,]", style())}
    named = {"gm-lineage", "gm-node", "gm-edge", "gm-badge", "gm-picture", "gm-legend", "gm-start", "gm-box"}
    assert used - named == coloured - named
    coloured -= named
    assert coloured
    assert {name for name in coloured if f".{name}{{" not in dark} == set()


def test_a_cycle_is_drawn_with_an_edge_each_way(sqlite_store: Store) -> None:
    lineage = query.lineage(sqlite_store, rewritten(sqlite_store))
    assert len(classes(parsed(to_svg(lineage)), "gm-edge")) == 2
    assert "artifact_1 -> execution_1" in to_dot(lineage)
    assert "execution_1 -> artifact_1" in to_dot(lineage)


def test_an_artifact_that_does_not_exist_is_drawn_as_such(sqlite_store: Store) -> None:
    model = pair(sqlite_store, "m")
    step = query.lineage(sqlite_store, model, up=1).executions[0]
    late = Execution(type="train")
    options = PutOptions(allow_missing_artifacts=True)
    sqlite_store.put(
        executions=[late], events=[Event(99, late, "OUTPUT"), Event(model, late, "INPUT")], options=options
    )
    assert step.id != late.id
    lineage = query.lineage(sqlite_store, model)
    for picture in (to_svg(lineage), to_dot(lineage), to_mermaid(lineage)):
        assert "not in the store" in picture


def test_ways_whose_nodes_are_left_out_are_dotted(sqlite_store: Store) -> None:
    model = pair(sqlite_store, "m")
    lineage = query.lineage(sqlite_store, model, types=["Dataset", "Model"])
    assert "1 node between them is not shown" in to_svg(lineage)
    assert "[style=dotted]" in to_dot(lineage)
    assert "-.->" in to_mermaid(lineage)


# ---------------------------------------------------------------- notebooks


def test_a_notebook_shows_the_picture(sqlite_store: Store) -> None:
    root = parsed(diamond(sqlite_store)._repr_html_())
    assert len(classes(root, "gm-node")) == 7
    assert not [element for element in root.iter() if element.tag == f"{SVG}script"]
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]


def test_pictures_of_one_notebook_have_no_id_in_common(sqlite_store: Store) -> None:
    lineage = diamond(sqlite_store)
    pictures = [lineage, query.lineage(sqlite_store, lineage.start, up=1), query.lineage(sqlite_store, "artifact/1")]
    ids = [element.get("id") for each in pictures for element in parsed(each._repr_html_()).iter() if element.get("id")]
    assert len(ids) == len(set(ids)) == 7 + 2 + 7
    assert lineage._repr_html_() == lineage._repr_html_()


def test_a_notebook_folds_what_is_large(sqlite_store: Store) -> None:
    lineage = fan(sqlite_store, 140)
    assert [node.get("data-members") for node in classes(parsed(lineage._repr_html_()), "gm-folded")] == ["140", "140"]
    assert len(lineage._repr_html_()) < 15_000


# ---------------------------------------------------------------- links, ways, folds


def test_every_node_is_a_link_with_a_name(sqlite_store: Store) -> None:
    lineage = diamond(sqlite_store)
    root = parsed(to_svg(lineage))
    nodes = classes(root, "gm-node")
    assert {node.tag for node in nodes} == {f"{SVG}a"}
    assert {node.get("data-key") for node in nodes} == {key_text(key) for key in lineage.nodes}
    assert [node.get("href") for node in nodes] == [f"#{node.get('id')}" for node in nodes]
    assert {node.get("aria-label") for node in nodes} >= {
        "Model m@1, artifact 2, live",
        "Metrics scores, artifact 4, start",
        "train train-2, execution 2, cached",
        "evaluate judge, execution 3, running",
    }
    assert [node.get("data-key") for node in classes(root, "gm-start")] == ["artifact/4"]


def test_links_lead_where_the_caller_says(sqlite_store: Store) -> None:
    def link(vertex: Vertex) -> str:
        return f'/lineage?node={vertex.key.id}&x="<'

    root = parsed(draw(graph_of(diamond(sqlite_store)), link=link))
    assert {node.get("href") for node in classes(root, "gm-node")} == {
        f'/lineage?node={number}&x="<' for number in range(1, 5)
    }


def test_edges_say_whom_they_join(sqlite_store: Store) -> None:
    lineage = diamond(sqlite_store)
    found = {(edge.get("data-from"), edge.get("data-to")) for edge in classes(parsed(to_svg(lineage)), "gm-edge")}
    assert found == {(key_text(edge.source), key_text(edge.target)) for edge in lineage.edges}


WAY = [Key("artifact", 1), Key("execution", 2), Key("artifact", 3), Key("execution", 3)]


def test_a_way_is_marked(sqlite_store: Store) -> None:
    root = parsed(draw(graph_of(diamond(sqlite_store)), marked=WAY))
    marked = classes(root, "gm-marked")
    assert {node.get("data-key") for node in marked if node.get("data-key")} == {key_text(key) for key in WAY}
    edges = [(edge.get("data-from"), edge.get("data-to")) for edge in marked if edge.get("data-from")]
    assert sorted(edges) == sorted((key_text(one), key_text(other)) for one, other in pairwise(WAY))


def test_only_steps_of_a_way_are_marked_between_its_nodes(sqlite_store: Store) -> None:
    graph = graph_of(diamond(sqlite_store))
    ends = [Key("artifact", 1), Key("execution", 1), Key("artifact", 3), Key("execution", 2)]
    for marked, count in ((ends, 2), (set(ends), 3)):
        edges = [edge for edge in classes(parsed(draw(graph, marked=marked)), "gm-marked") if edge.get("data-from")]
        assert len(edges) == count


def test_a_fold_with_a_marked_member_is_marked(sqlite_store: Store) -> None:
    graph = graph_of(fan(sqlite_store, 5), fold=True)
    way = [Key("artifact", 1), Key("execution", 3), Key("artifact", 4)]
    assert len(classes(parsed(draw(graph, marked=way)), "gm-marked")) == 5


def test_a_fold_says_how_many_it_stands_for(sqlite_store: Store) -> None:
    root = parsed(to_svg(fan(sqlite_store, 140), fold=True))
    assert len(classes(root, "gm-node")) == 3
    assert [node.get("data-members") for node in classes(root, "gm-folded")] == ["140", "140"]
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert {"train ×140", "m ×140", "2 stacks stand for 280 nodes that are alike and used alike."} <= set(texts)
    assert root.get("aria-label") == "Lineage of Dataset:data: 141 artifacts and 140 executions"


def test_a_fold_opens(sqlite_store: Store) -> None:
    root = parsed(to_svg(fan(sqlite_store, 4), fold=True, opened=[Key("execution", 2)]))
    assert [node.get("data-members") for node in classes(root, "gm-folded")] == ["4"]
    assert len(classes(root, "gm-node")) == 6


def test_a_long_name_is_cut_and_its_title_has_it_whole(sqlite_store: Store) -> None:
    name = "features/of/customers/by/region/and/month.parquet"
    root = parsed(to_svg(query.lineage(sqlite_store, pair(sqlite_store, name))))
    node = next(each for each in classes(root, "gm-node") if each.get("data-key") == "execution/1")
    assert name in (node.findtext(f"{SVG}title") or "")
    assert "features/of/customer" in (node.findtext(f"{SVG}text") or "")
    assert len(node.findtext(f"{SVG}text") or "") <= 30


def test_a_page_brings_the_style_itself(sqlite_store: Store) -> None:
    picture = draw(graph_of(diamond(sqlite_store)), style=False)
    assert "<style" not in picture
    assert "style=" not in picture


def test_a_picture_of_no_start_has_a_name_of_its_own(sqlite_store: Store) -> None:
    from dataclasses import replace

    graph = graph_of(diamond(sqlite_store), 3)
    graph = replace(graph, vertices=[replace(vertex, start=False) for vertex in graph.vertices])
    picture = draw(graph, name="The run <nightly>")
    root = parsed(picture)
    assert root.get("aria-label") == root.findtext(f"{SVG}title") == "The run <nightly>"
    assert not classes(root, "gm-ring")
    assert "what was asked about" not in picture
    assert "The 3 nodes are drawn; 4 more are left out" in picture


def test_the_state_that_an_older_pipeline_kept_in_a_property_is_shown(sqlite_store: Store) -> None:
    types(sqlite_store)
    data = Artifact(type="Dataset", name="data")
    step = Execution(type="train", state="RUNNING", custom_properties={"kubeflow-kale.org/state": "complete"})
    sqlite_store.put(artifacts=[data], executions=[step], events=[Event(data, step, "INPUT")])
    assert "running" not in to_svg(query.lineage(sqlite_store, data))


def test_no_arrow_ends_within_the_outline_of_the_start(sqlite_store: Store) -> None:
    root = parsed(to_svg(query.lineage(sqlite_store, diamond(sqlite_store).start)))
    (ring,) = classes(root, "gm-ring")
    left, top = float(ring.get("x") or 0), float(ring.get("y") or 0)
    bottom = top + float(ring.get("height") or 0)
    tips = [tuple(map(float, re.findall(r"[\d.]+", head.get("d") or "")[:2])) for head in classes(root, "gm-head")]
    entering = [x for x, y in tips if top <= y <= bottom and left - 20 <= x]
    assert len(entering) == 1
    assert entering[0] <= left


def test_the_second_line_is_the_type_whatever_the_name(sqlite_store: Store) -> None:
    root = parsed(to_svg(diamond(sqlite_store)))
    lines = sorted((node.findall(f"{SVG}text")[1].text or "") for node in classes(root, "gm-node"))
    assert lines == ["Dataset", "Metrics", "Model", "Model", "evaluate step", "train step", "train step"]


def test_what_was_not_read_to_its_end_is_said_in_the_picture(sqlite_store: Store) -> None:
    lineage = fan(sqlite_store, 140)
    picture = to_svg(lineage, fold=True, incomplete="Reading stopped at <999> nodes.")
    parsed(picture)
    assert ">Reading stopped at &lt;999&gt; nodes.<" in picture
    assert "2 stacks stand for 280 nodes or more that are alike" in picture
    assert ">train ×140 or more</text>" in picture
    assert "or more" not in to_svg(lineage, fold=True)
