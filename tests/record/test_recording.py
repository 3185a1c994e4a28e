"""What a recording leaves in a store, on every engine."""

from __future__ import annotations

import argparse
import threading
import time
from pathlib import Path

import pytest

from graphmeta import record as gm
from graphmeta.errors import InvalidArgumentError
from graphmeta.model import Event, Type
from graphmeta.store import Store


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def edges(events: list[Event]) -> list[tuple[int, int, str, tuple[str | int, ...]]]:
    return [(event.artifact_id, event.execution_id, event.type, event.path) for event in events]


def test_a_run_as_in_the_readme(store: Store, tmp_path: Path) -> None:
    Path("data").mkdir()
    Path("data/train.csv").write_text("a,b\n1,2\n")
    before = time.time_ns() // 1_000_000
    with gm.run("churn", store=store) as run, run.step("train", params={"lr": 0.1}) as step:
        step.use("data/train.csv", type="Dataset")
        Path("model.pkl").write_bytes(b"weights")
        step.produce("model.pkl", type="Model", name="churn", metrics={"auc": 0.91})
    after = time.time_ns() // 1_000_000

    dataset, model = store.artifacts()
    assert (dataset.type, dataset.name, dataset.state) == ("Dataset", "train.csv@1", "LIVE")
    assert dataset.uri == (tmp_path / "data" / "train.csv").as_uri()
    assert dataset.properties == {
        "display_name": "train.csv",
        "version": 1,
        "digest": "sha256:492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470",
        "size": 8,
    }
    assert (model.type, model.name, model.custom_properties) == ("Model", "churn@1", {"auc": 0.91})

    (execution,) = store.executions()
    assert (execution.type, execution.name, execution.state) == ("train", None, "COMPLETE")
    assert execution.custom_properties == {"lr": 0.1}
    assert execution.properties["display_name"] == "train"
    started, ended = execution.properties["started"], execution.properties["ended"]
    assert isinstance(started, int) and isinstance(ended, int) and before <= started <= ended <= after
    assert "error" not in execution.properties

    assert dataset.id and model.id and execution.id
    assert edges(store.events(executions=[execution])) == [
        (dataset.id, execution.id, "INPUT", ("train.csv",)),
        (model.id, execution.id, "OUTPUT", ("churn",)),
    ]

    (recorded,) = store.contexts(type="Run")
    assert recorded.name == "churn@1"
    known = dict(recorded.properties)
    assert (known.pop("display_name"), known.pop("version"), known.pop("state")) == ("churn", 1, "COMPLETE")
    assert set(known) == {"started", "ended", "user", "host", "command"}
    assert [artifact.id for artifact in store.artifacts_in(recorded)] == [dataset.id, model.id]
    assert [each.id for each in store.executions_in(recorded)] == [execution.id]
    assert {context.type for context in store.contexts_of(execution)} == {"Run", "Environment"}
    assert [context.type for context in store.contexts_of(model)] == ["Run"]


def test_runs_are_numbered_and_an_experiment_is_their_parent(store: Store) -> None:
    for _ in range(2):
        with gm.run("churn", store=store, experiment="tuning", properties={"team": "blue"}) as run:
            pass
    assert run.version == 2
    (experiment,) = store.contexts(type="Experiment")
    assert (experiment.name, experiment.properties) == ("tuning", {"display_name": "tuning"})
    assert [child.name for child in store.children(experiment)] == ["churn@1", "churn@2"]
    assert {str(run.custom_properties) for run in store.contexts(type="Run")} == {"{'team': 'blue'}"}


def test_an_exception_is_recorded_and_goes_on(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), gm.run("churn", store=store) as run, run.step("train"):
        1 / 0  # noqa: B018
    (execution,) = store.executions()
    (context,) = store.contexts(type="Run")
    assert (execution.state, execution.properties["error"]) == ("FAILED", "ZeroDivisionError: division by zero")
    assert context.properties["state"] == "FAILED"
    assert context.properties["error"] == "ZeroDivisionError: division by zero"


@pytest.mark.parametrize("exception", [KeyboardInterrupt, SystemExit])
def test_an_interruption_is_recorded_and_goes_on(sqlite_store: Store, exception: type[BaseException]) -> None:
    with pytest.raises(exception), gm.run("churn", store=sqlite_store) as run, run.step("train"):
        raise exception
    (execution,) = sqlite_store.executions()
    assert (execution.state, execution.properties["error"]) == ("FAILED", exception.__name__)


def test_an_exception_that_is_caught_fails_the_step_alone(sqlite_store: Store) -> None:
    with gm.run("churn", store=sqlite_store) as run:
        with pytest.raises(ValueError), run.step("first"):
            raise ValueError("no")
        with run.step("second"):
            pass
    assert [each.state for each in sqlite_store.executions()] == ["FAILED", "COMPLETE"]
    assert sqlite_store.contexts(type="Run")[0].properties["state"] == "COMPLETE"


def test_what_is_recorded_is_there_at_once(store: Store) -> None:
    run = gm.start("churn", store=store)
    assert [context.properties["state"] for context in store.contexts(type="Run")] == ["RUNNING"]
    step = run.start_step("train", params={"lr": 0.1})
    assert [each.state for each in store.executions()] == ["RUNNING"]
    used = step.use(b"rows", name="rows")
    assert len(store.events(executions=[step.id or 0])) == 1
    step.params(epochs=3)
    assert store.executions()[0].custom_properties == {"lr": 0.1, "epochs": 3}
    step.finish()
    assert [each.state for each in store.executions()] == ["COMPLETE"]
    run.start_step("evaluate").use(used)
    run.finish()  # and the step that nobody ended
    assert [each.state for each in store.executions()] == ["COMPLETE", "COMPLETE"]
    run.finish()
    assert [context.properties["state"] for context in store.contexts(type="Run")] == ["COMPLETE"]


def test_a_notebook_that_is_left_stays_running(sqlite_store: Store) -> None:
    gm.start("churn", store=sqlite_store).start_step("train")
    assert sqlite_store.contexts(type="Run")[0].properties["state"] == "RUNNING"
    assert sqlite_store.executions()[0].state == "RUNNING"


def test_handles_go_from_step_to_step_and_run_to_run(store: Store) -> None:
    with gm.run("prepare", store=store) as run, run.step("clean") as step:
        clean = step.produce(b"clean", type="Dataset", name="rows")
    assert (str(clean), clean.version) == ("Dataset:rows@1", 1)
    with gm.run("train", store=store) as run:
        with run.step("train") as step:
            step.use(clean, key="train")
            model = step.produce(b"model", type="Model", name="churn")
        with run.step("evaluate") as step:
            step.use(store.artifact(model.id or 0))
    assert [artifact.name for artifact in store.artifacts()] == ["rows@1", "churn@1"]
    (_, train, evaluate) = store.executions()
    assert [event.path for event in store.events(executions=[train])] == [("train",), ("churn",)]
    assert [event.artifact_id for event in store.events(executions=[evaluate])] == [model.id]


def test_measurements_of_a_model(store: Store) -> None:
    with gm.run("churn", store=store) as run:
        with run.step("train") as step:
            model = step.produce(b"one", type="Model", name="churn")
            other = step.produce(b"two", type="Model", name="churn")
        with run.step("evaluate") as step:
            step.use(model, key="candidate")
            first = step.log({"auc": 0.8}, of=model)
            second = step.log({"auc": 0.9}, of=other, name="scores")
            both = step.log({"agreement": 0.7}, of=[model, other])
    artifacts = {artifact.id: artifact for artifact in store.artifacts(type="Metrics")}
    assert first.id and second.id and both.id and model.id and other.id
    assert (artifacts[first.id].name, artifacts[first.id].uri) == ("churn-evaluate@1", None)
    assert artifacts[first.id].custom_properties == {"auc": 0.8, "model": "churn@1"}
    assert artifacts[second.id].name == "scores@1"
    assert artifacts[second.id].custom_properties == {"auc": 0.9, "model": "churn@2"}
    assert artifacts[both.id].custom_properties == {"agreement": 0.7}
    evaluate = store.executions()[-1]
    assert [(each.artifact_id, each.type) for each in store.events(executions=[evaluate])] == [
        (model.id, "INPUT"),  # once, though it is named three times
        (first.id, "OUTPUT"),
        (other.id, "INPUT"),
        (second.id, "OUTPUT"),
        (both.id, "OUTPUT"),
    ]


def test_a_step_that_measures_what_it_made_does_not_use_it(sqlite_store: Store) -> None:
    with gm.run("churn", store=sqlite_store) as run, run.step("train") as step:
        model = step.produce(b"one", type="Model", name="churn")
        step.log({"auc": 0.8}, of=model)
    assert [event.type for event in sqlite_store.events(executions=[step.id or 0])] == ["OUTPUT", "OUTPUT"]


def test_a_step_may_rewrite_what_it_used(store: Store) -> None:
    Path("state.bin").write_bytes(b"same")
    with gm.run("churn", store=store) as run, run.step("touch") as step:
        step.use("state.bin")
        step.use("state.bin")
        step.produce("state.bin", type="Dataset")
    (artifact,) = store.artifacts()
    assert [event.type for event in store.events(artifacts=[artifact])] == ["INPUT", "OUTPUT"]


def test_params_in_every_form(store: Store) -> None:
    given = argparse.Namespace(lr=0.1, layers=[64, 32], nothing=None, optimiser={"name": "adam", "beta": 0.9})
    with gm.run("churn", store=store) as run, run.step("train", params=given) as step:
        step.params({"batch": 32, "best": float("nan")}, shuffle=True)
        step.params({"batch": 64})
    (execution,) = store.executions()
    assert execution.custom_properties == {
        "lr": 0.1,
        "layers": "[64, 32]",
        "nothing": "None",
        "optimiser": {"name": "adam", "beta": 0.9},
        "batch": 64,
        "best": "NaN",
        "shuffle": True,
    }


@pytest.mark.parametrize("key", ["a.b", "", "name", "state", "display_name", "started", "%", "nul\0", "ü" * 300])
def test_any_key_of_a_parameter_and_a_metric(store: Store, key: str) -> None:
    with gm.run("churn", store=store) as run, run.step("train", params={key: 1}) as step:
        step.produce(b"m", type="Model", name="churn", metrics={key: 2})
        step.produce(b"m", type="Model", name="churn", metrics={key: 3})
    assert store.executions()[0].custom_properties == {key: 1}
    assert store.artifacts()[0].custom_properties == {key: 3}


def test_a_type_that_somebody_else_declared(store: Store) -> None:
    """Where a key of ours is taken by another value type it becomes a custom property, and is found again."""
    theirs = Type(kind="artifact", name="Model", properties={"version": "STRING", "digest": "INT", "team": "STRING"})
    store.put_type(theirs)
    for _ in range(2):
        with gm.run("churn", store=store) as run, run.step("train") as step:
            model = step.produce(b"m", type="Model", name="churn", metrics={"auc": 1.0})
    (artifact,) = store.artifacts()
    assert model.version == 1
    assert artifact.properties == {"display_name": "churn", "size": 1}
    assert set(artifact.custom_properties) == {"version", "digest", "auc"}
    stored = store.type("artifact", "Model").properties
    assert stored == {
        "version": "STRING",
        "digest": "INT",
        "team": "STRING",
        "display_name": "STRING",
        "size": "INT",
    }


def test_the_type_of_a_step(sqlite_store: Store) -> None:
    with gm.run("churn", store=sqlite_store) as run:
        for fold in range(3):
            with run.step(f"fold-{fold}", type="train"):
                pass
    assert [(each.type, each.value("display_name")) for each in sqlite_store.executions()] == [
        ("train", f"fold-{fold}") for fold in range(3)
    ]


def test_nested_steps_and_threads(store: Store) -> None:
    together = threading.Barrier(4)

    def work(run: gm.Run, number: int) -> None:
        with run.step("train", params={"number": number}) as step:
            together.wait()
            step.use(b"shared", name="rows")
            with run.step("inner") as inner:
                inner.produce(bytes([number]), type="Model", name="churn")

    with gm.run("churn", store=store) as run:
        threads = [threading.Thread(target=work, args=(run, number)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(artifact.name or "" for artifact in store.artifacts()) == [
        "churn@1",
        "churn@2",
        "churn@3",
        "churn@4",
        "rows@1",
    ]
    assert sorted(str(each.custom_properties.get("number")) for each in store.executions(type="train")) == [*"0123"]
    assert {each.state for each in store.executions()} == {"COMPLETE"}
    assert len(store.executions()) == 8
    assert len(store.contexts(type="Environment")) == 1


@pytest.mark.parametrize("name", ["", None, 3])
def test_a_run_and_a_step_need_names(sqlite_store: Store, name: str) -> None:
    with pytest.raises(InvalidArgumentError, match="needs a name"):
        gm.run(name, store=sqlite_store)
    with gm.run("churn", store=sqlite_store) as run, pytest.raises(InvalidArgumentError, match="needs a name"):
        run.step(name)


@pytest.mark.parametrize("name", ["churn@3", "a/b", "ünï çode 🚀", "x" * 3000, "a'b\"c", "line\nend", "%41", "@", "@1"])
def test_any_name(store: Store, name: str) -> None:
    for content in (b"1", b"2", b"1"):
        with gm.run(name, store=store, experiment=name, strict=True) as run, run.step(name) as step:
            made = step.produce(content, type="Model", name=name)
    assert [artifact.name for artifact in store.artifacts()] == [f"{name}@1", f"{name}@2"]
    assert (run.version, made.version) == (3, 1)


def test_the_default_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from graphmeta.store import connect

    monkeypatch.setenv("GRAPHMETA_STORE", "elsewhere.db")
    with gm.run("churn"):
        pass
    monkeypatch.delenv("GRAPHMETA_STORE")
    with gm.run("churn"):
        pass
    with gm.run("churn", store=str(tmp_path / "third.db")):
        pass
    for file in ("elsewhere.db", "graphmeta.db", "third.db"):
        with connect(tmp_path / file) as store:
            assert [run.name for run in store.contexts(type="Run")] == ["churn@1"]
