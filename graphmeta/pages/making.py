"""How a model was made and what was measured of it, as far as a page can say at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from graphmeta.model import Artifact, node_id
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.query import value_json
from graphmeta.query.inputs import datasets_of
from graphmeta.query.measurements import Surroundings, metrics_of, numbers_on
from graphmeta.query.production import params_of
from graphmeta.query.reading import Reader
from graphmeta.store import Store

MOST_VALUES = 100
MOST_DATASETS = 20
_MOST_TOUCHING = 2_000  # events of the models that are measured
_MOST_BESIDE = 10_000  # events of the steps that made or used them
_MOST_UPSTREAM = 500  # nodes looked through for datasets


class MeasurementJson(TypedDict):
    """A measurement, the node that it stands on, the step that measured, and whether it may be another model's."""

    key: str
    value: Any
    on: NodeJson
    step: NodeJson | None
    shared: bool


class DatasetJson(TypedDict):
    """A dataset that a model comes of: the step that made the model read it, or the model `via` came of it."""

    dataset: NodeJson
    direct: bool
    assumed: bool
    via: NodeJson | None


class MakingJson(TypedDict):
    """Measurements, hyperparameters of the step that made the model, and what it was trained on."""

    metrics: list[MeasurementJson]
    step: NodeJson | None
    parameters: dict[str, Any]
    bookkeeping: dict[str, Any]
    datasets: list[DatasetJson]
    more_datasets: int
    notes: list[str]


class Measurements:
    """Of some models at once, in few round trips.

    Args:
        models: by preference: of models that very many steps used, the first alone is looked at closely, or none.
    """

    def __init__(self, store: Store, models: Sequence[Artifact]) -> None:
        self.reader: Reader | None = None
        for tried in (models, models[:1]):
            reader = Reader(store, tried)
            if tried and _few(reader) and len(reader.steps.events) <= _MOST_BESIDE:
                self.reader = reader
                self._surroundings = Surroundings(reader)
                self._subjects = {node_id(model): model for model in tried}
                break

    def by_key(self, model: Artifact) -> dict[str, Any]:
        """One value a key."""
        if self.reader is None or node_id(model) not in self._subjects:
            return _own_numbers(model)
        found = metrics_of(self.reader, model, self._surroundings).by_key()
        return {key: value_json(value) for key, value in sorted(found.items())}

    def of(self, nodes: Nodes, model: Artifact) -> tuple[list[MeasurementJson], list[str]]:
        """All values, and what there is to say of them."""
        if self.reader is None:
            own = nodes.json(model)
            values = _own_numbers(model).items()
            note = "Very much was made with this model, or together with it. Only the numbers on itself are shown here."
            return [{"key": k, "value": v, "on": own, "step": None, "shared": False} for k, v in values], [note]
        found = metrics_of(self.reader, model, self._surroundings)
        rows: list[MeasurementJson] = [
            {
                "key": metric.key,
                "value": value_json(metric.value),
                "on": nodes.json(metric.artifact),
                "step": None if metric.execution is None else nodes.json(metric.execution),
                "shared": bool(metric.shared_with),
            }
            for metric in found.values[:MOST_VALUES]
        ]
        return rows, [*found.notes]


def _few(reader: Reader) -> bool:
    return len(reader.touching.events) <= _MOST_TOUCHING


def _own_numbers(artifact: Artifact) -> dict[str, Any]:
    """The measurements among an artifact's own properties, by key."""
    return {key: value_json(value) for key, value in numbers_on(artifact)}


def making(store: Store, nodes: Nodes, model: Artifact, measurements: Measurements) -> MakingJson:
    """Everything at once."""
    metrics, notes = measurements.of(nodes, model)
    data: MakingJson = {
        "metrics": metrics,
        "step": None,
        "parameters": {},
        "bookkeeping": {},
        "datasets": [],
        "more_datasets": 0,
        "notes": notes,
    }
    # A reader of its own: of the others' ancestry nobody asked, and of this one's no more than a page waits for.
    reader = Reader(store, [model], most=_MOST_UPSTREAM)
    if not _few(reader):
        return data
    made = params_of(reader, model)
    said = {key: value_json(value) for key, value in made.params.items()}
    data["step"] = None if made.execution is None else nodes.json(made.execution)
    data["parameters"] = {key: value for key, value in said.items() if key not in made.bookkeeping}
    data["bookkeeping"] = {key: value for key, value in said.items() if key in made.bookkeeping}
    used = datasets_of(reader, model)
    data["datasets"] = [
        {
            "dataset": nodes.json(use.dataset),
            "direct": use.direct,
            "assumed": use.assumed,
            "via": None if use.via is None else nodes.json(use.via),
        }
        for use in used.uses[:MOST_DATASETS]
    ]
    data["more_datasets"] = max(0, len(used.uses) - MOST_DATASETS)
    data["notes"] = list(dict.fromkeys([*notes, *made.notes, *used.notes, *reader.notes]))
    return data
