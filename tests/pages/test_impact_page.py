"""`/impact/…`: everything that came of a node, and what to run again."""

from __future__ import annotations

import csv
import io
import re

import pytest

from graphmeta.model import Artifact, Event, Execution
from graphmeta.pages import planned
from graphmeta.pages.views import impact as view
from graphmeta.query import impact, plan
from graphmeta.store import Store
from graphmeta.testing.pages import browsing
from tests.pages.kit import Html
from tests.query import worlds


def test_models_come_first_with_their_runs(store: Store) -> None:
    nodes = worlds.recorded(store)
    data = nodes["train.csv@2"]
    whole = impact(store, data)
    browser = browsing(store)
    found = browser.get(f"/impact/artifact/{data.id}.json").json()
    models = [(row["node"]["id"], row["distance"]) for row in found["rows"] if row["model"]]
    assert models == [(each.model.id, each.distance) for each in whole.models]
    assert [row["model"] for row in found["rows"]] == [True] * 3 + [False] * (found["total"] - 3)
    assert [run["label"] for run in found["rows"][0]["runs"]] == ["Run:churn@2"]
    assert (found["models"], found["artifacts"], found["executions"]) == (3, whole.artifacts, whole.executions)
    assert found["total"] == 3 + sum(whole.artifacts.values()) + sum(whole.executions.values())
    kinds = [row["node"]["kind"] for row in found["rows"]]
    assert kinds == sorted(kinds)
    page = browser.get(f"/impact/artifact/{data.id}").text
    assert not Html(page).faults
    for row in found["rows"]:
        assert f'href="/{row["node"]["kind"]}/{row["node"]["id"]}"' in page
    assert f"/lineage/artifact/{data.id}?up=0&amp;down=all" in page
    assert 'class="gm-lineage"' in page
    assert "<style" not in page


def test_of_a_step_likewise(store: Store) -> None:
    nodes = worlds.recorded(store)
    found = browsing(store).get(f"/impact/execution/{nodes['train@3'].id}.json").json()
    assert [row["node"]["id"] for row in found["rows"] if row["model"]] == [nodes["churn@3"].id, nodes["big@1"].id]


def test_the_plan_is_in_order(store: Store) -> None:
    nodes = worlds.recorded(store)
    data = nodes["raw.csv@1"]
    wanted = plan(store, data)
    browser = browsing(store)
    assert browser.get(f"/impact/artifact/{data.id}.json").json()["plan"] is None
    found = browser.get(f"/impact/artifact/{data.id}.json?plan=1").json()["plan"]
    assert [step["step"]["id"] for step in found["steps"]] == [step.execution.id for step in wanted.steps]
    numbers = {step["step"]["id"]: step["number"] for step in found["steps"]}
    for step, shown in zip(wanted.steps, found["steps"], strict=True):
        assert shown["after"] == [numbers[id] for id in step.after]
        assert all(before < shown["number"] for before in shown["after"])
        for part in ("anew", "kept", "makes"):
            assert [node["id"] for node in shown[part]["nodes"]] == [node.id for node in getattr(step, part)]
    assert [each["reason"] for each in found["spared"]] == [each.reason for each in wanted.left_out]
    assert found["spared"]  # the step that failed
    page = browser.get(f"/impact/artifact/{data.id}?plan=1").text
    assert not Html(page).faults
    assert "Can be left out" in page


def test_the_rows_as_csv(store: Store) -> None:
    nodes = worlds.recorded(store)
    data = nodes["train.csv@2"]
    browser = browsing(store)
    answer = browser.get(f"/impact/artifact/{data.id}.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    shown = browser.get(f"/impact/artifact/{data.id}.json").json()["rows"]
    assert [(row["kind"], int(row["id"]), int(row["node steps"])) for row in rows] == [
        (row["node"]["kind"], row["node"]["id"], row["distance"]) for row in shown
    ]
    assert rows[0]["runs"] == "Run:churn@2"


def test_nothing_came_of_it(store: Store) -> None:
    nodes = worlds.recorded(store)
    page = browsing(store).get(f"/impact/artifact/{nodes['big@1'].id}")
    assert page.status_code == 200
    assert "Nothing in this store came of it" in page.text
    assert not Html(page.text).faults


@pytest.fixture
def star(store: Store) -> tuple[Store, Artifact]:
    """A table from which 150 models were made."""
    worlds.plain(store)
    table = Artifact(type="Dataset")
    models = [Artifact(type="Model") for _ in range(150)]
    steps = [Execution(type="Step", state="COMPLETE", custom_properties={"n": n}) for n in range(150)]
    events = [Event(table, step, "INPUT") for step in steps]
    events += [Event(model, step, "OUTPUT") for model, step in zip(models, steps, strict=True)]
    store.put(artifacts=[table, *models], executions=steps, events=events)
    return store, table


def test_many_are_paged_and_not_drawn(star: tuple[Store, Artifact]) -> None:
    store, table = star
    browser = browsing(store)
    pages = [browser.get(f"/impact/artifact/{table.id}.json?page={page}").json() for page in (1, 2, 3)]
    assert [(page["page"], page["pages"], len(page["rows"])) for page in pages] == [(n, 3, 100) for n in (1, 2, 3)]
    seen = [(row["node"]["kind"], row["node"]["id"]) for page in pages for row in page["rows"]]
    assert len(set(seen)) == 300
    assert browser.get(f"/impact/artifact/{table.id}.json?page=99").json()["page"] == 3
    page = browser.get(f"/impact/artifact/{table.id}?page=2").text
    assert "101 to 200 of 300" in Html(page).text
    assert re.search(r'href="[^"]*page=3[^"]*#nodes" rel="next"', page)
    assert 'class="gm-lineage"' not in page


def test_a_very_large_answer_is_cut_and_says_so(star: tuple[Store, Artifact], monkeypatch: pytest.MonkeyPatch) -> None:
    store, table = star
    monkeypatch.setattr(view, "NEAREST", 50)
    monkeypatch.setattr(planned, "PLANNED", 50)
    browser = browsing(store)
    found = browser.get(f"/impact/artifact/{table.id}.json?plan=1").json()
    assert (found["complete"], found["total"], found["models"], found["executions"]) == (False, 48, 24, {"Step": 24})
    assert (found["plan"]["complete"], found["plan"]["total"]) == (False, 24)
    page = Html(browser.get(f"/impact/artifact/{table.id}?plan=1").text).text
    assert "At least 24 models; not everything was looked at" in page
    assert "These are 48 nodes of those nearest to it" in page
    assert "within 0" not in page
    assert "This is not the whole plan" in page
    assert f"graphmeta impact artifact/{table.id}" in page


def test_no_model_is_not_none_where_not_all_was_looked_at(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    worlds.plain(store)
    table = Artifact(type="Dataset")
    steps = [Execution(type="Step", state="COMPLETE") for _ in range(30)]
    made = [Artifact(type="Model" if number == 29 else "Thing") for number in range(30)]
    events = [Event(table, step, "INPUT") for step in steps]
    events += [Event(each, step, "OUTPUT") for each, step in zip(made, steps, strict=True)]
    store.put(artifacts=[table, *made], executions=steps, events=events)
    monkeypatch.setattr(view, "NEAREST", 21)
    found = browsing(store).get(f"/impact/artifact/{table.id}.json").json()
    assert (found["models"], found["complete"], found["artifacts"]) == (0, False, {"Thing": 10})
    assert found["notes"] == ["Only the 21 nearest nodes downstream were looked at. There are more."]
    page = Html(browsing(store).get(f"/impact/artifact/{table.id}").text).text
    assert "No model was met so far; not everything was looked at" in page
    assert "at least 0" in page


@pytest.mark.parametrize("path", ["artifact/99999", "execution/99999", "context/1", "nothing/1", f"artifact/{2**63}"])
def test_what_is_not_there_is_not_found(store: Store, path: str) -> None:
    worlds.recorded(store)
    answer = browsing(store).get(f"/impact/{path}.json")
    assert answer.status_code == 404
    assert answer.json()["error"]["message"]


def test_every_node_has_the_runs_that_it_belongs_to(demo_store: Store) -> None:
    data = browsing(demo_store).get("/impact/artifact/1.json?limit=500").json()
    rows = {f"{row['node']['kind']}/{row['node']['id']}": row for row in data["rows"]}
    others = [row for row in rows.values() if not row["model"]]
    assert {row["node"]["kind"] for row in others} == {"artifact", "execution"}
    for row in others:
        node = demo_store.node(row["node"]["kind"], row["node"]["id"])
        runs = {each.id for each in demo_store.contexts_of(node) if each.type == "Run"}  # type: ignore[arg-type]
        assert {run["id"] for run in row["runs"]} <= runs
        assert bool(row["runs"]) == bool(runs)
