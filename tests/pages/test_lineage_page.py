"""`/lineage/…` and `/path`: what they draw and tell, how one goes on from there, and that they stay within bounds."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest

from graphmeta import query
from graphmeta.model import AnyNode, Artifact, Event, Execution
from graphmeta.pages.views import lineage as lineage_page
from graphmeta.query.excerpt import excerpt
from graphmeta.store import Store
from graphmeta.testing.pages import browsing
from tests.pages.kit import Html
from tests.render.drawings import rewritten, types
from tests.render.test_html import repeated, safe


def chain(store: Store, steps: int) -> list[Artifact]:
    """data@0 -> train -> data@1 -> …"""
    types(store)
    data = [Artifact(type="Dataset", name=f"data@{number}") for number in range(steps + 1)]
    made = [Execution(type="train", name=f"step-{number}", state="COMPLETE") for number in range(steps)]
    events = [Event(data[number], made[number], "INPUT") for number in range(steps)]
    events += [Event(data[number + 1], made[number], "OUTPUT") for number in range(steps)]
    store.put(artifacts=data, executions=made, events=events)
    return data


def keys(document: dict[str, Any]) -> list[str]:
    """The nodes of a lineage's JSON."""
    return [f"{each['kind']}/{each['id']}" for each in document["nodes"]]


def asked(page: str, words: str) -> dict[str, list[str]]:
    """What a link with these words asks."""
    found = re.search(rf'<a[^>]*href="([^"]*)"[^>]*>{words}</a>', page)
    assert found is not None, words
    return parse_qs(urlsplit(found[1].replace("&amp;", "&")).query)


# ---------------------------------------------------------------- what was read


@pytest.mark.parametrize("up", [0, 1, 3, None])
@pytest.mark.parametrize("down", [0, 2, None])
def test_an_excerpt_within_its_bounds_is_the_lineage(demo_store: Store, up: int | None, down: int | None) -> None:
    nodes: list[AnyNode] = [*demo_store.artifacts(), *demo_store.executions()]
    for node in nodes:
        whole = query.lineage(demo_store, node, up="all" if up is None else up, down="all" if down is None else down)
        found = excerpt(demo_store, node, up=up, down=down, most=1000)
        assert found.complete
        assert found.lineage.to_json() == whole.to_json()


def test_an_excerpt_ends_where_told_and_says_so(store: Store) -> None:
    data = repeated(store, 30)
    found = excerpt(store, data, up=None, down=None, most=20)
    assert not found.complete
    assert len(found.lineage) == 19  # a step comes with its model, or not at all
    assert [each.id for each in found.lineage.executions] == list(range(1, 10))  # the lowest ids of the first step
    assert [each.id for each in found.lineage.artifacts] == list(range(1, 11))
    assert {event.execution_id for event in found.lineage.events} == set(range(1, 10))
    assert excerpt(store, data, up=None, down=1, most=31).complete


def test_an_excerpt_survives_cycles_filters_and_what_is_missing(store: Store) -> None:
    data = rewritten(store)
    whole = query.lineage(store, data)
    found = excerpt(store, data, up=None, down=None, most=100)
    assert found.complete
    assert found.lineage.to_json() == whole.to_json()
    only = excerpt(store, data, up=None, down=None, most=100, types=["train"])
    assert len(only.lineage) == 2
    assert only.lineage.edges == query.lineage(store, data, types=["train"]).edges
    assert len(only.unfiltered) == 2


# ---------------------------------------------------------------- the lineage page


def test_the_page_and_its_twin_tell_the_lineage(store: Store) -> None:
    data = chain(store, 4)
    browser = browsing(store)
    document = browser.get(f"/lineage/artifact/{data[2].id}.json?up=2&down=all").json()
    whole = query.lineage(store, data[2], up=2, down="all")
    assert {(each["kind"], each["id"]): each["depth"] for each in document["nodes"]} == {
        (key.kind, key.id): whole.depth(key) for key in whole.nodes
    }
    assert keys(document)[0] == "artifact/2"  # the furthest upstream first
    assert {(each["source"], each["target"], *each["types"]) for each in document["edges"]} == {
        (f"{edge.source.kind}/{edge.source.id}", f"{edge.target.kind}/{edge.target.id}", edge.type)
        for edge in whole.edges
    }
    assert document["complete"] is True
    assert document["left_out"] == 0
    assert document["types"] == ["Dataset", "train"]
    page = browser.get(f"/lineage/artifact/{data[2].id}?up=2&down=all").text
    assert Html(page).faults == []
    for text in ('class="gm-living"', 'id="artifact-2"', "7 nodes and 6 edges drawn", "MATCH"):
        assert text in page


def test_each_side_grows_and_shrinks_and_keeps_the_rest(store: Store) -> None:
    data = chain(store, 6)
    page = browsing(store).get(f"/lineage/artifact/{data[3].id}?up=2&down=1&fold=none&to=artifact/5").text
    kept = {"fold": ["none"], "to": ["artifact/5"]}
    links = [parse_qs(urlsplit(each.replace("&amp;", "&")).query) for each in re.findall(r'href="([^"]*)">One', page)]
    assert links == [
        {"up": ["1"], "down": ["1"], **kept},
        {"down": ["1"], **kept},  # 3 is what it is without being asked
        {"up": ["2"], "down": ["0"], **kept},
        {"up": ["2"], "down": ["2"], **kept},
    ]


def test_types_are_kept_and_offered(store: Store) -> None:
    data = chain(store, 2)
    browser = browsing(store)
    address = f"/lineage/artifact/{data[0].id}?down=all&type=Dataset"
    document = browser.get(address.replace("?", ".json?")).json()
    assert keys(document) == ["artifact/1", "artifact/2", "artifact/3"]
    assert [each["hidden"] for each in document["edges"]] == [1, 1]
    page = browser.get(address).text
    assert '<option value="train">' in page  # what else there is
    assert '<option value="Dataset">' in page.split('name="until"', 2)[-1]
    assert asked(page, 'Only Dataset <span aria-hidden="true">×</span><span class="unseen">: leave away</span>') == {
        "down": ["all"]
    }


def test_folds_open_and_close_by_links(store: Store) -> None:
    data = repeated(store, 12)
    browser = browsing(store)
    document = browser.get(f"/lineage/artifact/{data.id}.json").json()
    assert {each["key"]: len(each["members"]) for each in document["folds"]} == {"execution/1": 12, "artifact/2": 12}
    assert document["drawn"] == 3
    assert len(document["nodes"]) == 25
    page = browser.get(f"/lineage/artifact/{data.id}").text
    (leads,) = re.findall(r'class="gm-node gm-folded" id="execution-1" href="([^"]*)"', page)
    opened = browser.get(leads.replace("&amp;", "&")).text
    assert opened.count('class="gm-node"') == 12  # the steps; what they made stays folded
    assert opened.count('class="gm-node gm-folded"') == 1
    assert asked(opened, "Fold again").get("open") is None
    assert browser.get(f"/lineage/artifact/{data.id}.json?fold=none").json()["folds"] == []


def test_the_way_to_a_node_is_marked(store: Store) -> None:
    data = chain(store, 4)
    browser = browsing(store)
    address = f"/lineage/artifact/{data[1].id}?to=Dataset:data@2"
    document = browser.get(address.replace("?", ".json?")).json()
    assert sorted(document["way"]) == ["artifact/2", "artifact/3", "execution/2"]
    page = browser.get(address).text
    marked = re.findall(r'class="gm-node[^"]* gm-marked" id="([^"]*)"', page)
    assert sorted(marked) == ["artifact-2", "artifact-3", "execution-2"]
    far = browser.get(f"/lineage/artifact/{data[1].id}?to=Dataset:data@4&down=1").text
    assert "No way between the start and artifact/5 is drawn here" in far
    assert "gm-marked" not in far


def test_it_can_be_had_as_files_that_stand_alone(store: Store) -> None:
    data = chain(store, 2)
    browser = browsing(store)
    picture = browser.get(f"/lineage/artifact/{data[0].id}.svg?down=2&fold=none")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert picture.headers["content-disposition"] == 'attachment; filename="graphmeta-lineage-artifact-1.svg"'
    assert len(ElementTree.fromstring(picture.text).findall(".//{http://www.w3.org/2000/svg}a")) == 3
    document = browser.get(f"/lineage/artifact/{data[0].id}.html?down=2")
    assert document.headers["content-disposition"] == 'attachment; filename="graphmeta-lineage-artifact-1.html"'
    assert "about-artifact-2" in safe(document.text).ids
    rows = browser.get(f"/lineage/artifact/{data[0].id}.csv?down=2").text.splitlines()
    assert rows[0] == "depth,kind,id,type,title,state,before"
    assert rows[2].startswith("1,execution,1,train,step-0,COMPLETE,artifact/1")
    page = browser.get(f"/lineage/artifact/{data[0].id}?down=2").text
    for form in ("svg", "html", "csv"):
        assert f'href="/lineage/artifact/1.{form}?down=2"' in page


def test_the_cypher_asks_the_same(store: Store) -> None:
    data = chain(store, 4)
    page = browsing(store).get(f"/lineage/artifact/{data[2].id}?up=2&down=1").text
    asked_of_neo4j = query_text(page)
    assert asked_of_neo4j.count(":params") >= 3
    assert "EVENT" in asked_of_neo4j
    past = query_text(browsing(store).get(f"/lineage/artifact/{data[2].id}?up=2&down=1&at=2999-01-01").text)
    assert past != asked_of_neo4j


def query_text(page: str) -> str:
    """The Cypher of a page."""
    found = re.search(r"<pre tabindex=\"0\">(.*?)</pre>", page, re.DOTALL)
    assert found is not None
    return found[1]


def test_a_store_of_many_nodes_is_read_in_part(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lineage_page, "MOST_READ", 40)
    data = repeated(sqlite_store, 100)
    browser = browsing(sqlite_store)
    address = f"/lineage/artifact/{data.id}?down=all&fold=none"
    document = browser.get(address.replace("?", ".json?")).json()
    assert document["complete"] is False
    assert len(document["nodes"]) == 39
    assert "There is more: reading stopped at 40 nodes on a side" in browser.get(address).text
    assert "`graphmeta impact artifact/1` counts everything downstream" in " ".join(document["notes"])
    for form in ("svg", "html"):
        file = browser.get(address.replace("?", f".{form}?").replace("&fold=none", ""))
        assert "There is more: reading stopped at 40 nodes on a side" in file.text
        assert "--no-fold" not in file.text
    whole = browser.get(f"/lineage/artifact/{data.id}.svg?down=0")
    assert "There is more" not in whole.text


def test_what_is_not_drawn_is_counted(sqlite_store: Store) -> None:
    data = repeated(sqlite_store, 400)
    browser = browsing(sqlite_store)
    document = browser.get(f"/lineage/artifact/{data.id}.json?fold=none").json()
    assert document["drawn"] == len(document["nodes"]) == 500
    assert document["left_out"] == 301
    page = browser.get(f"/lineage/artifact/{data.id}?fold=none")
    assert "Not drawn: 301 nodes further away." in page.text
    assert len(page.content) < 1_000_000


def test_a_node_that_nothing_joins_says_what_to_do(store: Store) -> None:
    types(store)
    store.put(artifacts=[Artifact(type="Model", name="alone")])
    assert "Nothing else was found" in browsing(store).get("/lineage/artifact/1").text


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/lineage/artifact/4711", 404, "There is no artifact 4711"),
        ("/lineage/context/1", 404, "There is no lineage of a context"),
        ("/lineage/artifact/1?up=-1", 400, "up counts node steps"),
        ("/lineage/artifact/1?type=Nonsense", 404, "Nonsense"),
        ("/lineage/artifact/1?to=nobody", 404, "nobody"),
        ("/lineage/artifact/1?open=nonsense&open=artifact/x", 200, "Lineage of"),
        ("/path?from=1&to=context/1", 400, "context"),
        ("/path?from=1&to=3&limit=0", 400, "limit is a whole number from 1"),
    ],
)
def test_what_cannot_be_asked_is_said(sqlite_store: Store, address: str, status: int, said: str) -> None:
    chain(sqlite_store, 2)
    answer = browsing(sqlite_store).get(address)
    assert answer.status_code == status
    assert said in answer.text


# ---------------------------------------------------------------- the path page


def test_ways_are_drawn_and_listed(store: Store) -> None:
    data = chain(store, 3)
    short = Execution(type="train", name="short cut")
    store.put(executions=[short], events=[Event(data[0], short, "INPUT"), Event(data[3], short, "OUTPUT")])
    browser = browsing(store)
    document = browser.get("/path.json?from=Dataset:data@0&to=artifact/4").json()
    assert [way["length"] for way in document["ways"]] == [2, 6]
    assert [(step["event"], step["key"]) for step in document["ways"][0]["steps"]] == [
        (None, "artifact/1"),
        ("INPUT", "execution/4"),
        ("OUTPUT", "artifact/4"),
    ]
    page = browser.get("/path?from=Dataset:data@0&to=artifact/4&show=2").text
    assert Html(page).faults == []
    assert set(re.findall(r'gm-marked" id="([^"]*)"', page)) == {
        *(f"artifact-{number}" for number in range(1, 5)),
        *(f"execution-{number}" for number in range(1, 4)),
    }
    assert "show" not in asked(page, "mark it")  # the first is marked without being asked for
    assert "and 1 more steps" not in page


def test_no_way_is_said_with_what_to_ask_instead(store: Store) -> None:
    data = chain(store, 2)
    browser = browsing(store)
    page = browser.get(f"/path?from={data[2].id}&to={data[0].id}").text
    assert "It is the other way round" in page
    assert asked(page, "Ask the other way round") == {"from": ["artifact/1"], "to": ["artifact/3"]}
    assert browser.get("/path.json?from=3&to=1").json()["ways"] == []
    assert "are the same node" in browser.get("/path?from=1&to=1").text


def test_the_form_comes_first(store: Store) -> None:
    page = browsing(store).get("/path").text
    assert Html(page).faults == []
    assert 'name="from"' in page
    assert "Name two nodes" in page


def test_a_path_looks_through_so_many_nodes_at_most(store: Store) -> None:
    data = chain(store, 20)
    found = query.path(store, data[0], data[20], limit=2, most=10)
    assert found.ways == []
    assert "10 nodes at most, those nearest to Dataset:data@20" in found.notes[0]
    near = query.path(store, data[19], data[20], limit=2, most=10)
    assert [len(way) for way in near.ways] == [2]
    assert len(query.path(store, data[0], data[20], most=1000).ways) == 1
