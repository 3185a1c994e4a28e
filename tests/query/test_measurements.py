"""Which numbers are a model's, where steps take or make several models."""

from __future__ import annotations

from typing import Any

import pytest

from graphmeta.model import Artifact
from graphmeta.query import datasets, metrics, models, siblings
from graphmeta.store import Store
from tests.query import worlds


def scores(store: Store, **numbers: Any) -> Artifact:
    return worlds.artifact(store, "Metrics", custom_properties=numbers)


def two_models(store: Store) -> tuple[Artifact, Artifact]:
    worlds.plain(store)
    return worlds.artifact(store, "Model", "a"), worlds.artifact(store, "Model", "b")


def shared(store: Store, model: Artifact) -> dict[str, list[str | None]]:
    """The keys of a model's measurements, with the names of the models that share each."""
    return {metric.key: [other.name for other in metric.shared_with] for metric in metrics(store, model).values}


def test_one_evaluation_of_two_models_is_shared(store: Store) -> None:
    a, b = two_models(store)
    both = scores(store, auc=0.9)
    worlds.step(store, "Evaluator", [a, b], [both])
    assert shared(store, a) == {"auc": ["b"]}
    assert shared(store, b) == {"auc": ["a"]}
    assert "shared" in metrics(store, a).notes[0]


@pytest.mark.parametrize(
    ("inputs", "outputs"),
    [
        ([("model", 0), ("model", 1)], [("metrics", 0), ("metrics", 1)]),
        ([("model", 1), ("model", 0)], [("metrics", 1), ("metrics", 0)]),
        ([("a",), ("b",)], [("a",), ("b",)]),
        ([("a", 0), ("b", 0)], [("a", 0), ("b", 0)]),
        ([(0,), (1,)], [(0,), (1,)]),
    ],
)
def test_paths_pair_models_with_metrics(store: Store, inputs: list[worlds.Path], outputs: list[worlds.Path]) -> None:
    a, b = two_models(store)
    of_a, of_b = scores(store, auc=0.1), scores(store, auc=0.2)
    worlds.step(
        store, "Evaluator", dict(zip(inputs, [a, b], strict=True)), dict(zip(outputs, [of_a, of_b], strict=True))
    )
    assert metrics(store, a).by_key() == {"auc": 0.1}
    assert metrics(store, b).by_key() == {"auc": 0.2}
    assert shared(store, a) == {"auc": []}


@pytest.mark.parametrize(
    ("inputs", "outputs"),
    [
        ([("model", 0), ("baseline_model", 0)], [("evaluation", 0)]),  # TFX's Evaluator
        ([("model", 0), ("model", 1)], [("metrics", 0)]),  # one for both: index 0 says nothing
        ([(), ("x",)], [()]),
    ],
)
def test_paths_that_pair_nothing(store: Store, inputs: list[worlds.Path], outputs: list[worlds.Path]) -> None:
    a, b = two_models(store)
    one = scores(store, auc=0.1)
    worlds.step(store, "Evaluator", dict(zip(inputs, [a, b], strict=True)), {outputs[0]: one})
    assert shared(store, a) == {"auc": ["b"]}
    assert shared(store, b) == {"auc": ["a"]}


def test_a_property_of_the_metrics_names_the_model(store: Store) -> None:
    a, b = two_models(store)
    of_a, of_b = scores(store, auc=0.1, model_id=str(a.id)), scores(store, auc=0.2, model="b")
    worlds.step(store, "Evaluator", [a, b], [of_a, of_b])
    assert metrics(store, a).by_key() == {"auc": 0.1}
    assert metrics(store, b).by_key() == {"auc": 0.2}
    assert shared(store, b) == {"auc": []}


def test_one_step_that_makes_two_models_and_their_metrics(store: Store) -> None:
    a, b = two_models(store)
    of_a, of_b, unpaired = scores(store, auc=0.1), scores(store, auc=0.2), scores(store, time_spent=3.0)
    worlds.step(store, "Trainer", {}, {("m", 0): a, ("m", 1): b, ("s", 0): of_a, ("s", 1): of_b})
    assert metrics(store, a).by_key() == {"auc": 0.1}
    assert metrics(store, b).by_key() == {"auc": 0.2}
    c, d = worlds.artifact(store, "Model", "c"), worlds.artifact(store, "Model", "d")
    worlds.step(store, "Trainer", [], [c, d, unpaired])
    assert shared(store, c) == {"time_spent": ["d"]}


def test_metrics_beside_the_model(store: Store) -> None:
    a, _ = two_models(store)
    beside = scores(store, loss=0.5, span=4, num_id=3, size=10, version=2, ok=True, text="0.5")
    worlds.step(store, "Trainer", [], [a, beside])
    (found,) = metrics(store, a).values
    assert (found.key, found.value, found.artifact.id) == ("loss", 0.5, beside.id)


def test_what_another_model_is_made_with_measures_that_one(store: Store) -> None:
    a, b = two_models(store)
    worlds.step(store, "Trainer", [a], [b, scores(store, auc=0.7)])
    assert metrics(store, a).values == []
    assert "No metrics are recorded" in metrics(store, a).notes[0]
    assert metrics(store, b).by_key() == {"auc": 0.7}


def test_predict_then_score(store: Store) -> None:
    a, b = two_models(store)
    predictions = worlds.artifact(store, "Thing", "predictions")
    scored = scores(store, auc=0.6)
    worlds.step(store, "Step", [a], [predictions])
    worlds.step(store, "Evaluator", [predictions], [scored])
    assert metrics(store, a).by_key() == {"auc": 0.6}
    assert shared(store, a) == {"auc": []}
    mixed, judged = worlds.artifact(store, "Thing", "mixed"), scores(store, f1=0.5)
    worlds.step(store, "Step", [a, b], [mixed])
    worlds.step(store, "Evaluator", [mixed], [judged])
    assert shared(store, a) == {"auc": [], "f1": ["b"]}


def test_measured_twice(store: Store) -> None:
    a, _ = two_models(store)
    worlds.step(store, "Evaluator", [a], [scores(store, auc=0.6)])
    worlds.step(store, "Evaluator", [a], [scores(store, auc=0.8)])
    found = metrics(store, a)
    assert [metric.value for metric in found.values] == [0.6, 0.8]
    assert found.by_key() == {"auc": 0.8}
    assert found.notes == ["Measured more than once, with different results: auc."]


def test_the_same_metrics_of_two_evaluations_are_not_shared(store: Store) -> None:
    """Equal bytes under one name are one artifact: two models may come to it each on its own."""
    a, b = two_models(store)
    same = scores(store, auc=0.5)
    worlds.step(store, "Evaluator", [a], [same])
    worlds.step(store, "Evaluator", [b], [same])
    assert shared(store, a) == shared(store, b) == {"auc": []}


def test_a_model_that_is_rewritten_in_place(store: Store) -> None:
    """A cycle: the step that goes on training reads and writes the same model."""
    a, b = two_models(store)
    data, more = worlds.artifact(store, "Dataset", "d"), worlds.artifact(store, "Dataset", "more")
    worlds.step(store, "Trainer", [data], [a])
    worlds.step(store, "Trainer", [a, more], [a, scores(store, auc=0.9)])
    worlds.step(store, "Trainer", [data], [b])
    assert metrics(store, a).by_key() == {"auc": 0.9}
    assert [(use.dataset.name, use.direct, use.via) for use in datasets(store, a).uses] == [
        ("d", True, None),
        ("more", True, None),
    ]
    assert [use.model.name for use in models(store, data).uses] == ["a", "b"]
    assert [(s.model.name, s.relation) for s in siblings(store, a).siblings] == [("b", "sibling")]


def test_a_model_of_many_datasets(store: Store) -> None:
    """Fan-in: two ways from one dataset are one use, at the shorter distance."""
    a, b = two_models(store)
    one, two, both = (worlds.artifact(store, "Dataset", name) for name in ("one", "two", "both"))
    worlds.step(store, "Step", [one, two], [both])
    worlds.step(store, "Trainer", [one, both], [a])
    worlds.step(store, "Trainer", [two], [b])
    assert [(use.dataset.name, use.distance) for use in datasets(store, a).uses] == [
        ("one", 2),
        ("both", 2),
        ("two", 4),
    ]
    (other,) = siblings(store, a).siblings
    assert ([each.name for each in other.datasets], other.direct) == (["two"], False)


def test_a_dataset_that_another_model_made_is_no_training_of_that_model(store: Store) -> None:
    """Labels from a teacher: its own training data are upstream through it."""
    teacher, student = two_models(store)
    old, labels = worlds.artifact(store, "Dataset", "old"), worlds.artifact(store, "Dataset", "labels")
    worlds.step(store, "Trainer", [old], [teacher])
    worlds.step(store, "Step", [teacher], [labels])
    worlds.step(store, "Trainer", [labels], [student])
    assert [(use.dataset.name, use.direct, use.via and use.via.name) for use in datasets(store, student).uses] == [
        ("labels", True, None),
        ("old", False, "a"),
    ]
