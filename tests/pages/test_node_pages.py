"""`/artifact/42` and `/execution/7`: what is around a node, and that it stays bounded."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from graphmeta.errors import NotFoundError
from graphmeta.model import (
    Artifact,
    Association,
    Attribution,
    Context,
    Event,
    Execution,
    ParentContext,
    artifact_type,
    context_type,
    execution_type,
)
from graphmeta.pages import around, making
from graphmeta.pages.views.artifact import MOST_VERSIONS
from graphmeta.query import vicinity
from graphmeta.store import Store
from graphmeta.testing.pages import browsing
from graphmeta.vocabulary import RECORDED_EXECUTION
from tests.pages.kit import Html

TYPES = [
    artifact_type("Dataset", {"display_name": "STRING", "version": "INT"}),
    artifact_type("Model", {"display_name": "STRING", "version": "INT"}),
    artifact_type("Metrics"),
    execution_type("train", RECORDED_EXECUTION),
    execution_type("evaluate"),
    context_type("Run"),
    context_type("Experiment"),
]
START = 1_795_000_000_000


@pytest.fixture
def pipeline(store: Store) -> Store:
    """Data 1 -> train 1 -> model 2 -> evaluate 2 -> metrics 3; then model 4, the second version, by train 3, which
    belongs to run 1 of experiment 2."""
    store.put_types(TYPES)
    data = Artifact(type="Dataset", name="data", uri="https://example.org/data?a=1&b=2", state="LIVE")
    models = [
        Artifact(type="Model", name=f"churn@{version}", properties={"display_name": "churn", "version": version})
        for version in (1, 2)
    ]
    metrics = Artifact(type="Metrics", name="scores", custom_properties={"auc": 0.91})
    first = Execution(type="train", state="COMPLETE", properties={"started": START, "ended": START + 90_000})
    second = Execution(type="train", state="FAILED", properties={"error": "out of memory"})
    second.custom_properties = {"rate": 0.1, "layers": {"sizes": [64, 32]}}
    evaluate = Execution(type="evaluate", state="COMPLETE")
    run, experiment = Context(type="Run", name="monday"), Context(type="Experiment", name="churning")
    store.put(
        artifacts=[data, models[0], metrics, models[1]],
        executions=[first, evaluate, second],
        contexts=[run, experiment],
        events=[
            Event(data, first, "DECLARED_INPUT", ("schema",)),
            Event(data, first, "INPUT", ("examples", 0), time=START),
            Event(models[0], first, "OUTPUT", ("model", 0)),
            Event(models[0], evaluate, "INPUT", ("model",)),
            Event(metrics, evaluate, "OUTPUT", ("metrics",)),
            Event(data, second, "INPUT", ("examples",)),
            Event(models[1], second, "OUTPUT", ("model",)),
        ],
        associations=[Association(second, run)],
        parents=[ParentContext(run, experiment)],
    )
    return store


def json(store: Store, address: str) -> dict[str, Any]:
    answer = browsing(store).get(f"{address}.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def html(store: Store, address: str, status: int = 200) -> Html:
    answer = browsing(store).get(address)
    assert answer.status_code == status
    page = Html(answer.text)
    assert page.faults == []
    return page


def ends(uses: dict[str, Any]) -> list[tuple[int, str, list[str | int]]]:
    return [(each["id"], each["type"], each["path"]) for each in uses["events"]]


# ---------------------------------------------------------------- artifacts


def test_an_artifact_has_its_makers_readers_and_how_they_took_it(pipeline: Store) -> None:
    data = json(pipeline, "/artifact/1")
    assert data["node"]["title"] == "data"
    assert data["producers"] == {"events": [], "total": 0}
    assert ends(data["readers"]) == [
        (1, "DECLARED_INPUT", ["schema"]),
        (1, "INPUT", ["examples", 0]),
        (3, "INPUT", ["examples"]),
    ]
    assert data["readers"]["events"][1]["time"] == START
    assert data["readers"]["events"][2]["node"]["state"] == "FAILED"
    page = html(pipeline, "/artifact/1")
    assert "examples[0]" in page.text
    assert {"/execution/1", "/execution/3", "/lineage/artifact/1", "/impact/artifact/1"} <= set(page.links)


@pytest.mark.parametrize(
    ("uri", "linked"),
    [("https://example.org/a b", True), ("s3://bucket/x", False), ("javascript:alert(1)", False), ("//x.org/", False)],
)
def test_only_a_web_address_is_a_link(sqlite_store: Store, uri: str, linked: bool) -> None:
    store = sqlite_store
    store.put_types(TYPES)
    store.put(artifacts=[Artifact(type="Dataset", name="data", uri=uri)])
    text = browsing(store).get("/artifact/1").text
    assert Html(text).faults == []
    assert ('rel="noreferrer"' in text) == linked
    assert uri in Html(text).text


def test_a_model_has_metrics_parameters_and_datasets(pipeline: Store) -> None:
    first, second = json(pipeline, "/artifact/2")["making"], json(pipeline, "/artifact/4")["making"]
    assert [(each["key"], each["value"], each["on"]["id"]) for each in first["metrics"]] == [("auc", 0.91, 3)]
    assert second["parameters"] == {"layers": {"sizes": [64, 32]}, "rate": 0.1}
    assert [(each["dataset"]["id"], each["direct"]) for each in second["datasets"]] == [(1, True)]
    assert json(pipeline, "/artifact/1")["making"] is None
    page = html(pipeline, "/artifact/4")
    assert "read by the step that made it" in page.text
    assert "/path?from=artifact%2F1&to=artifact%2F4" in page.links


def test_versions_stand_side_by_side_and_the_one_before_can_be_compared(pipeline: Store) -> None:
    data = json(pipeline, "/artifact/4")
    assert [(each["node"]["id"], each["version"], each["metrics"]) for each in data["versions"]] == [
        (4, "2", {}),
        (2, "1", {"auc": 0.91}),
    ]
    assert data["before"]["id"] == 2
    page = html(pipeline, "/artifact/4")
    assert {"/compare?ids=2%2C4", "/why?a=2&b=4"} <= set(page.links)
    assert json(pipeline, "/artifact/2")["before"] is None
    assert "Why it differs" not in html(pipeline, "/artifact/2").text


def test_an_old_version_among_very_many_is_shown_with_the_one_before(store: Store) -> None:
    store.put_types(TYPES)
    count = MOST_VERSIONS + 5
    store.put(
        artifacts=[
            Artifact(type="Model", name=f"churn@{each}", properties={"display_name": "churn", "version": each})
            for each in range(1, count + 1)
        ]
    )
    data = json(store, "/artifact/3")
    newest = list(range(count, count - MOST_VERSIONS, -1))
    assert [each["node"]["id"] for each in data["versions"]] == [*newest, 3, 2]
    assert (data["before"]["id"], data["more_versions"]) == (2, True)
    assert "/artifacts?type=Model&name=churn" in html(store, "/artifact/3").links


def test_files_that_are_called_alike_are_no_versions(store: Store) -> None:
    store.put_types(TYPES)
    store.put(artifacts=[Artifact(type="Model", uri=f"s3://{each}/model") for each in range(3)])
    assert json(store, "/artifact/3")["versions"] == []


def test_what_an_artifact_belongs_to_is_said_by_itself_or_by_its_maker(pipeline: Store) -> None:
    through = json(pipeline, "/artifact/4")
    (held,) = through["contexts"]["contexts"]
    assert (held["context"]["title"], [each["title"] for each in held["parents"]]) == ("monday", ["churning"])
    assert through["contexts_of"]["id"] == 3
    pipeline.put(attributions=[Attribution(1, 2)])
    own = json(pipeline, "/artifact/1")
    assert own["contexts_of"] is None
    assert [each["context"]["title"] for each in own["contexts"]["contexts"]] == ["churning"]
    assert {"/context/1", "/context/2"} <= set(html(pipeline, "/artifact/4").links)


def test_an_artifact_that_only_events_name_is_404_with_what_is_known(sqlite_store: Store) -> None:
    sqlite_store.put_types(TYPES)
    data, step = Artifact(type="Dataset", name="data"), Execution(type="train")
    sqlite_store.put(artifacts=[data], executions=[step], events=[Event(data, step, "INPUT", ("examples",))])
    delete(sqlite_store, "DELETE FROM Artifact WHERE id = 1")
    page = html(sqlite_store, "/artifact/1", 404)
    assert "artifact/1 is not in the store" in page.text
    assert "/execution/1" in page.links
    answer = browsing(sqlite_store).get("/artifact/1.json")
    assert answer.status_code == 404
    assert (answer.json()["node"], ends(answer.json()["readers"])) == (None, [(1, "INPUT", ["examples"])])
    assert "not in the store" in html(sqlite_store, "/execution/1").text


def delete(store: Store, statement: str) -> None:
    """What graphmeta never does, and other programs do."""
    with sqlite3.connect(store.url.removeprefix("sqlite:///")) as connection:
        connection.execute(statement)
    connection.close()


# ---------------------------------------------------------------- executions


def test_a_step_has_inputs_and_outputs_declared_and_not(pipeline: Store) -> None:
    data = json(pipeline, "/execution/1")
    assert ends(data["inputs"]) == [(1, "INPUT", ["examples", 0])]
    assert ends(data["declared_inputs"]) == [(1, "DECLARED_INPUT", ["schema"])]
    assert ends(data["outputs"]) == [(2, "OUTPUT", ["model", 0])]
    assert data["declared_outputs"]["total"] == 0
    page = html(pipeline, "/execution/1")
    assert "Declared inputs" in page.text
    assert "Declared outputs" not in page.text


def test_a_step_says_how_long_it_took_and_why_it_failed(pipeline: Store) -> None:
    took = json(pipeline, "/execution/1")["step"]
    assert (took["began"], took["ended"], took["state"]) == (START, START + 90_000, "COMPLETE")
    assert "1 min 30 s" in html(pipeline, "/execution/1").text
    failed = json(pipeline, "/execution/3")
    assert (failed["error"], failed["parameters"]["rate"]) == ("out of memory", 0.1)
    assert "out of memory" in html(pipeline, "/execution/3").text


def test_kales_steps_end_although_their_state_stays_running(store: Store) -> None:
    store.put_types([execution_type("train", {"state": "STRING"})])
    store.put(executions=[Execution(type="train", state="RUNNING", properties={"state": "complete"})])
    step = json(store, "/execution/1")["step"]
    assert (step["state"], step["ended"] is not None) == ("COMPLETE", True)


# ---------------------------------------------------------------- the picture


def drawn(store: Store, address: str) -> set[str]:
    return set(re.findall(r'data-key="([^"]+)"', browsing(store).get(address).text))


def test_the_small_lineage_goes_two_steps_each_way_and_leads_to_pages(pipeline: Store) -> None:
    assert drawn(pipeline, "/artifact/2") == {"artifact/1", "execution/1", "artifact/2", "execution/2", "artifact/3"}
    assert drawn(pipeline, "/execution/2") == {"execution/1", "artifact/2", "execution/2", "artifact/3"}
    text = browsing(pipeline).get("/artifact/2").text
    assert "<style" not in text
    assert re.search(r'<a class="gm-node[^>]* href="/execution/1"', text)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Makes what a page looks at small."""

    def bound(most: int) -> None:
        for module, name in [
            (around, "MOST_BESIDE"),
            (vicinity, "_MOST_BESIDE"),
            (vicinity, "_MOST_GONE_ON_FROM"),
            (making, "_MOST_TOUCHING"),
        ]:
            monkeypatch.setattr(module, name, most)

    return bound


def test_very_many_readers_are_counted_and_the_last_are_shown(store: Store, narrow: Callable[[int], None]) -> None:
    store.put_types(TYPES)
    model = Artifact(type="Model", name="hub", custom_properties={"accuracy": 0.5})
    readers = [Execution(type="train", name=f"reader {each}") for each in range(9)]
    outputs = [Artifact(type="Dataset", name=f"made {each}") for each in range(9)]
    store.put(
        artifacts=[model, *outputs],
        executions=readers,
        events=[Event(model, step, "INPUT") for step in readers]
        + [Event(made, step, "OUTPUT") for made, step in zip(outputs, readers, strict=True)],
    )
    narrow(4)
    data = json(store, "/artifact/1")
    assert data["readers"]["total"] == 9
    assert [each["id"] for each in data["readers"]["events"]] == [6, 7, 8, 9]
    assert [(each["key"], each["value"]) for each in data["making"]["metrics"]] == [("accuracy", 0.5)]
    assert "numbers on itself" in data["making"]["notes"][0]
    page = html(store, "/artifact/1")
    assert "last 4 of 9" in page.text
    assert "5 neighbours more are not in this picture" in page.text
    assert "artifact/8" not in drawn(store, "/artifact/1"), "what so many readers made is left to the lineage's page"


def test_what_is_alike_is_one_box_of_the_small_lineage(store: Store) -> None:
    store.put_types(TYPES)
    data, readers = Artifact(type="Dataset", name="data"), [Execution(type="train") for _ in range(40)]
    store.put(artifacts=[data], executions=readers, events=[Event(data, step, "INPUT") for step in readers])
    assert drawn(store, "/artifact/1") == {"artifact/1", "execution/1"}
    assert 'data-members="40"' in browsing(store).get("/artifact/1").text


# ---------------------------------------------------------------- what is not there


@pytest.mark.parametrize("kind", ["artifact", "execution", "context"])
@pytest.mark.parametrize("id", ["1", "0", "9" * 18, "9" * 30])
def test_a_node_that_is_not_there_is_404(sqlite_store: Store, kind: str, id: str) -> None:
    store = sqlite_store
    assert "There is no " in html(store, f"/{kind}/{id}", 404).text
    answer = browsing(store).get(f"/{kind}/{id}.json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, NotFoundError.code)


def test_a_node_as_it_was(pipeline: Store) -> None:
    moment = pipeline.backend.clock() + 60_000
    pipeline.backend.clock = lambda: moment + 60_000
    later = Execution(type="evaluate", name="later")
    pipeline.put(executions=[later], events=[Event(4, later, "INPUT")])
    assert json(pipeline, "/artifact/4")["readers"]["total"] == 1
    then = datetime.fromtimestamp(moment / 1000).isoformat()
    answer = browsing(pipeline).get("/artifact/4.json", params={"at": then})
    assert answer.json()["readers"]["total"] == 0
    assert "As of" in html(pipeline, f"/artifact/4?at={then}").text
