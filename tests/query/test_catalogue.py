"""Catalogues of models and of datasets: one entry a name, with what goes with its latest version."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from graphmeta import Artifact, Event, Execution, Store
from graphmeta.backends.requests import EventQuery
from graphmeta.errors import InvalidArgumentError
from graphmeta.model import AnyNode
from graphmeta.query import catalogue as module
from graphmeta.query import display, neighbourhood
from graphmeta.query.catalogue import Catalogue, Entry, catalogue
from tests.query import worlds


def names(found: Catalogue) -> list[str]:
    return [entry.name for entry in found.entries]


def entry(found: Catalogue, name: str) -> Entry:
    return next(each for each in found.entries if each.name == name)


def shown(nodes: Sequence[AnyNode]) -> list[str | None]:
    return [node.name for node in nodes]


def put_models(store: Store, *called: str) -> list[Artifact]:
    """Models with these names, one after the other, of a type that allows any."""
    made = [Artifact(type="Model", custom_properties={"display_name": name}) for name in called]
    store.put(artifacts=made)
    return made


# ---------------------------------------------------------------- what there is


def test_versions_of_a_name_are_one_entry_with_the_latest(store: Store) -> None:
    nodes = worlds.recorded(store)
    found = catalogue(store, "Model")
    assert names(found) == ["big", "churn"]  # the last stored first
    churn = entry(found, "churn")
    assert churn.latest.id == nodes["churn@3"].id
    assert churn.previous is not None
    assert churn.previous.id == nodes["churn@2"].id
    assert (churn.versions, churn.more) == (3, False)
    assert entry(found, "big").previous is None
    assert (found.types, found.looked_at, found.complete, found.next, found.notes) == (["Model"], 4, True, None, [])


def test_a_model_has_its_metrics_datasets_step_and_run(store: Store) -> None:
    nodes = worlds.recorded(store)
    churn = entry(catalogue(store, "Model"), "churn").beside
    assert churn.metrics == {"auc": 0.3, "f1": 0.03}
    assert shown(churn.related) == ["train.csv@2"]  # the nearest, and not raw.csv behind it
    assert not churn.assumed
    assert not churn.cut
    assert churn.step is not None
    assert churn.step.id == nodes["train@3"].id
    assert churn.run is not None
    assert churn.run.type == "Run"
    assert churn.run.id == next(each.id for each in store.contexts_of(churn.step) if each.type == "Run")


def test_a_dataset_has_the_models_made_from_it_nearest_and_newest_first(store: Store) -> None:
    worlds.recorded(store)
    found = catalogue(store, "Dataset")
    assert names(found) == ["extra.csv", "train.csv", "test.csv", "raw.csv"]
    assert shown(entry(found, "train.csv").beside.related) == ["churn@3", "churn@2"]
    # big was made from churn, and not from this.
    assert shown(entry(found, "raw.csv").beside.related) == ["churn@3", "churn@2", "churn@1"]
    assert entry(found, "test.csv").beside.related == []
    assert shown(entry(found, "extra.csv").beside.related) == ["big@1"]


def test_a_model_that_read_no_dataset_has_those_of_its_parent(store: Store) -> None:
    worlds.plain(store)
    data, parent, child = Artifact(type="Dataset"), Artifact(type="Model"), Artifact(type="Model")
    train, tune = Execution(type="Trainer"), Execution(type="Trainer")
    store.put(
        artifacts=[data, parent, child],
        executions=[train, tune],
        events=[
            *(Event(data, train, "INPUT"), Event(parent, train, "OUTPUT")),
            *(Event(parent, tune, "INPUT"), Event(child, tune, "OUTPUT")),
        ],
    )
    found = catalogue(store, "Model").entries
    assert [[each.id for each in entry.beside.related] for entry in found] == [[data.id], [data.id]]


def test_an_evaluation_that_gives_a_model_back_made_no_data_of_it(store: Store) -> None:
    worlds.plain(store)
    train_data, test_data = Artifact(type="Dataset", name="train"), Artifact(type="Dataset", name="test")
    model = Artifact(type="Model", name="m")
    trainer, evaluator = Execution(type="Trainer"), Execution(type="Evaluator")
    store.put(
        artifacts=[train_data, test_data, model],
        executions=[trainer, evaluator],
        events=[
            *(Event(train_data, trainer, "INPUT"), Event(model, trainer, "OUTPUT")),
            *(Event(test_data, evaluator, "INPUT"), Event(model, evaluator, "INPUT")),
            Event(model, evaluator, "OUTPUT"),
        ],
    )
    beside = catalogue(store, "Model").entries[0].beside
    assert shown(beside.related) == ["train"]
    assert beside.step is not None
    assert beside.step.id == trainer.id


# ---------------------------------------------------------------- what others write


def test_tfx(store: Store) -> None:
    worlds.tfx(store)
    models, data = catalogue(store, "Model"), catalogue(store, "Dataset")
    assert models.types == ["Model", "PushedModel"]
    assert names(models) == ["pushed_model", "model"]
    assert entry(models, "model").versions == 2
    pushed = entry(models, "pushed_model").beside
    assert pushed.run is not None
    assert pushed.run.name == "taxi.1"
    assert names(data) == ["transformed_examples", "examples"]
    assert [display(each) for each in entry(data, "transformed_examples").beside.related] == ["model"]


def test_artifacts_of_tfx_without_a_name_are_versions_by_their_folder(store: Store) -> None:
    worlds.plain(store)
    places = ["/root/taxi/Trainer/model/3", "/root/taxi/Trainer/model/17", "/root/iris/Trainer/model/4", "s3://b/m/9"]
    store.put(artifacts=[Artifact(type="Model", uri=place) for place in places])
    found = catalogue(store, "Model").entries
    assert [(each.name, each.versions, each.folder) for each in found] == [
        ("9", 1, ""),  # a number below no more than a bucket may be anything
        ("Trainer/model", 1, "/root/iris/Trainer/model"),
        ("Trainer/model", 2, "/root/taxi/Trainer/model"),
    ]


def test_kubeflow_pipelines(store: Store) -> None:
    worlds.kfp(store)
    models = catalogue(store, "Model")
    assert names(models) == ["cached_model", "iris_model"]
    assert entry(models, "iris_model").beside.metrics == {"accuracy": 0.97}
    assert [display(each) for each in entry(models, "iris_model").beside.related] == ["iris_data"]
    data = catalogue(store, "Dataset")
    assert [display(each) for each in entry(data, "iris_data").beside.related] == ["cached_model", "iris_model"]


def test_kale_has_inputs_that_no_type_calls_datasets(store: Store) -> None:
    nodes = worlds.kale(store)
    titanic = entry(catalogue(store, "Model"), "titanic").beside
    assert [each.id for each in titanic.related] == [nodes["snapshot"].id]
    assert titanic.assumed
    assert titanic.step is not None
    assert titanic.step.id == nodes["fit"].id  # and not the cached one
    assert names(catalogue(store, "Dataset")) == []


# ---------------------------------------------------------------- asked for


def test_an_empty_store_has_none(store: Store) -> None:
    assert catalogue(store, "Model") == Catalogue([], [], notes=[])


def test_only_names_that_hold_a_text_in_any_case(store: Store) -> None:
    worlds.plain(store)
    put_models(store, "Churn", "churn-small", "fraud")
    assert names(catalogue(store, "Model", name="CHURN")) == ["churn-small", "Churn"]
    assert names(catalogue(store, "Model", name="nothing")) == []


def test_only_one_type(store: Store) -> None:
    worlds.tfx(store)
    assert names(catalogue(store, "Model", type="PushedModel")) == ["pushed_model"]
    with pytest.raises(InvalidArgumentError, match=r"Examples is no type of models.*There are: Model, PushedModel\."):
        catalogue(store, "Model", type="Examples")


def test_page_by_page_each_name_once_whatever_its_older_versions(store: Store) -> None:
    worlds.plain(store)
    put_models(store, "a", "b", "a", "c", "d", "b", "a")
    pages: list[list[str]] = []
    below: int | None = None
    while below is not None or not pages:
        found = catalogue(store, "Model", below=below, limit=2)
        pages.append(names(found))
        below = found.next
    assert pages == [["a", "b"], ["d", "c"]]


def test_as_it_was(store: Store) -> None:
    nodes = worlds.recorded(store)
    before = catalogue(store.as_of((nodes["churn@1"].created or 0) - 1), "Model")
    assert (names(before), before.complete) == ([], True)
    assert names(catalogue(store.as_of(nodes["big@1"].created or 0), "Model")) == ["big", "churn"]


# ---------------------------------------------------------------- bounds


def test_of_many_only_the_newest_are_looked_at_and_it_says_so(store: Store) -> None:
    worlds.plain(store)
    made = put_models(store, "old", "rare", "b", "b", "b")
    found = catalogue(store, "Model", most=3)
    assert names(found) == ["b"]
    assert (found.looked_at, found.complete) == (3, False)
    assert found.notes == [
        "Only the newest 3 models were looked at. There are older ones, and they may have other names."
    ]
    # An older one is found by its whole name, with its versions.
    assert [each.latest.id for each in catalogue(store, "Model", name="rare", most=3).entries] == [made[1].id]


def test_older_versions_of_what_has_few_are_counted_too(store: Store) -> None:
    worlds.plain(store)
    made = put_models(store, "a", "a", "b", "a", "b")
    found = catalogue(store, "Model", most=2)
    assert [(each.name, each.versions, each.more) for each in found.entries] == [("b", 2, False), ("a", 3, False)]
    assert [each.previous.id for each in found.entries if each.previous] == [made[2].id, made[1].id]


def test_of_plenty_of_versions_it_says_that_there_may_be_more(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PLENTY", 2)
    worlds.plain(store)
    put_models(store, *["a"] * 5)
    found = catalogue(store, "Model", most=3).entries[0]
    assert (found.versions, found.more) == (3, True)


def test_models_are_found_among_many_artifacts_of_other_types(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FIRST_PAGE", 10)
    worlds.plain(store)
    put_models(store, "a", "b")
    store.put(artifacts=[Artifact(type="Thing") for _ in range(30)])
    assert names(catalogue(store, "Model")) == ["b", "a"]
    put_models(store, "c", "d")  # now they are common among the newest, and a few pages are gone through
    found = catalogue(store, "Model")
    assert (names(found), found.complete) == (["d", "c", "b", "a"], True)


def test_a_dataset_that_everything_uses_is_not_read_whole(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbourhood, "_MOST_STEPS", 20)
    worlds.plain(store)
    hub, small = Artifact(type="Dataset", name="hub"), Artifact(type="Dataset", name="small")
    steps = [Execution(type="Trainer") for _ in range(30)]
    made = [Artifact(type="Model", name=f"m{number}") for number in range(30)]
    store.put(
        artifacts=[hub, small, *made],
        executions=steps,
        events=[
            *(Event(hub, step, "INPUT") for step in steps),
            *(Event(model, step, "OUTPUT") for model, step in zip(made, steps, strict=True)),
            Event(small, steps[0], "INPUT"),
        ],
    )
    with store.backend.tracing() as requests:
        found = catalogue(store, "Dataset")
    beside = entry(found, "hub").beside
    assert shown(beside.related) == ["m29", "m28"]  # of the newest two steps
    assert beside.cut
    assert shown(entry(found, "small").beside.related) == ["m0"]
    assert not any(isinstance(each, EventQuery) and hub.id in (each.artifact_ids or ()) for each in requests)


def test_a_model_that_everything_uses_has_the_metrics_that_it_carries(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbourhood, "_MOST_STEPS", 5)
    worlds.plain(store)
    base = Artifact(type="Model", name="base", custom_properties={"auc": 0.5, "version": 3})
    steps = [Execution(type="Trainer") for _ in range(6)]
    store.put(artifacts=[base], executions=steps, events=[Event(base, step, "INPUT") for step in steps])
    assert catalogue(store, "Model").entries[0].beside.metrics == {"auc": 0.5}
