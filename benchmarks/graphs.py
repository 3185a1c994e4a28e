"""The graphs that are measured: one typical put, and a layered DAG."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise

from graphmeta import (
    Artifact,
    Association,
    Attribution,
    Context,
    Event,
    Execution,
    Store,
    artifact_type,
    context_type,
    execution_type,
)

PROPERTIES = {"span": "INT", "rate": "DOUBLE", "split": "STRING", "digest": "STRING"}


def put_types(store: Store) -> None:
    """The types of both graphs."""
    store.put_types(
        [
            artifact_type("Dataset", PROPERTIES),
            artifact_type("Model", PROPERTIES),
            execution_type("Trainer", {"epochs": "INT"}),
            context_type("Run"),
        ]
    )


def artifact(type: str, number: int) -> Artifact:
    """An artifact with four properties."""
    return Artifact(
        type=type,
        uri=f"s3://bucket/{type}/{number}",
        state="LIVE",
        properties={"span": number, "rate": number / 8, "split": "train", "digest": f"sha256:{number:064x}"},
    )


def put_step(store: Store, run: Context, schema: Artifact, number: int) -> None:
    """One execution, two artifacts with four properties each, three events with paths (the third to an
    artifact that is there already), one association, two attributions."""
    data, model = artifact("Dataset", number), artifact("Model", number)
    step = Execution(type="Trainer", state="COMPLETE", properties={"epochs": number})
    store.put(
        artifacts=[data, model],
        executions=[step],
        events=[
            Event(data, step, "INPUT", ("examples", 0)),
            Event(model, step, "OUTPUT", ("model", 0)),
            Event(schema, step, "INPUT", ("schema", 0)),
        ],
        associations=[Association(step, run)],
        attributions=[Attribution(data, run), Attribution(model, run)],
    )


def layers(nodes: int, fan_in: int = 3, depth: int = 20) -> Iterator[list[list[int]]]:
    """A layered DAG of executions with one output each: for every layer, the inputs of each of its executions
    as positions in the layer before. The same for the same arguments.

    Args:
        nodes: artifacts and executions together.
    """
    width = nodes // 2 // depth
    dice = random.Random(7)
    for layer in range(depth):
        yield [[] if layer == 0 else dice.sample(range(width), fan_in) for _ in range(width)]


def fill(store: Store, nodes: int) -> int:
    """Write the layered DAG.

    Returns:
        the id of an artifact of the last layer.
    """
    put_types(store)
    before: list[Artifact] = []
    number = 0
    for inputs in layers(nodes):
        after: list[Artifact] = []
        # In parts, so that one transaction stays small.
        for start in range(0, len(inputs), 500):
            made, steps, events = [], [], []
            for sources in inputs[start : start + 500]:
                number += 1
                step = Execution(type="Trainer", state="COMPLETE", properties={"epochs": number})
                output = Artifact(
                    type="Model",
                    uri=f"s3://bucket/{number}",
                    state="LIVE",
                    properties={"span": number, "rate": number / 8, "split": "train"},
                )
                events += [
                    Event(before[source], step, "INPUT", ("examples", index)) for index, source in enumerate(sources)
                ]
                events.append(Event(output, step, "OUTPUT", ("model", 0)))
                made.append(output)
                steps.append(step)
            store.put(artifacts=made, executions=steps, events=events)
            after += made
        before = after
    assert before[0].id is not None
    return before[0].id


def real_models(store: Store, number: int = 5) -> Artifact:
    """Some small ancestries as real ones are: raw data, a few preparations, a training, an evaluation; about 20 nodes.

    Returns:
        the last model.
    """
    artifacts, steps, events = [], [], []
    for _ in range(number):
        data = artifact("Dataset", 1)
        artifacts.append(data)
        for _ in range(6):
            step, after = Execution(type="Trainer", state="COMPLETE"), artifact("Dataset", 2)
            events += [Event(data, step, "INPUT", ("data",)), Event(after, step, "OUTPUT", ("data",))]
            artifacts.append(after)
            steps.append(step)
            data = after
        step, model = Execution(type="Trainer", state="COMPLETE", properties={"epochs": 3}), artifact("Model", 3)
        events += [Event(data, step, "INPUT", ("data",)), Event(model, step, "OUTPUT", ("model",))]
        artifacts.append(model)
        steps.append(step)
    store.put(artifacts=artifacts, executions=steps, events=events)
    return artifacts[-1]


def ladder(store: Store, rungs: int) -> tuple[Artifact, Artifact]:
    """Diamonds on diamonds: two ways from each rung to the next.

    Returns:
        the first and the last rung.
    """
    nodes = [artifact("Dataset", rung) for rung in range(rungs + 1)]
    artifacts, steps, events = list(nodes), [], []
    for before, after in pairwise(nodes):
        for _ in range(2):
            middle = artifact("Dataset", 0)
            there, on = Execution(type="Trainer", state="COMPLETE"), Execution(type="Trainer", state="COMPLETE")
            events += [Event(before, there, "INPUT"), Event(middle, there, "OUTPUT")]
            events += [Event(middle, on, "INPUT"), Event(after, on, "OUTPUT")]
            artifacts.append(middle)
            steps += [there, on]
    store.put(artifacts=artifacts, executions=steps, events=events)
    return nodes[0], nodes[-1]
