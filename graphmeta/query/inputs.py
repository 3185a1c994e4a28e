"""Which datasets did this model train on?"""

from __future__ import annotations

from graphmeta.model import AnyNode, Artifact, node_id
from graphmeta.query.answers.uses import Datasets, DatasetUse
from graphmeta.query.flow import Key, key_of
from graphmeta.query.nodes import label
from graphmeta.query.production import producer
from graphmeta.query.reading import Reader, given_artifact
from graphmeta.store.store import Store


def datasets(store: Store, model: AnyNode | str) -> Datasets:
    """The datasets that a model was made from: those that the step that made it read, then those that
    these came of, or that a parent model trained on (see `DatasetUse.via`).

    Datasets are the artifacts whose type says so (`vocabulary.role`). Where no artifact upstream is one,
    the inputs of the step that made the model, models left out, are taken for them and marked `assumed`.

    Args:
        model: an artifact, or its name.

    Raises:
        NotFoundError, AmbiguousNameError, InvalidArgumentError: no artifact, or several, answer to `model`.
    """
    found = given_artifact(store, model, "Model")
    return datasets_of(Reader(store, [found]), found)


def datasets_of(reader: Reader, model: Artifact) -> Datasets:
    """As `datasets`, for a subject of the reader."""
    start = key_of(model)
    flow = reader.ancestry
    distance = flow.upstream([start]).distance
    found = [artifact for artifact in reader.materials if key_of(artifact) in distance and artifact.id != model.id]
    models = {key_of(artifact): artifact for artifact in found if reader.role(artifact) == "Model"}
    data = [artifact for artifact in found if reader.role(artifact) == "Dataset"]
    if not data:
        return _assumed(reader, model, models)

    own = flow.upstream([start], barrier=models).distance
    via: dict[Key, Key] = {}
    for key in distance:  # nearest first, so what lies below it has been seen
        if key in models:
            via[key] = key
        elif key not in own:
            via[key] = next(via[below] for below in flow.targets(key) if distance.get(below) == distance[key] - 1)
    uses = [
        DatasetUse(
            artifact,
            direct=distance[key] == 2,
            distance=distance[key],
            via=models[via[key]] if key in via else None,
        )
        for artifact in data
        for key in [key_of(artifact)]
    ]
    uses.sort(key=lambda use: (use.distance, use.dataset.id))
    notes = []
    if not any(use.direct for use in uses):
        notes.append("The step that made it read no dataset itself: these are further up.")
    return Datasets(model, uses, notes)


def _assumed(reader: Reader, model: Artifact, models: dict[Key, Artifact]) -> Datasets:
    """The answer where no artifact upstream is a Dataset by its type."""
    maker = producer(reader, model).execution
    if maker is None:
        return Datasets(
            model, [], [f"No step in this store made {label(model)}, so what it was made from is not known."]
        )
    read = [
        key.id
        for key in reader.steps.sources(key_of(maker))
        if key.kind == "artifact" and key not in models and key.id != node_id(model)
    ]
    uses = [DatasetUse(artifact, direct=True, distance=2, assumed=True) for artifact in reader.artifacts(read)]
    if uses:
        note = "No artifact upstream has a type that says Dataset: these are the inputs of the step that made it."
    else:
        note = f"{label(maker)}, which made it, is not recorded to have read any data."
    return Datasets(model, uses, [note])
