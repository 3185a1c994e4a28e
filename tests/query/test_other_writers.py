"""The seven questions to stores that TFX, Kubeflow Pipelines and Kale filled."""

from __future__ import annotations

import base64

from graphmeta import query
from graphmeta.model import AnyValue, Artifact, Event, Execution, artifact_type, execution_type
from graphmeta.query import display, label, node_json
from graphmeta.store import Store
from tests.query import worlds


def names(nodes: object) -> list[str]:
    return [label(node) for node in nodes]  # type: ignore[attr-defined]


def test_tfx(store: Store) -> None:
    nodes = worlds.tfx(store)
    model = query.resolve(store, "Model:taxi:model")
    assert model.id == nodes["model"].id
    used = query.datasets(store, model)
    assert [(display(use.dataset), use.direct) for use in used.uses] == [
        ("transformed_examples", True),
        ("examples", False),
    ]
    made = query.origin(store, model)
    assert made.execution is not None
    assert made.execution.id == nodes["trainer"].id  # the cached one was stored first
    assert [each.id for each in made.others] == [nodes["cached"].id]
    assert made.run is not None
    assert made.experiment is not None
    assert (made.run.name, made.experiment.name) == ("taxi.1", "taxi")
    assert names(made.contexts) == ["node:taxi.1.Trainer"]
    chosen = query.params(store, model)
    assert list(chosen.params) == ["module_file", "train_args", "run_id"]
    assert chosen.bookkeeping == ["run_id"]
    software = query.environment(store, model)
    assert [(p.name, p.version, p.source) for p in software.frameworks] == [
        ("tfx", "1.17.3", "Model:taxi:model tfx_version")
    ]
    assert "recorder captured no environment" in software.notes[0]


def test_tfx_evaluation_without_numbers_says_where_they_are(store: Store) -> None:
    nodes = worlds.tfx(store)
    found = query.metrics(store, nodes["model"])
    assert found.values == []
    assert names(found.artifacts) == ["ModelEvaluation:taxi:evaluation"]
    assert "holds no numbers in the store; its content is at /pipelines/taxi/evaluation" in found.notes[0]


def test_a_pushed_model(store: Store) -> None:
    nodes = worlds.tfx(store)
    used = query.datasets(store, nodes["pushed"])
    assert [(display(use.dataset), use.via and display(use.via)) for use in used.uses] == [
        ("examples", None),  # the blessing was made with it
        ("transformed_examples", "model"),
    ]
    assert "read no dataset itself" in used.notes[0]
    assert "deployed a model and did not train it" in query.params(store, nodes["pushed"]).notes[0]
    found = query.models(store, nodes["transformed"])
    assert [(use.model.type, use.direct, names(use.through)) for use in found.uses] == [
        ("Model", True, []),
        ("PushedModel", False, ["Model:taxi:model"]),
    ]


def test_kubeflow_pipelines(store: Store) -> None:
    nodes = worlds.kfp(store)
    model = query.resolve(store, "Model:iris_model")
    assert model.id == nodes["model"].id
    assert [use.dataset.id for use in query.datasets(store, model).uses] == [nodes["data"].id]
    chosen = query.params(store, model)
    assert chosen.params == {
        "inputs": {"lr": 0.5, "depth": 3.0},
        "display_name": "train",
        "image": "python:3.11",
        "pod_name": "p-1",
    }
    assert chosen.bookkeeping == ["display_name", "image", "pod_name"]
    assert query.metrics(store, model).by_key() == {"accuracy": 0.97}
    made = query.origin(store, model)
    assert made.run is not None
    assert made.experiment is not None
    assert (made.run.type, made.experiment.type) == ("system.PipelineRun", "system.Pipeline")
    software = query.environment(store, model)
    assert [(p.name, p.version) for p in software.frameworks] == [("xgboost", "1.7.6")]
    assert software.details == {"image": "python:3.11"}
    rows = {row.key: list(row.values) for row in query.compare(store, [model, nodes["cached_model"]]).rows}
    assert rows["inputs.lr"] == [0.5, 0.5]


def test_cached_steps_that_name_each_other(store: Store) -> None:
    store.put_type(execution_type("train"))
    store.put_type(artifact_type("Model"))
    model, first, second = Artifact(type="Model", name="m"), Execution(type="train"), Execution(type="train")
    store.put(artifacts=[model], executions=[first, second], events=[Event(model, first, "OUTPUT")])
    for each, other in ((first, second), (second, first)):
        each.state, each.custom_properties = "CACHED", {"cached_execution_id": str(other.id)}
    store.put(executions=[first, second])
    made = query.origin(store, "Model:m")
    assert made.execution is not None
    assert (made.execution.id, list(made.others)) == (first.id, [])
    assert "the one that ran is not in this store" in made.notes[0]

    ran = Execution(type="train", state="COMPLETE")
    store.put(executions=[ran])
    second.custom_properties = {"cached_execution_id": str(ran.id)}
    store.put(executions=[second])
    made = query.origin(store, "Model:m")
    assert made.execution is not None
    assert (made.execution.id, [each.id for each in made.others]) == (ran.id, [first.id])


def test_kubeflow_cached_steps_name_the_one_that_ran(store: Store) -> None:
    nodes = worlds.kfp(store)
    made = query.origin(store, nodes["cached_model"])
    assert made.execution is not None
    assert made.execution.id == nodes["train"].id
    assert [each.id for each in made.others] == [nodes["again"].id]
    assert "Only cached steps" in made.notes[0]
    assert query.params(store, nodes["cached_model"]).params["inputs"] == {"lr": 0.5, "depth": 3.0}


def test_kale(store: Store) -> None:
    nodes = worlds.kale(store)
    model = query.resolve(store, "Model:titanic")
    assert model.id == nodes["model"].id
    assert query.resolve(store, "Model:titanic@v1").id == model.id
    used = query.datasets(store, model)
    assert [(use.dataset.id, use.assumed, use.direct) for use in used.uses] == [(nodes["snapshot"].id, True, True)]
    assert "No artifact upstream has a type that says Dataset" in used.notes[0]
    made = query.origin(store, model)
    assert made.execution is not None
    assert made.execution.id == nodes["fit"].id  # the cached one came first and is RUNNING for ever
    assert made.run is not None
    assert made.run.name == "titanic-1"
    assert next(iter(query.params(store, model).params.items())) == ("depth", 3)
    assert "state" in query.params(store, model).bookkeeping


def test_versions_in_properties(store: Store) -> None:
    worlds.plain(store)
    model = worlds.artifact(store, "Model", "m", custom_properties={"tensorflow_version": "2.15.0", "model_version": 7})
    group = worlds.context(store, "Group", "g", custom_properties={"sdk_version": "9", "python_version": "3.10"})
    worlds.step(
        store,
        "Trainer",
        [],
        [model],
        [group],
        custom_properties={"tf_version": "2.16.1", "__tfx_version__": "1.0", "cuda_version": 12.1, "is_version": True},
    )
    found = query.environment(store, model)
    assert [(p.name, p.version) for p in found.frameworks] == [("tensorflow", "2.16.1"), ("tfx", "1.0")]
    assert [(p.name, p.version) for p in found.packages] == [("cuda", "12.1"), ("sdk", "9")]
    assert found.details == {"python": "3.10"}


def test_several_makers(store: Store) -> None:
    worlds.plain(store)
    model = worlds.artifact(store, "Model", "m")
    failed = worlds.step(store, "Trainer", [], [model], state="FAILED")
    first = worlds.step(store, "Trainer", [], [model])
    second = worlds.step(store, "Trainer", [], [model])
    found = query.origin(store, model)
    assert found.execution is not None
    assert found.execution.id == first.id
    assert [each.id for each in found.others] == [failed.id, second.id]
    assert "1 more made it again" in found.notes[0]
    broken = worlds.artifact(store, "Model", "broken")
    only = worlds.step(store, "Trainer", [], [broken], state="FAILED")
    assert query.origin(store, broken).notes[0] == f"execution/{only.id}, which made it, did not complete: FAILED."


def test_declared_and_custom_parameters_of_one_key_are_both_there(store: Store) -> None:
    worlds.plain(store)
    worlds.add_types(store, "execution", "Fit", properties={"lr": "DOUBLE"})
    model = worlds.artifact(store, "Model", "m")
    worlds.step(store, "Fit", [], [model], properties={"lr": 0.1}, custom_properties={"lr": 0.2, "depth": 3})
    assert query.params(store, model).params == {"depth": 3, "lr": 0.1, "lr (custom)": 0.2}


def test_values_that_json_lacks(store: Store) -> None:
    worlds.plain(store)
    packed = AnyValue("type.googleapis.com/x.Y", b"\x00\xff")
    node = worlds.artifact(store, "Thing", "t", custom_properties={"any": packed, "inf": float("inf"), "s": {"a": 1.0}})
    assert node_json(node)["custom_properties"] == {
        "any": {"type_url": "type.googleapis.com/x.Y", "value": base64.b64encode(b"\x00\xff").decode()},
        "inf": "Infinity",
        "s": {"a": 1.0},
    }
