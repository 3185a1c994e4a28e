"""`/context/3`: a run as its graph and its timeline, fresh while it runs; an experiment as its runs."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

import pytest

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
from graphmeta.pages import runs
from graphmeta.pages.views import context as page
from graphmeta.query import vicinity
from graphmeta.store import Store
from graphmeta.testing.pages import browsing
from graphmeta.vocabulary import RECORDED_EXECUTION, RECORDED_RUN
from tests.pages.kit import Html

TYPES = [
    artifact_type("Dataset"),
    artifact_type("Model"),
    artifact_type("Metrics"),
    execution_type("clean"),
    execution_type("train", RECORDED_EXECUTION),
    context_type("Run", RECORDED_RUN),
    context_type("Experiment"),
    context_type("Pipeline"),
]
START = 1_795_000_000_000


@pytest.fixture
def typed(store: Store) -> Store:
    """A store with the types of these tests."""
    store.put_types(TYPES)
    return store


def json(store: Store, address: str) -> dict[str, Any]:
    path, mark, asked = address.partition("?")
    answer = browsing(store).get(f"{path}.json{mark}{asked}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def text(store: Store, address: str) -> str:
    answer = browsing(store).get(address)
    assert answer.status_code == 200
    assert Html(answer.text).faults == []
    return answer.text


def put_run(store: Store, name: str, auc: float | None = None, state: str = "COMPLETE") -> Context:
    """Data, which belongs to no run, is trained on in a run of this name; half a minute by the recorder's watch."""
    run = Context(type="Run", name=name, properties={"state": state})
    step = Execution(type="train", state=state, properties={"started": START})
    if state != "RUNNING":
        step.properties["ended"] = START + 30_000
    data, model = Artifact(type="Dataset", name=f"data of {name}"), Artifact(type="Model", name=f"model of {name}")
    if auc is not None:
        model.custom_properties["auc"] = auc
    store.put(
        artifacts=[data, model],
        executions=[step],
        contexts=[run],
        events=[Event(data, step, "INPUT"), Event(model, step, "OUTPUT")],
        associations=[Association(step, run)],
        attributions=[Attribution(model, run)],
    )
    return run


# ---------------------------------------------------------------- a run


def test_a_run_has_its_members_and_what_its_steps_used_in_its_graph(typed: Store) -> None:
    put_run(typed, "monday")
    data = json(typed, "/context/1")
    assert [each["title"] for each in data["artifacts"]["nodes"]] == ["model of monday"]
    assert [each["id"] for each in data["executions"]["nodes"]] == [1]
    assert data["state"] == "COMPLETE"
    source = text(typed, "/context/1")
    assert set(re.findall(r'data-key="([^"]+)"', source)) == {"artifact/1", "execution/1", "artifact/2"}
    assert "gm-start" not in source
    assert 'aria-label="Graph of monday"' in source
    assert '<a class="gm-node gm-step-in-time" href="/execution/1"' in source


def test_steps_stand_in_time_as_well_as_can_be_known(typed: Store) -> None:
    stored = START + 100_000
    typed.backend.clock = lambda: stored
    run, made = Context(type="Run", name="tuesday"), Artifact(type="Model", name="model")
    recorded = Execution(type="train", state="COMPLETE", properties={"started": START, "ended": START + 5_000})
    others = Execution(type="clean", state="COMPLETE")
    running = Execution(type="clean", state="RUNNING", name="running")
    idle = Execution(type="clean", state="FAILED", name="idle")
    steps = [others, recorded, running, idle]
    typed.put(
        artifacts=[made],
        executions=steps,
        contexts=[run],
        events=[Event(made, others, "OUTPUT", time=stored + 7_000)],
        associations=[Association(step, run) for step in steps],
    )
    found = [(each["node"]["id"], each["began"], each["ended"]) for each in json(typed, "/context/1")["steps"]]
    assert found == [
        (2, START, START + 5_000),
        (1, stored, stored + 7_000),
        (3, stored, None),
        (4, stored, stored),
    ]
    said = Html(text(typed, "/context/1")).text
    assert "running for 7 s" in said
    assert "0 s, failed" in said


def test_the_timeline_shows_the_last_steps_and_members_come_in_pages(
    typed: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Context(type="Run", name="long")
    steps = [Execution(type="train", state="COMPLETE", name=f"step {each}") for each in range(7)]
    typed.put(executions=steps, contexts=[run], associations=[Association(step, run) for step in steps])
    monkeypatch.setattr(page, "MOST_STEPS", 3)
    monkeypatch.setattr(page, "AT_ONCE", 4)
    monkeypatch.setattr(vicinity, "MOST_STEPS", 5)
    data = json(typed, "/context/1?executions=2")
    assert [each["node"]["id"] for each in data["steps"]] == [5, 6, 7]
    assert data["more_steps"] == 4
    assert [each["id"] for each in data["executions"]["nodes"]] == [5, 6, 7]
    assert (data["executions"]["total"], data["executions"]["pages"]) == (7, 2)
    assert json(typed, "/context/1?executions=900")["executions"]["page"] == 2
    source = text(typed, "/context/1?executions=2")
    said = Html(source).text
    assert "last 3 of 7 steps" in said
    assert "2 nodes more belong to it and are not drawn" in said
    assert "page 2 of 2" in said
    assert "/context/1#executions" in Html(source).links


def test_a_step_that_was_deleted_is_left_out(sqlite_store: Store) -> None:
    sqlite_store.put_types(TYPES)
    put_run(sqlite_store, "monday")
    with sqlite3.connect(sqlite_store.url.removeprefix("sqlite:///")) as connection:
        connection.execute("DELETE FROM Execution WHERE id = 1")
    connection.close()
    assert json(sqlite_store, "/context/1")["steps"] == []
    assert "model of monday" in text(sqlite_store, "/context/1")


# ---------------------------------------------------------------- fresh while it runs


def test_a_run_that_runs_is_looked_at_again_until_it_ends(typed: Store) -> None:
    put_run(typed, "now", state="RUNNING")
    assert json(typed, "/context/1")["refresh"] == 5
    source = text(typed, "/context/1")
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in source
    assert '<script src="/static/fresh.js" defer data-seconds="5"></script>' in source
    assert "/context/1?still=1" in Html(source).links
    assert browsing(typed).get("/static/fresh.js").status_code == 200
    (step,) = typed.executions()
    step.state = "COMPLETE"
    typed.put(executions=[step])
    assert json(typed, "/context/1")["refresh"] is None
    assert "refresh" not in text(typed, "/context/1")


def test_nobody_has_to_be_refreshed(typed: Store) -> None:
    put_run(typed, "now", state="RUNNING")
    assert json(typed, "/context/1?still=1")["refresh"] is None
    source = text(typed, "/context/1?still=1")
    assert 'http-equiv="refresh"' not in source
    assert "/context/1" in Html(source).links


def test_a_run_that_nothing_happened_to_for_a_day_only_claims_to_run(typed: Store) -> None:
    put_run(typed, "killed", state="RUNNING")
    now = typed.backend.clock()
    typed.backend.clock = lambda: now + page.FORGOTTEN + 60_000
    data = json(typed, "/context/1")
    assert (data["going"], data["refresh"]) == (1, None)
    assert "said to be running" in Html(text(typed, "/context/1")).text


def test_the_past_does_not_change(typed: Store) -> None:
    put_run(typed, "now", state="RUNNING")
    assert json(typed, "/context/1?at=2100-01-01")["refresh"] is None


# ---------------------------------------------------------------- an experiment


def test_an_experiment_has_its_runs_side_by_side(typed: Store) -> None:
    first, second = put_run(typed, "first", 0.5), put_run(typed, "second", 0.75, "FAILED")
    experiment = Context(type="Experiment", name="all")
    typed.put(contexts=[experiment], parents=[ParentContext(each, experiment) for each in (first, second)])
    found = json(typed, "/context/3")["runs"]
    assert [(each["node"]["title"], each["state"], each["steps"], each["metrics"]) for each in found["runs"]] == [
        ("second", "FAILED", 1, {"auc": 0.75}),
        ("first", "COMPLETE", 1, {"auc": 0.5}),
    ]
    assert [each["model"]["title"] for each in found["runs"]] == ["model of second", "model of first"]
    assert found["metrics"] == ["auc"]
    source = text(typed, "/context/3")
    assert "/compare?ids=4%2C2" in Html(source).links
    assert "0.75" in Html(source).text
    assert "gm-timeline" not in source
    assert [each["title"] for each in json(typed, "/context/1")["parents"]] == ["all"]
    assert "/context/3" in Html(text(typed, "/context/1")).links


def test_runs_that_only_their_steps_join_to_a_pipeline_are_found(typed: Store) -> None:
    run, pipeline = put_run(typed, "first"), Context(type="Pipeline", name="taxi")
    typed.put(contexts=[pipeline], associations=[Association(1, pipeline)])
    assert [each["node"]["id"] for each in json(typed, "/context/2")["runs"]["runs"]] == [run.id]
    assert json(typed, "/context/1")["runs"]["total"] == 0, "a run is no pipeline"


def test_a_run_whose_steps_were_cached_has_their_model_and_one_that_only_looked_it_up_has_not(typed: Store) -> None:
    first = put_run(typed, "first", 0.5)
    cached, deploying, pipeline = (
        Context(type="Run", name="again"),
        Context(type="Run", name="deploying"),
        Context(type="Pipeline", name="taxi"),
    )
    again, resolver = Execution(type="train", state="CACHED"), Execution(type="clean", state="COMPLETE")
    typed.put(
        executions=[again, resolver],
        contexts=[cached, deploying, pipeline],
        events=[Event(2, again, "OUTPUT"), Event(2, resolver, "INTERNAL_OUTPUT")],
        associations=[Association(again, cached), Association(resolver, deploying)],
        parents=[ParentContext(each, pipeline) for each in (first, cached, deploying)],
    )
    found = json(typed, "/context/4")["runs"]["runs"]
    assert [(each["node"]["title"], each["metrics"]) for each in found] == [
        ("deploying", {}),
        ("again", {"auc": 0.5}),
        ("first", {"auc": 0.5}),
    ]


def test_runs_come_in_pages_with_the_metrics_that_most_have(typed: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [put_run(typed, f"run {each}", each / 10) for each in range(5)]
    experiment = Context(type="Experiment", name="all")
    rare = Artifact(type="Metrics", name="rare", custom_properties={"aardvark": 1.0})
    typed.put(
        artifacts=[rare],
        contexts=[experiment],
        events=[Event(rare, 1, "OUTPUT")],
        parents=[ParentContext(each, experiment) for each in made],
    )
    monkeypatch.setattr(runs, "AT_ONCE", 3)
    monkeypatch.setattr(runs, "MOST_KEYS", 1)
    last = json(typed, "/context/6?runs=2")["runs"]
    assert [each["node"]["title"] for each in last["runs"]] == ["run 1", "run 0"]
    assert (last["total"], last["page"], last["pages"]) == (5, 2, 2)
    assert (last["metrics"], last["more_metrics"]) == (["auc"], 1)
    assert "1 metric more" in Html(text(typed, "/context/6?runs=2")).text


def test_a_context_without_anything_says_what_will_be_there(typed: Store) -> None:
    typed.put(contexts=[Context(type="Experiment", name="planned")])
    assert "Nothing belongs to it yet" in Html(text(typed, "/context/1")).text
