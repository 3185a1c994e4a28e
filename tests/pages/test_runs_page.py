"""`/runs`: what ran, how it ended, what it made; of every writer."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from graphmeta.model import Association, Context, Execution
from graphmeta.store import Store
from graphmeta.testing.pages import browsing
from tests.pages.kit import Html
from tests.query import worlds


def asked(store: Store, query: str = "") -> dict[str, Any]:
    """The JSON of the page."""
    answer = browsing(store).get(f"/runs.json?{query}")
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()
    return data


def shown(store: Store, query: str = "") -> Html:
    page = Html(browsing(store).get(f"/runs?{query}").text)
    assert page.faults == []
    return page


def put_runs(store: Store, states: list[str]) -> None:
    worlds.add_types(store, "context", "Run")
    worlds.add_types(store, "execution", "train")
    runs = [Context(type="Run", name=f"run {number}") for number in range(len(states))]
    steps = [Execution(type="train", state=state) for state in states]
    pairs = zip(steps, runs, strict=True)
    store.put(contexts=runs, executions=steps, associations=[Association(*pair) for pair in pairs])


def test_a_run_has_its_state_steps_experiment_and_models(demo_store: Store) -> None:
    data = asked(demo_store)
    refine = next(run for run in data["runs"] if run["node"]["title"] == "refine@1")
    assert (refine["state"], refine["steps"]) == ("COMPLETE", 2)
    assert refine["experiment"]["title"] == "tumour-diagnosis"
    assert [model["title"] for model in refine["models"]] == ["tumour-classifier@4"]
    assert refine["ended"] > refine["began"] > 1_600_000_000_000
    assert data["total"] == len(data["runs"])
    page = shown(demo_store)
    for each in data["runs"]:
        assert f"/context/{each['node']['id']}" in page.links
    assert f"/artifact/{refine['models'][0]['id']}" in page.links
    assert "tumour-diagnosis tumour-classifier@4" in page.text


@pytest.mark.parametrize("fill", [worlds.tfx, worlds.kfp, worlds.kale])
def test_of_other_writers(store: Store, fill: Callable[[Store], worlds.Nodes]) -> None:
    nodes = fill(store)
    data = asked(store)
    assert (nodes["run1"] if "run1" in nodes else nodes["run"]).id in [run["node"]["id"] for run in data["runs"]]
    assert {run["state"] for run in data["runs"]} <= {"COMPLETE", "FAILED"}
    assert any(nodes["model"].id in [model["id"] for model in run["models"]] for run in data["runs"])
    shown(store)


def test_a_state_alone_and_what_to_do_where_there_is_none(store: Store) -> None:
    put_runs(store, ["COMPLETE", "FAILED", "COMPLETE"])
    assert [run["node"]["title"] for run in asked(store, "state=FAILED")["runs"]] == ["run 1"]
    assert "run 1" in shown(store, "state=FAILED").text
    none = shown(store, "state=RUNNING")
    assert "No run is running" in none.text
    assert "/runs" in none.links


def test_page_by_page(store: Store) -> None:
    put_runs(store, ["COMPLETE"] * 5)
    first = asked(store, "limit=3")
    assert [run["node"]["title"] for run in first["runs"]] == ["run 4", "run 3", "run 2"]
    link = f"/runs?below={first['next']}&limit=3"
    assert link in shown(store, "limit=3").links
    last = browsing(store).get(link.replace("/runs", "/runs.json")).json()
    assert ([run["node"]["title"] for run in last["runs"]], last["next"]) == (["run 1", "run 0"], None)
    assert "/runs?limit=3" in shown(store, f"limit=3&below={first['next']}").links


def test_as_csv(store: Store) -> None:
    put_runs(store, ["COMPLETE", "FAILED"])
    answer = browsing(store).get("/runs.csv")
    assert 'filename="graphmeta-runs.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["title"], row["state"], row["steps"]) for row in rows] == [
        ("run 1", "FAILED", "1"),
        ("run 0", "COMPLETE", "1"),
    ]


def test_an_empty_store_says_when_there_would_be_some(store: Store) -> None:
    page = shown(store)
    assert "There are no runs yet" in page.text
    assert "/contexts" in page.links
