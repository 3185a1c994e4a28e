"""Which models measurements are of: from Metrics artifacts to the models that were measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from graphmeta.backends.requests import Walk
from graphmeta.model import Artifact, node_id
from graphmeta.query.flow import Key, key_of
from graphmeta.query.measurements import Surroundings, metrics_of
from graphmeta.query.reading import Reader
from graphmeta.store.store import Store

_MOST_MODELS = 100  # that may have been measured: of more, nobody waits for the answer
_MOST_EVENTS = 10_000  # of the steps that made or used them


class OfModel(NamedTuple):
    """A value on a Metrics artifact, with a model that it was measured of."""

    model: Artifact
    on: Artifact
    value: int | float | str


def models_measured(store: Store, measured: Sequence[Artifact], key: str) -> list[OfModel]:
    """The models of which some Metrics artifacts have a number under a key (see `measurements.metrics`), in the order
    of these. Where very much was made with the models nobody is asked, and there is none.

    Args:
        measured: artifacts of any kind; those that are no Metrics are of no model.
    """
    reader = Reader(store)
    wanted = {key_of(each): each for each in measured if reader.role(each) == "Metrics"}
    models = _possible(reader, list(wanted))
    if not models or len(models) > _MOST_MODELS:
        return []
    reader = Reader(store, models)
    if len(reader.touching.events) > _MOST_EVENTS or len(reader.steps.events) > _MOST_EVENTS:
        return []
    surroundings = Surroundings(reader)
    found: dict[Key, list[OfModel]] = {each: [] for each in wanted}
    for model in models:
        for metric in metrics_of(reader, model, surroundings).values:
            if metric.key == key and key_of(metric.artifact) in wanted:
                found[key_of(metric.artifact)].append(OfModel(model, metric.artifact, metric.value))
    return [each for those in found.values() for each in those]


def _possible(reader: Reader, measured: Sequence[Key]) -> list[Artifact]:
    """The models that the steps which measured made or took, or that what they took was made with: predictions."""
    made = reader.events_of_artifacts({each.id for each in measured})
    steps = reader.events_of_executions({step.id for each in measured for step in made.sources(each)})
    if len(steps.events) > _MOST_EVENTS:
        return []
    taken = sorted({each.id for step in steps.executions() for each in steps.sources(Key("execution", step))})
    # (Only what made them: there may be a great many that took the same test data.)
    before = reader.store.backend.walk(Walk("artifact", taken, "upstream", 1)).execution_ids if taken else ()
    first = reader.events_of_executions(before)
    if len(first.events) > _MOST_EVENTS:
        return []
    near = {*steps.events.artifact_ids, *first.events.artifact_ids}
    return sorted(reader.artifacts_for(("Model",), near), key=node_id) if near else []
