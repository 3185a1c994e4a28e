"""A step that takes an artifact and gives it back."""

from __future__ import annotations

from graphmeta import Artifact, Event, Execution, Store, artifact_type, execution_type
from graphmeta.query import datasets, models, origin


def world(store: Store, second: str) -> tuple[Artifact, Artifact, Artifact]:
    """train.csv -> a training -> churn; then a step of the type `second` takes churn and test.csv, gives churn."""
    store.put_types([artifact_type("Dataset"), artifact_type("Model"), execution_type("Train"), execution_type(second)])
    train, test = Artifact(type="Dataset", name="train.csv"), Artifact(type="Dataset", name="test.csv")
    model = Artifact(type="Model", name="churn")
    training, again = Execution(type="Train", state="COMPLETE"), Execution(type=second, state="COMPLETE")
    store.put(
        artifacts=[train, test, model],
        executions=[training, again],
        events=[
            Event(train, training, "INPUT"),
            Event(model, training, "OUTPUT"),
            Event(model, again, "INPUT"),
            Event(test, again, "INPUT"),
            Event(model, again, "OUTPUT"),
        ],
    )
    return train, test, model


def test_an_evaluation_that_gives_the_model_back_did_not_make_it(store: Store) -> None:
    train, test, model = world(store, "Evaluate")
    assert [use.dataset.name for use in datasets(store, model).uses] == ["train.csv"]
    assert models(store, using=test).uses == []
    assert [use.model.name for use in models(store, using=train).uses] == ["churn"]
    made = origin(store, model)
    assert (made.execution.type if made.execution else None, list(made.others)) == ("Train", [])


def test_a_training_that_goes_on_with_the_model_did(store: Store) -> None:
    _, test, model = world(store, "Finetune")
    assert [use.dataset.name for use in datasets(store, model).uses] == ["train.csv", "test.csv"]
    assert [use.model.name for use in models(store, using=test).uses] == ["churn"]


def test_an_output_that_stayed_pending_made_nothing(store: Store) -> None:
    store.put_types([artifact_type("Dataset"), artifact_type("Model"), execution_type("Train")])
    bad, good = Artifact(type="Dataset", name="bad.csv"), Artifact(type="Dataset", name="good.csv")
    model = Artifact(type="Model", name="churn")
    failed, done = Execution(type="Train", state="FAILED"), Execution(type="Train", state="COMPLETE")
    store.put(
        artifacts=[bad, good, model],
        executions=[failed, done],
        events=[
            Event(bad, failed, "INPUT"),
            Event(model, failed, "PENDING_OUTPUT"),
            Event(good, done, "INPUT"),
            Event(model, done, "OUTPUT"),
        ],
    )
    assert [use.dataset.name for use in datasets(store, model).uses] == ["good.csv"]
    assert models(store, using=bad).uses == []
    assert [use.model.name for use in models(store, using=good).uses] == ["churn"]


def test_an_output_that_is_only_pending_is_all_that_is_known(store: Store) -> None:
    store.put_types([artifact_type("Dataset"), artifact_type("Model"), execution_type("Train")])
    data, model = Artifact(type="Dataset", name="train.csv"), Artifact(type="Model", name="churn")
    step = Execution(type="Train", state="RUNNING")
    events = [Event(data, step, "INPUT"), Event(model, step, "PENDING_OUTPUT")]
    store.put(artifacts=[data, model], executions=[step], events=events)
    assert [use.dataset.name for use in datasets(store, model).uses] == ["train.csv"]
