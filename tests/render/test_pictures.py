"""SVG, DOT and Mermaid: well formed whatever the names, the same every time, and saying what they show."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings

from graphmeta import query
from graphmeta.model import Event, Execution
from graphmeta.render.dot import to_dot
from graphmeta.render.mermaid import to_mermaid
from graphmeta.render.svg import to_svg
from graphmeta.store import PutOptions, Store
from tests.render.drawings import HOSTILE, diamond, fan, pair, rewritten, texts

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
    assert root.get("role") == "img"
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
    corners = [node.find(f"{SVG}rect").get("rx") for node in classes(root, "gm-node")]  # type: ignore[union-attr]
    assert (corners.count("14"), corners.count(None)) == (4, 3)


def test_svg_draws_the_nearest_nodes_of_many_and_says_how_many_it_left_out(sqlite_store: Store) -> None:
    picture = to_svg(fan(sqlite_store, 20), most=30)
    assert len(classes(parsed(picture), "gm-node")) == 30
    assert "The 30 nodes nearest to data are drawn; 11 more are left out." in picture
    steps = [
        node for node in classes(parsed(picture), "gm-node") if "execution/" in (node.findtext(f"{SVG}title") or "")
    ]
    assert len(steps) == 20, "the steps are nearer to the dataset than the models"


def test_svg_has_a_dark_side_for_every_colour_it_uses(sqlite_store: Store) -> None:
    picture = to_svg(diamond(sqlite_store))
    dark = picture.partition("prefers-color-scheme:dark")[2].partition("</style>")[0]
    used = {name for element in parsed(picture).iter() for name in (element.get("class") or "").split()}
    coloured = used - {"gm-lineage", "gm-node", "gm-edge", "gm-badge"}
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


def test_a_notebook_shows_the_picture(sqlite_store: Store) -> None:
    assert "<svg " in diamond(sqlite_store)._repr_html_()


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
