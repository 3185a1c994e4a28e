"""The story that the tests of the command line ask about, recorded as the recorder records."""

from __future__ import annotations

from typing import Any

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
from graphmeta.store import Store
from graphmeta.vocabulary import RECORDED_ARTIFACT, RECORDED_ENVIRONMENT, RECORDED_EXECUTION, RECORDED_RUN

STARTED = 1_700_000_000_000  # 2023-11-14T22:13:20Z
RATES = (0.1, 0.01, 0.001)


def tell(store: Store) -> None:
    """churn.csv is split; three models are trained with three learning rates and evaluated on the test
    part; a fourth training fails."""
    store.put_types(
        [artifact_type(name, RECORDED_ARTIFACT) for name in ("Dataset", "Model", "Metrics")]
        + [execution_type(name, RECORDED_EXECUTION) for name in ("split", "train", "evaluate")]
        + [context_type("Run", RECORDED_RUN), context_type("Experiment")]
        + [context_type("Environment", RECORDED_ENVIRONMENT)]
    )
    raw, train, test = (_file("Dataset", name, 1) for name in ("churn.csv", "train.csv", "test.csv"))
    split = _step("split", test_size=0.2)
    artifacts, steps = [raw, train, test], [split]
    events = [Event(raw, split, "INPUT", ("data",)), Event(train, split, "OUTPUT"), Event(test, split, "OUTPUT")]
    for number, rate in enumerate(RATES, start=1):
        model, score = _file("Model", "churn", number), _file("Metrics", "scores", number, accuracy=(40 + number) / 50)
        fit, judge = _step("train", lr=rate, depth=3), _step("evaluate")
        artifacts += [model, score]
        steps += [fit, judge]
        events += [Event(train, fit, "INPUT", ("data", 0)), Event(model, fit, "OUTPUT", ("model",))]
        events += [Event(model, judge, "INPUT"), Event(test, judge, "INPUT"), Event(score, judge, "OUTPUT")]
    failed = _step("train", lr=100.0)
    failed.state = "FAILED"
    failed.properties["error"] = "ValueError: diverged"
    steps.append(failed)
    events.append(Event(train, failed, "INPUT"))
    run = Context(
        type="Run",
        name="churn@7",
        properties={"display_name": "churn", "version": 7, "user": "ada", "host": "lab", "command": "python train.py"},
    )
    experiment = Context(type="Experiment", name="pricing")
    environment = Context(
        type="Environment",
        name="sha256:" + "1" * 64,
        properties={"python": "3.11.7", "host": "lab", "packages": {"scikit-learn": "1.5.2", "numpy": "2.1.0"}},
    )
    store.put(
        artifacts=artifacts,
        executions=steps,
        contexts=[run, experiment, environment],
        events=events,
        attributions=[Attribution(artifact, run) for artifact in artifacts],
        associations=[Association(step, context) for step in steps for context in (run, environment)],
        parents=[ParentContext(run, experiment)],
    )


def _file(type: str, name: str, version: int, **custom: Any) -> Artifact:
    properties = {"display_name": name, "version": version, "size": 1234}
    return Artifact(
        type=type,
        name=f"{name}@{version}",
        uri=f"data/{name}",
        state="LIVE",
        properties={**properties},
        custom_properties=custom,
    )


def _step(type: str, **params: Any) -> Execution:
    return Execution(
        type=type,
        state="COMPLETE",
        properties={
            "display_name": type,
            "started": STARTED,
            "ended": STARTED + 65_000,
            "git_commit": "abc123",
            "git_dirty": True,
        },
        custom_properties=params,
    )
