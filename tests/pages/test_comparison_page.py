"""`/compare`: what differs stands side by side, and a metric across versions."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from graphmeta.model import Artifact
from graphmeta.pages.views import comparison
from graphmeta.store import Store
from graphmeta.testing.pages import browsing
from tests.pages.kit import Html
from tests.query import worlds


def compared(store: Store, *names: str) -> tuple[worlds.Nodes, str]:
    nodes = worlds.recorded(store)
    return nodes, ",".join(str(nodes[name].id) for name in names)


def test_what_differs_is_shown_and_marked(store: Store) -> None:
    nodes, ids = compared(store, "churn@1", "churn@2", "churn@3")
    page = browsing(store).get(f"/compare?ids={ids}")
    assert page.status_code == 200
    assert not Html(page.text).faults
    for name in ("churn@1", "churn@2", "churn@3"):
        assert f'href="/artifact/{nodes[name].id}"' in page.text
    row = page.text[page.text.index("sort=params.lr") :].partition("</tr>")[0]
    cells = re.findall(r"<td( class=\"marked\")?>(.*?)</td>", row, re.DOTALL)
    assert [(bool(marked), "≠" in cell) for marked, cell in cells] == [(False, False), (True, True), (True, True)]
    assert [cell.rpartition(" ")[2] or cell for _, cell in cells] == ["0.1", "0.2", "0.3"]
    assert "epochs" not in page.text  # the same in all of them


def test_what_is_the_same_is_shown_on_demand(store: Store) -> None:
    _, ids = compared(store, "churn@1", "churn@2")
    browser = browsing(store)
    short, whole = (browser.get(f"/compare.json?ids={ids}{more}").json() for more in ("", "&all=1"))
    assert all(row["differs"] for row in short["rows"])
    assert [row for row in whole["rows"] if row["differs"]] == short["rows"]
    assert len(whole["rows"]) - len(short["rows"]) == short["same"] > 0
    assert {"section": "params", "key": "epochs", "values": [5, 5], "differs": False, "unlike": [False] * 2} in whole[
        "rows"
    ]


def test_nodes_are_named_again_and_again_and_stand_there_once(store: Store) -> None:
    nodes, _ = compared(store)
    found = browsing(store).get("/compare.json?ids=Model:churn@1,churn@3&ids=Model:churn@1&ids=big").json()
    assert [node["id"] for node in found["nodes"]] == [nodes[name].id for name in ("churn@1", "churn@3", "big@1")]


@pytest.mark.parametrize(("more", "order"), [("", ["1", "2", "3"]), ("&descending=1", ["3", "2", "1"])])
def test_a_row_sorts_the_nodes(store: Store, more: str, order: list[str]) -> None:
    _, ids = compared(store, "churn@2", "churn@3", "churn@1")
    found = browsing(store).get(f"/compare.json?ids={ids}&sort=metrics.auc{more}").json()
    assert [node["name"][-1] for node in found["nodes"]] == order
    assert next(row for row in found["rows"] if row["key"] == "auc")["values"] == [int(each) / 10 for each in order]


def test_a_node_is_taken_out_and_put_in_by_links_and_forms(store: Store) -> None:
    nodes, ids = compared(store, "churn@1", "churn@2", "big@1")
    browser = browsing(store)
    page = browser.get(f"/compare?ids={ids}&all=1&metric=auc").text
    remove = re.search(r'class="remove" href="([^"]*)" aria-label="Remove churn@2', page)
    assert remove is not None
    without = browser.get(remove[1].replace("&amp;", "&")).text
    assert "all=1" in remove[1]
    assert re.findall(r'name="ids" value="([^"]*)"', without)[:2] == [
        f"artifact/{nodes[name].id}" for name in ("churn@1", "big@1")
    ]
    assert f"/why?a=artifact%2F{nodes['churn@1'].id}&amp;b=artifact%2F{nodes['big@1'].id}" in without
    # The form's hidden fields and what somebody wrote are all called ids.
    again = browser.get("/compare.json?ids=churn@1&ids=big&ids=churn%402").json()
    assert len(again["nodes"]) == 3


def test_all_versions_are_drawn_and_those_compared_stand_out(store: Store) -> None:
    nodes, ids = compared(store, "churn@1", "churn@3")
    browser = browsing(store)
    found = browser.get(f"/compare.json?ids={ids}").json()
    assert (found["metrics"], found["metric"]) == (["auc", "f1"], "auc")
    assert [(each["id"], each["value"], each["compared"]) for each in found["chart"]] == [
        (nodes["churn@1"].id, 0.1, True),
        (nodes["churn@2"].id, 0.2, False),
        (nodes["churn@3"].id, 0.3, True),
    ]
    page = browser.get(f"/compare?ids={ids}&metric=f1").text
    points = re.findall(r'<a class="(gm-point[^"]*)" href="([^"]*)" aria-label="([^"]*)"', page)
    assert sorted(points, key=lambda point: point[1]) == [
        ("gm-point gm-marked", f"/artifact/{nodes['churn@1'].id}", "churn@1: 0.01, compared"),
        ("gm-point", f"/artifact/{nodes['churn@2'].id}", "churn@2: 0.02"),
        ("gm-point gm-marked", f"/artifact/{nodes['churn@3'].id}", "churn@3: 0.03, compared"),
    ]
    assert "<style" not in page
    assert "The chart as a table" in page


def test_versions_that_are_left_out_leave_a_gap(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "_MOST_VERSIONS", 2)
    worlds.plain(store)
    held = [{"name": "net", "loss": n / 10} for n in range(5)]
    models = [worlds.artifact(store, "Model", f"net@{n}", custom_properties=each) for n, each in enumerate(held)]
    found = browsing(store).get(f"/compare.json?ids={models[0].id},{models[4].id}").json()
    assert [(each["id"], each["gap"]) for each in found["chart"]] == [
        (models[0].id, False),
        (models[3].id, True),
        (models[4].id, False),
    ]
    page = browsing(store).get(f"/compare?ids={models[0].id},{models[4].id}").text
    assert "The 2 versions stored last are drawn, and those that are compared." in page


def test_a_metric_that_nobody_has_is_no_error(store: Store) -> None:
    _, ids = compared(store, "churn@1", "churn@3")
    page = browsing(store).get(f"/compare?ids={ids}&metric=nothing")
    assert page.status_code == 200
    assert "A chart needs two versions with a number called nothing" in Html(page.text).text


def test_what_is_no_number_is_in_the_table_twin(store: Store) -> None:
    worlds.plain(store)
    models = [
        worlds.artifact(store, "Model", f"net@{n}", custom_properties={"name": "net", "loss": loss})
        for n, loss in enumerate((0.5, "NaN", 0.25), 1)
    ]
    page = browsing(store).get(f"/compare?ids={models[0].id},{models[2].id}").text
    assert "Not drawn, for want of a finite number" in page
    assert ">NaN</td>" in page


@pytest.mark.parametrize("ids", ["", "churn@3"])
def test_fewer_than_two_are_asked_for_with_suggestions(store: Store, ids: str) -> None:
    nodes, _ = compared(store)
    browser = browsing(store)
    found = browser.get(f"/compare.json?ids={ids}").json()
    assert found["rows"] == []
    wanted = ["churn@2", "churn@1"] if ids else ["big@1", "churn@3", "churn@2", "churn@1"]
    assert [each["id"] for each in found["suggestions"]] == [nodes[name].id for name in wanted]
    page = browser.get(f"/compare?ids={ids}")
    assert not Html(page.text).faults
    links = [link for link in Html(page.text).links if link.startswith("/compare?ids=")]
    assert len(links) == len(wanted)
    assert all(browser.get(link).status_code == 200 for link in links)


def test_an_empty_store_has_the_form_and_no_suggestions(store: Store) -> None:
    page = browsing(store).get("/compare")
    assert page.status_code == 200
    assert "Two models or more stand side by side here" in page.text
    assert "or choose below" not in page.text


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ("ids=churn@1,nobody", 404, "nobody"),
        ("ids=churn@1,context/1", 400, "an artifact is wanted"),
        ("ids=churn@1,churn@2&sort=metrics.acu", 400, "metrics.auc"),
        ("ids=" + ",".join(str(n) for n in range(1, 22)), 400, "20 nodes at most"),
    ],
)
def test_what_cannot_be_compared_is_said(store: Store, asked: str, status: int, said: str) -> None:
    worlds.recorded(store)
    answer = browsing(store).get(f"/compare.json?{asked}")
    assert answer.status_code == status
    assert said in answer.json()["error"]["message"]


def test_a_great_many_rows_are_cut_and_said(store: Store) -> None:
    worlds.plain(store)
    models = [
        Artifact(type="Model", custom_properties={f"metric{n:03}": n + version for n in range(450)})
        for version in (0, 1)
    ]
    store.put(artifacts=models)
    page = browsing(store).get(f"/compare?ids={models[0].id},{models[1].id}").text
    assert "metric399" in page
    assert "50 more rows are left out" in Html(page).text
    assert f"graphmeta compare artifact/{models[0].id} artifact/{models[1].id}" in page


def test_the_past_has_no_versions_of_later(store: Store) -> None:
    nodes, ids = compared(store, "churn@1", "churn@2")
    early = datetime.fromtimestamp(min(node.created for node in nodes.values()) / 1000 - 1).isoformat()
    assert browsing(store).get(f"/compare.json?ids={ids}&at={early}").status_code == 404
    assert browsing(store).get(f"/compare.json?ids={ids}&at=2100-01-01").status_code == 200
