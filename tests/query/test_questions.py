"""The seven questions to a store that the recorder filled. Expected values are written by hand."""

from __future__ import annotations

import json

import pytest

from graphmeta import query
from graphmeta.errors import InvalidArgumentError, NotFoundError
from graphmeta.query import label
from graphmeta.store import Store
from tests.query import worlds


@pytest.fixture
def recorded(store: Store) -> worlds.Nodes:
    return worlds.recorded(store)


def test_datasets_direct_ones_first(store: Store, recorded: worlds.Nodes) -> None:
    found = query.datasets(store, "Model:churn@1")
    assert [(use.dataset.name, use.direct, use.distance, use.via) for use in found.uses] == [
        ("train.csv@1", True, 2, None),
        ("raw.csv@1", False, 4, None),
    ]
    assert found.notes == []


def test_datasets_of_a_parent_model_say_via(store: Store, recorded: worlds.Nodes) -> None:
    found = query.datasets(store, recorded["big@1"])
    assert [(use.dataset.name, use.direct, use.via and use.via.name) for use in found.uses] == [
        ("extra.csv@1", True, None),
        ("train.csv@2", False, "churn@3"),
        ("raw.csv@1", False, "churn@3"),
    ]


def test_params_are_the_users_own(store: Store, recorded: worlds.Nodes) -> None:
    found = query.params(store, "Model:churn@2")
    assert found.execution is not None
    assert found.execution.id == recorded["train@2"].id
    assert found.params == {"epochs": 5, "lr": 0.2}
    assert found.bookkeeping == []


def test_metrics(store: Store, recorded: worlds.Nodes) -> None:
    found = query.metrics(store, "Model:churn@2")
    assert [(m.key, m.value, m.artifact.name, m.execution and m.execution.type) for m in found.values] == [
        ("auc", 0.2, "churn@2", None),
        ("f1", 0.02, "scores@2", "evaluate"),
    ]
    assert found.by_key() == {"auc": 0.2, "f1": 0.02}
    assert [artifact.name for artifact in found.artifacts] == ["scores@2"]
    assert found.notes == []


def test_the_metrics_of_a_model_built_on_another_are_its_own(store: Store, recorded: worlds.Nodes) -> None:
    assert query.metrics(store, "Model:big").by_key() == {"loss": "NaN"}


def test_origin(store: Store, recorded: worlds.Nodes) -> None:
    found = query.origin(store, "Model:churn@3")
    assert found.execution is not None
    assert found.execution.id == recorded["train@3"].id
    assert [label(each) for each in (found.run, found.experiment, found.environment) if each] == [
        "Run:churn@3",
        "Experiment:spring",
        "Environment:sha256:e1",
    ]
    assert (found.contexts, found.others, found.notes) == ([], (), [])
    step = query.origin(store, recorded["train@3"])
    assert step.run is not None
    assert step.run.name == "churn@3"


def test_origin_of_what_nobody_made(store: Store, recorded: worlds.Nodes) -> None:
    found = query.origin(store, "Dataset:raw.csv")
    assert found.execution is None
    assert found.notes == ("No step in this store made Dataset:raw.csv@1: it was not recorded.",)
    assert query.params(store, "Dataset:raw.csv").execution is None


def test_models_that_used_a_dataset(store: Store, recorded: worlds.Nodes) -> None:
    found = query.models(store, "train.csv")
    assert [node.name for node in found.using] == ["train.csv@2"]
    assert [(use.model.name, use.direct, use.distance, [a.name for a in use.through]) for use in found.uses] == [
        ("churn@2", True, 2, []),
        ("churn@3", True, 2, []),
        ("big@1", False, 4, ["churn@3"]),
    ]
    assert found.notes == [
        "These are the models of Dataset:train.csv@2; there are other versions of it: Dataset:train.csv@1."
    ]
    raw = query.models(store, recorded["raw.csv@1"])
    assert raw.notes == []
    assert [(use.model.name, [a.name for a in use.through]) for use in raw.uses] == [
        ("churn@1", ["train.csv@1"]),
        ("churn@2", ["train.csv@2"]),
        ("churn@3", ["train.csv@2"]),
        ("big@1", ["train.csv@2", "churn@3"]),
    ]
    # A model is made from training data, not from what it is tested on.
    assert [use.model.name for use in query.models(store, "Dataset:test.csv").uses] == []


def test_models_of_every_version_directly_or_by_uri(store: Store, recorded: worlds.Nodes) -> None:
    def named(found: query.Models) -> list[tuple[str | None, str | None]]:
        return [(use.model.name, use.source.name if use.source else None) for use in found.uses]

    train = "Dataset:train.csv@1"
    first = [("churn@1", "train.csv@1")]
    second = [("churn@2", "train.csv@2"), ("churn@3", "train.csv@2")]
    assert named(query.models(store, train, direct=True)) == first
    assert named(query.models(store, train, every_version=True, direct=True)) == [*first, *second]
    assert named(query.models(store, train, every_version=True)) == [*first, *second, ("big@1", "train.csv@2")]
    below = query.models(store, "file:///data/*")
    assert "Model" not in {node.type for node in below.using} and len(below.using) > 4
    assert {use.model.name for use in below.uses} == {"churn@1", "churn@2", "churn@3", "big@1"}
    assert query.models(store, recorded["raw.csv@1"], direct=True).notes[0].startswith("No model in this store read")
    with pytest.raises(NotFoundError, match="URI that begins with s3://nowhere/"):
        query.models(store, "s3://nowhere/*")


def test_a_comparison_is_sorted_by_a_row(store: Store, recorded: worlds.Nodes) -> None:
    found = query.compare(store, ["Model:big@1", "Model:churn@1", "Model:churn@2", "Model:churn@3"])
    assert [node.name for node in found.sorted("metrics.auc").nodes] == ["churn@3", "churn@2", "churn@1", "big@1"]
    smallest = found.sorted("metrics.auc", reverse=True)
    assert [node.name for node in smallest.nodes] == ["churn@1", "churn@2", "churn@3", "big@1"]
    row = next(row for row in smallest.section("params") if row.key == "lr")
    assert list(row.values) == [0.1, 0.2, 0.3, 0.01]
    with pytest.raises(InvalidArgumentError, match=r"metrics\.auc"):
        found.sorted("metrics.aoc")


def test_all_models(store: Store, recorded: worlds.Nodes) -> None:
    found = query.models(store)
    assert found.using == []
    assert [use.model.name for use in found.uses] == ["churn@1", "churn@2", "churn@3", "big@1"]


def test_models_of_a_step(store: Store, recorded: worlds.Nodes) -> None:
    found = query.models(store, recorded["train@3"])
    assert [(use.model.name, use.direct, use.distance) for use in found.uses] == [
        ("churn@3", True, 1),
        ("big@1", False, 3),
    ]


def test_compare(store: Store, recorded: worlds.Nodes) -> None:
    found = query.compare(store, ["Model:churn@1", recorded["churn@2"], "Model:churn@3"])
    rows = {(row.section, row.key): (list(row.values), row.differs) for row in found.rows}
    assert rows["params", "lr"] == ([0.1, 0.2, 0.3], True)
    assert rows["params", "epochs"] == ([5, 5, 5], False)
    assert rows["metrics", "f1"] == ([0.01, 0.02, 0.03], True)
    assert rows["datasets", "train.csv"] == (
        ["Dataset:train.csv@1", "Dataset:train.csv@2", "Dataset:train.csv@2"],
        True,
    )
    assert rows["datasets", "raw.csv"] == (["Dataset:raw.csv@1"] * 3, False)
    assert rows["code", "git_commit"] == (["ctrain@1", "ctrain@2", "ctrain@3"], True)
    assert rows["environment", "scikit-learn"] == (["1.5.2"] * 3, False)
    assert rows["run", "run"] == (["Run:churn@1", "Run:churn@2", "Run:churn@3"], True)
    assert [row.key for row in found.section("params")] == ["epochs", "lr"]
    assert {row.key for row in found.differences()} >= {"lr", "auc", "f1", "train.csv", "git_commit"}


def test_compare_tells_kinds_of_values_apart_and_absent_ones(store: Store) -> None:
    worlds.plain(store)
    models = []
    for number, params in enumerate([{"a": 1, "s": {"x": 1.0, "y": [1.0]}}, {"a": 1.0, "s": {"x": 1.0}}, {"a": True}]):
        models.append(worlds.artifact(store, "Model", f"m{number}"))
        worlds.step(store, "Trainer", [], [models[-1]], custom_properties=params)
    rows = {row.key: row for row in query.compare(store, models).section("params")}
    assert [repr(value) for value in rows["a"].values] == ["1", "1.0", "True"]
    assert rows["a"].differs
    assert (list(rows["s.x"].values), rows["s.x"].differs) == ([1.0, 1.0, None], True)
    assert list(rows["s.y"].values) == [[1.0], None, None]
    twice = {row.key: row.differs for row in query.compare(store, [models[0], models[0]]).rows}
    assert not any(twice.values())


def test_environment(store: Store, recorded: worlds.Nodes) -> None:
    found = query.environment(store, "Model:churn@3")
    assert found.context is not None
    assert found.context.id == recorded["environment"].id
    assert [(package.name, package.version) for package in found.frameworks] == [("scikit-learn", "1.5.2")]
    assert [(package.name, package.version) for package in found.packages] == [("numpy", "1.26.4"), ("pyyaml", "6.0")]
    assert found.details == {"python": "3.11.7", "implementation": "CPython", "platform": "Linux", "host": "box"}


def test_siblings(store: Store, recorded: worlds.Nodes) -> None:
    found = query.siblings(store, "Model:churn@3")
    assert [(s.model.name, [d.name for d in s.datasets], s.direct, s.relation) for s in found.siblings] == [
        ("churn@2", ["raw.csv@1", "train.csv@2"], True, "sibling"),
        ("churn@1", ["raw.csv@1"], False, "sibling"),
        ("big@1", ["raw.csv@1", "train.csv@2"], False, "descendant"),
    ]
    assert {s.model.name: s.relation for s in query.siblings(store, "Model:big").siblings}["churn@3"] == "ancestor"


def test_a_model_alone_has_no_siblings(store: Store) -> None:
    worlds.plain(store)
    model = worlds.artifact(store, "Model", "m")
    assert query.siblings(store, model).notes == [
        "No step in this store made Model:m, so what it was made from is not known."
    ]
    worlds.step(store, "Trainer", [worlds.artifact(store, "Dataset", "d")], [model])
    assert query.siblings(store, model).notes == ["No other model in this store shares a dataset with it."]


def test_explain_is_all_of_them_in_few_round_trips(store: Store, recorded: worlds.Nodes) -> None:
    with store.backend.tracing() as requests:
        found = query.explain(store, "Model:churn@3")
    assert len(requests) < 20
    model = recorded["churn@3"]
    assert found.datasets == query.datasets(store, model)
    assert found.params == query.params(store, model)
    assert found.metrics == query.metrics(store, model)
    assert found.origin == query.origin(store, model)
    assert found.environment == query.environment(store, model)
    assert found.siblings == query.siblings(store, model)
    assert found.comparison == query.compare(store, ["Model:churn@2", model])
    assert query.explain(store, "Model:churn@1").comparison is None
    assert found.to_json()["siblings_count"] == 3


def test_json_is_one_document_of_nodes(store: Store, recorded: worlds.Nodes) -> None:
    model = recorded["churn@3"]
    for answer in (
        query.datasets(store, model),
        query.models(store, "Dataset:raw.csv"),
        query.models(store),
        query.siblings(store, model),
        query.compare(store, ["Model:churn@2", model]),
    ):
        document = json.loads(json.dumps(answer.to_json(), allow_nan=False))
        for node in document["nodes"]:
            assert {"kind", "id", "type", "name", "uri", "state", "created", "updated"} <= set(node)
            assert {"properties", "custom_properties"} <= set(node)
    params = query.params(store, model).to_json()
    assert params["params"] == {"epochs": 5, "lr": 0.3}
    assert params["execution"]["id"] == recorded["train@3"].id
    assert query.metrics(store, model).to_json()["metrics"] == {"auc": 0.3, "f1": 0.03}
    assert query.origin(store, model).to_json()["run"]["name"] == "churn@3"
    assert query.environment(store, model).to_json()["frameworks"][0]["name"] == "scikit-learn"
    json.dumps(query.explain(store, model).to_json(), allow_nan=False)


def test_what_these_questions_are_not_about(store: Store, recorded: worlds.Nodes) -> None:
    for ask in (query.datasets, query.metrics, query.siblings, query.explain):
        with pytest.raises(InvalidArgumentError, match="this question is about artifacts"):
            ask(store, recorded["train@1"])
        with pytest.raises(NotFoundError):
            ask(store, "Model:nobody")
    for ask in (query.origin, query.params, query.environment, query.models):
        with pytest.raises(InvalidArgumentError, match="is a context"):
            ask(store, recorded["run@1"])
    with pytest.raises(InvalidArgumentError, match="two models or more, and 1 was given"):
        query.compare(store, ["Model:churn@1"])


def test_an_answer_as_text_is_what_the_command_line_prints(store: Store, recorded: worlds.Nodes) -> None:
    text = str(query.params(store, "Model:churn@3"))
    assert text.startswith("Hyperparameters of Model:churn@3\n")
    assert "\nlr " in text
    answers = [
        ask(store, "Model:churn@3")
        for ask in (query.datasets, query.metrics, query.origin, query.environment, query.siblings, query.explain)
    ]
    for answer in [*answers, query.models(store), query.compare(store, ["Model:churn@2", "Model:churn@3"])]:
        assert str(answer).strip()
        assert f"{type(answer).__name__}(" not in str(answer)


def test_what_is_neither_a_node_nor_text_is_refused(store: Store, recorded: worlds.Nodes) -> None:
    for ask in (query.explain, query.params, query.lineage):
        with pytest.raises(InvalidArgumentError, match="and not 5"):
            ask(store, 5)  # type: ignore[operator]
