"""Which models used this dataset, and which share one?"""

from __future__ import annotations

from collections import deque
from itertools import compress
from typing import Literal

from graphmeta.errors import InvalidArgumentError
from graphmeta.model import AnyNode, Artifact, Context
from graphmeta.query.answers.uses import Datasets, Models, ModelUse, Sibling, Siblings
from graphmeta.query.flow import Flow, Key, key_of
from graphmeta.query.inputs import datasets_of
from graphmeta.query.naming import version_of, versions
from graphmeta.query.nodes import label
from graphmeta.query.reading import Reader, given, given_artifact
from graphmeta.store.store import Store


def models(store: Store, using: AnyNode | str | None = None) -> Models:
    """The models that were made from a dataset, nearest first; or all models.

    Args:
        using: an artifact, an execution, or the name of one; a bare name means a dataset. None asks for
            all models.

    Raises:
        NotFoundError, AmbiguousNameError: none, or several, answer to `using`.
        InvalidArgumentError: it is a context.
    """
    if using is None:
        return Models(None, [ModelUse(model) for model in Reader(store).artifacts_for(("Model",))])
    start = given(store, using, ("artifact", "execution"), "Dataset")
    if isinstance(start, Context):
        raise InvalidArgumentError(
            f"{label(start)} is a context, and models are made from artifacts. Name a dataset, as Dataset:train.csv."
        )
    reader = Reader(store)
    key = key_of(start)
    flow = reader.walk("downstream", [key.id], key.kind)
    distance, previous = flow.downstream([key])
    found = reader.artifacts_for(("Model",), [k.id for k in distance if k.kind == "artifact" and k != key])

    through: dict[Key, list[Key]] = {}
    for model in found:
        way = previous[key_of(model)]
        between = []
        while way != key:
            if way.kind == "artifact":
                between.append(way)
            way = previous[way]
        through[key_of(model)] = between[::-1]
    known = {
        artifact.id: artifact for artifact in reader.artifacts(k.id for between in through.values() for k in between)
    }
    uses = []
    for model in found:
        steps = distance[key_of(model)]
        between_them = [known[k.id] for k in through[key_of(model)] if k.id in known]
        uses.append(ModelUse(model, direct=steps <= 2, distance=steps, through=between_them))
    uses.sort(key=lambda use: (use.distance, use.model.id))
    notes = [] if uses else [f"No model in this store comes of {label(start)}."]
    if isinstance(start, Artifact) and version_of(start) is not None:
        others = [label(each) for each in versions(store, start, limit=10) if each.id != start.id]
        if others:
            these = f"These are the models of {label(start)}; there are" if uses else "There are"
            notes.append(f"{these} other versions of it: {', '.join(others)}.")
    return Models(start, uses, notes)


def siblings(store: Store, model: AnyNode | str) -> Siblings:
    """The models that share a dataset with a model, and which datasets.

    Datasets are those of `datasets(store, model)`, further up ones too.

    Raises:
        NotFoundError, AmbiguousNameError, InvalidArgumentError: no artifact, or several, answer to `model`.
    """
    found = given_artifact(store, model, "Model")
    reader = Reader(store, [found])
    return siblings_of(reader, found, datasets_of(reader, found))


def siblings_of(reader: Reader, model: Artifact, used: Datasets) -> Siblings:
    """As `siblings`, for a subject of the reader whose datasets are known."""
    data = {key_of(use.dataset): use.dataset for use in sorted(used.uses, key=lambda use: use.dataset.id or 0)}
    if not data:
        return Siblings(model, [], used.notes or ["No dataset of it is known, so none can be shared."])
    flow = reader.walk("downstream", [key.id for key in data])
    start = key_of(model)
    reached = _made_from(flow, list(data))
    found = reader.artifacts_for(("Model",), [key.id for key in reached if key.kind == "artifact" and key != start])
    descendants = flow.downstream([start]).distance
    ancestors = reader.ancestry.upstream([start]).distance
    direct = {key_of(use.dataset) for use in used.uses if use.direct}
    result = []
    for other in found:
        key = key_of(other)
        read = {above for maker in flow.sources(key) for above in flow.sources(maker)}
        relation: Literal["sibling", "ancestor", "descendant"] = "sibling"
        if key in descendants:
            relation = "descendant"
        elif key in ancestors:
            relation = "ancestor"
        shared = list(compress(data.values(), map(int, reversed(f"{reached[key]:b}"))))
        result.append(Sibling(other, shared, direct=not direct.isdisjoint(read), relation=relation))
    result.sort(key=lambda sibling: (not sibling.direct, sibling.model.id))
    notes = list(used.notes)
    if not result:
        notes.append("No other model in this store shares a dataset with it.")
    return Siblings(model, result, notes)


def _made_from(flow: Flow, starts: list[Key]) -> dict[Key, int]:
    """Every node that comes of the starts, with a bit set for each start that it comes of."""
    reached = {start: 1 << bit for bit, start in enumerate(starts)}
    queue = deque(starts)
    waiting = set(starts)
    while queue:
        node = queue.popleft()
        waiting.discard(node)
        for after in flow.targets(node):
            before = reached.get(after, 0)
            reached[after] = before | reached[node]
            if reached[after] != before and after not in waiting:
                waiting.add(after)
                queue.append(after)
    return reached
