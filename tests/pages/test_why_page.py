"""`/why`: what changed between two artifacts, nearest first."""

from __future__ import annotations

import re

import pytest

from graphmeta.pages.links import link
from graphmeta.store import Store
from graphmeta.testing.pages import browsing
from tests.pages.kit import Html
from tests.query import worlds


def test_changes_stand_by_step_with_their_sides(store: Store) -> None:
    nodes = worlds.recorded(store)
    one, other = nodes["churn@1"], nodes["churn@2"]
    browser = browsing(store)
    found = browser.get(f"/why.json?a={one.id}&b={other.id}").json()
    assert [(place["up"], place["where"]) for place in found["places"]] == [(1, "train"), (2, "clean")]
    train = {(each["kind"], each["key"]): each for each in found["places"][0]["changes"]}
    lr = train["parameter", "lr"]
    assert (lr["before"], lr["after"], lr["sort"], lr["change"]) == (0.1, 0.2, "changed", pytest.approx(0.1))
    data = train["data", "train.csv@1"]
    assert data["before_node"]["id"] == nodes["train.csv@1"].id
    assert data["after_node"]["id"] == nodes["train.csv@2"].id
    assert {each["key"]: each["change"] for each in found["metrics"]} == {
        "auc": pytest.approx(0.1),
        "f1": pytest.approx(0.01),
    }
    page = browser.get(f"/why?a={one.id}&b={other.id}").text
    assert not Html(page).faults
    assert '<td class="before">0.1</td>' in page
    assert '<td class="after">0.2 <span class="faint">+0.1</span></td>' in page
    assert f'href="/artifact/{nodes["train.csv@2"].id}"' in page
    assert page.index(">train <") < page.index(">clean <")


@pytest.mark.parametrize(
    ("before", "after", "sort"),
    [("churn@1", "churn@2", "changed"), ("churn@3", "big@1", "only after"), ("big@1", "churn@3", "only before")],
)
def test_how_the_sides_differ_is_said_in_words(store: Store, before: str, after: str, sort: str) -> None:
    nodes = worlds.recorded(store)
    asked = f"a={nodes[before].id}&b={nodes[after].id}"
    found = browsing(store).get(f"/why.json?{asked}").json()
    assert sort in {each["sort"] for place in found["places"] for each in place["changes"]}
    page = browsing(store).get(f"/why?{asked}").text
    assert f'<span class="how">{sort}</span>' in page
    assert not Html(page).faults


def test_swapped_it_tells_the_same_the_other_way_round(store: Store) -> None:
    nodes = worlds.recorded(store)
    browser = browsing(store)
    page = browser.get(f"/why?a={nodes['churn@1'].id}&b={nodes['churn@2'].id}").text
    swap = re.search(r'href="([^"]*)">⇄ Swap', page)
    assert swap is not None
    there, back = (
        browser.get(address.replace("&amp;", "&").replace("/why?", "/why.json?")).json()
        for address in (f"/why?a={nodes['churn@1'].id}&b={nodes['churn@2'].id}", swap[1])
    )
    assert [(one["before"], one["after"]) for place in there["places"] for one in place["changes"]] == [
        (one["after"], one["before"]) for place in back["places"] for one in place["changes"]
    ]


def test_nothing_changed_is_said(store: Store) -> None:
    worlds.plain(store)
    data = worlds.artifact(store, "Dataset", "data")
    models = [worlds.artifact(store, "Model", f"net@{n}", custom_properties={"auc": n / 10}) for n in (1, 2)]
    for model in models:
        worlds.step(store, "Step", [data], [model], custom_properties={"lr": 0.1})
    page = browsing(store).get(f"/why?a={models[0].id}&b={models[1].id}")
    assert "No change is known" in page.text
    assert "Their metrics differ all the same" in page.text
    assert not Html(page.text).faults


def test_a_node_is_the_same_as_itself(store: Store) -> None:
    nodes = worlds.recorded(store)
    page = browsing(store).get(link("/why", a=nodes["big@1"].id, b="Model:big"))
    assert page.status_code == 200
    assert "are the same node" in page.text


@pytest.mark.parametrize(("asked", "given"), [("b=churn@2", True), ("a=churn@2", True), ("", False)])
def test_what_is_missing_is_suggested(store: Store, asked: str, given: bool) -> None:
    nodes = worlds.recorded(store)
    browser = browsing(store)
    page = browser.get(f"/why?{asked}")
    assert not Html(page.text).faults
    links = [each for each in Html(page.text).links if each.startswith("/why?")]
    ids = {name: f"artifact/{nodes[name].id}" for name in ("churn@1", "churn@2", "churn@3", "big@1")}
    if given:  # pairs of versions, the older first
        assert links == [
            link("/why", a=ids["churn@2"], b=ids["churn@3"]),
            link("/why", a=ids["churn@1"], b=ids["churn@2"]),
        ]
        assert page.text.count("the version before") == 1
        before = page.text.index("the version before")
        assert page.text.rindex("churn@1", 0, before) > page.text.rindex("churn@3", 0, before)
    else:
        assert links == [link("/why", b=ids[name]) for name in ("big@1", "churn@3", "churn@2", "churn@1")]
    assert all(browser.get(each).status_code == 200 for each in links)


def test_an_empty_store_has_the_form(store: Store) -> None:
    page = browsing(store).get("/why")
    assert page.status_code == 200
    assert "Name the two above." in Html(page.text).text


@pytest.mark.parametrize(
    ("asked", "status"), [("a=nobody&b=churn@1", 404), ("a=context/1&b=churn@1", 400), ("a=execution/1", 400)]
)
def test_what_is_no_artifact_is_refused(store: Store, asked: str, status: int) -> None:
    worlds.recorded(store)
    answer = browsing(store).get(f"/why.json?{asked}")
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_a_great_many_changes_are_cut_and_said(store: Store) -> None:
    worlds.plain(store)
    models = [worlds.artifact(store, "Model") for _ in range(2)]
    for number, model in enumerate(models):
        chosen = {f"p{n:03}": n + number for n in range(250)}
        worlds.step(store, "Step", [], [model], custom_properties=chosen)
    answer = browsing(store).get(f"/why?a={models[0].id}&b={models[1].id}").text
    assert "50 changes further up are left out here." in Html(answer).text
    assert f"graphmeta why artifact/{models[0].id} artifact/{models[1].id}" in answer
    assert answer.count('class="before"') == 200


def test_labels_with_colons_lead_to_their_nodes(store: Store) -> None:
    worlds.plain(store)
    worlds.add_types(store, "artifact", "my:Data")
    models = [worlds.artifact(store, "Model") for _ in range(2)]
    tables = [worlds.artifact(store, "my:Data", f"s3://bucket:{n}/table") for n in range(2)]
    for table, model in zip(tables, models, strict=True):
        worlds.step(store, "Step", {("table",): table}, {("model",): model})
    found = browsing(store).get(f"/why.json?a={models[0].id}&b={models[1].id}").json()
    change = found["places"][0]["changes"][0]
    assert [change["before_node"]["id"], change["after_node"]["id"]] == [table.id for table in tables]
